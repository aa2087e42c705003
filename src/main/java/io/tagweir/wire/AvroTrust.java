package io.tagweir.wire;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that the generated classes may be made from a schema that names them; since 1.12.2 it refuses every class
 * it was not told of. Nothing beyond this one package is trusted.
 */
public final class AvroTrust {

    private static final String GENERATED = "io.tagweir.avro";

    static {
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(GENERATED)));
    }

    private AvroTrust() {}

    /** Done once for the process, however often it is called. */
    @SuppressWarnings("EmptyMethod") // Calling it initializes the class, which is all that is wanted.
    public static void establish() {}
}
