package io.tagweir.setting;

/**
 * What the reference page says of a setting.
 *
 * @param standard the default as it is written in a configuration; empty for an empty one
 * @param size the default in a larger unit; empty where there is none
 * @param values what may be given
 * @param unit of numbers; empty where there is none
 */
public record SettingDoc(String key, String standard, String size, String values, String unit, String doc) {}
