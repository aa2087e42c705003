package io.tagweir.setting;

/**
 * What the reference page says of a setting.
 *
 * @param standard the default as shown; empty for an empty one
 * @param values what may be given
 * @param unit of numbers; empty where there is none
 */
public record SettingDoc(String key, String standard, String values, String unit, String doc) {}
