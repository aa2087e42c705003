package io.tagweir.app.command;

import java.nio.file.Path;

/** The installation directory: {@code tagweir.home}, set by the launcher, or else the working directory. */
public final class Home {

    private Home() {}

    public static Path directory() {
        return Path.of(System.getProperty("tagweir.home", ""));
    }
}
