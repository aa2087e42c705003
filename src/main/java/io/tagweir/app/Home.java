package io.tagweir.app;

import java.nio.file.Path;

/** The root of the installation: {@code tagweir.home}, which the launcher sets, or else the working directory. */
final class Home {

    private Home() {}

    static Path directory() {
        return Path.of(System.getProperty("tagweir.home", ""));
    }
}
