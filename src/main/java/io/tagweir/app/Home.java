package io.tagweir.app;

import java.nio.file.Path;

/** The installation directory: {@code tagweir.home}, set by the launcher, or else the working directory. */
final class Home {

    private Home() {}

    static Path directory() {
        return Path.of(System.getProperty("tagweir.home", ""));
    }
}
