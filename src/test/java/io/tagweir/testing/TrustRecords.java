package io.tagweir.testing;

import io.tagweir.console.Console;
import io.tagweir.wire.WireSerdes;
import org.junit.jupiter.api.extension.Extension;

/**
 * Has Avro trust the generated records before any test class is loaded, as {@code Main} does before any command: what a
 * test may build must not depend on which test ran before it. JUnit finds it as a service.
 */
public final class TrustRecords implements Extension {

    public TrustRecords() {
        WireSerdes.trustRecords();
        Console.limitClients();
    }
}
