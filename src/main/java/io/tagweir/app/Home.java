package io.tagweir.app;

import java.nio.file.Path;

/** The project's root, which the launcher names in {@code tagweir.home}; without a launcher the working directory. */
final class Home {

    private Home() {}

    static Path directory() {
        return Path.of(System.getProperty("tagweir.home", ""));
    }
}
