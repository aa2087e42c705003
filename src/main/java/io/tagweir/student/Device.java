package io.tagweir.student;

/** The hardware a student runs on. */
public enum Device {
    CPU,
    GPU
}
