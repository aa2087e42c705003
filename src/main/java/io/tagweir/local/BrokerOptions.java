package io.tagweir.local;

import java.nio.file.Path;

/**
 * Where an embedded broker keeps its data and listens.
 *
 * @param dir its directory, made where missing; a broker started there again goes on with what it held
 * @param port of 127.0.0.1, for clients; 0: a free one
 */
public record BrokerOptions(Path dir, int port) {

    public BrokerOptions {
        if (port < 0 || port > 65_535) {
            throw new CannotStart("the broker's port is " + port + "; ports run from 1 to 65535, 0 takes a free one");
        }
    }

    public BrokerOptions(Path dir) {
        this(dir, 0);
    }
}
