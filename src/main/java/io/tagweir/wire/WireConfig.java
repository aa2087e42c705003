package io.tagweir.wire;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * The settings of this room. Those that Confluent's serdes also have keep Confluent's names and meaning, so that one
 * configuration works for both.
 */
public final class WireConfig {

    public static final String SERDE_CLASS = "serde.class";
    public static final String URL = "schema.registry.url";
    public static final String AUTO_REGISTER = "auto.register.schemas";
    public static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
    public static final String USER_INFO = "basic.auth.user.info";
    public static final String TRUSTSTORE_LOCATION = "schema.registry.ssl.truststore.location";
    public static final String TRUSTSTORE_PASSWORD = "schema.registry.ssl.truststore.password";
    public static final String TRUSTSTORE_TYPE = "schema.registry.ssl.truststore.type";
    public static final String KEYSTORE_LOCATION = "schema.registry.ssl.keystore.location";
    public static final String KEYSTORE_PASSWORD = "schema.registry.ssl.keystore.password";
    public static final String KEYSTORE_TYPE = "schema.registry.ssl.keystore.type";
    public static final String KEY_PASSWORD = "schema.registry.ssl.key.password";
    public static final String DEADLINE = "schema.registry.deadline.ms";
    public static final String REQUEST_TIMEOUT = "schema.registry.request.timeout.ms";
    public static final String RETRY_BACKOFF = "schema.registry.retry.backoff.ms";

    /** Confluent's names for the record class a reader wants; set by {@link WireSerdes}, not by a user. */
    static final String VALUE_TYPE = "specific.avro.value.type";

    static final String KEY_TYPE = "specific.avro.key.type";

    private WireConfig() {}

    /** Every key with its default, range and documentation; a fresh one, which the caller may add to. */
    public static ConfigDef definition() {
        var stores = ValidString.in("JKS", "PKCS12");
        return new ConfigDef()
                .define(
                        SERDE_CLASS,
                        ConfigDef.Type.STRING,
                        AvroSerde.class.getName(),
                        Importance.LOW,
                        "Serde of all Avro records. With Confluent's jars on the class path (Maven profile confluent):"
                                + " io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde.")
                .define(
                        URL,
                        ConfigDef.Type.LIST,
                        "http://localhost:8081",
                        ConfigDef.ValidList.anyNonDuplicateValues(false, false),
                        Importance.HIGH,
                        "Address of the schema registry; several, separated by commas, are tried in turn.")
                .define(
                        AUTO_REGISTER,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.MEDIUM,
                        "Whether a schema not yet in the registry is registered on first use. If not, it must be there.")
                .define(
                        CREDENTIALS_SOURCE,
                        ConfigDef.Type.STRING,
                        "URL",
                        ValidString.in("URL", "USER_INFO"),
                        Importance.MEDIUM,
                        "Where the registry's credentials are: in its URL (http://user:password@host) or in "
                                + USER_INFO + ".")
                .define(
                        USER_INFO,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "user:password for the registry, used when " + CREDENTIALS_SOURCE + " is USER_INFO.")
                .define(
                        TRUSTSTORE_LOCATION,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.MEDIUM,
                        "Store of the certificates to trust in the registry; the JDK's own if not set.")
                .define(
                        TRUSTSTORE_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Password of the trust store.")
                .define(
                        TRUSTSTORE_TYPE,
                        ConfigDef.Type.STRING,
                        "JKS",
                        stores,
                        Importance.LOW,
                        "Format of the trust store.")
                .define(
                        KEYSTORE_LOCATION,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.MEDIUM,
                        "Store of the client's own certificate, for a registry that asks for one.")
                .define(
                        KEYSTORE_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Password of the key store.")
                .define(KEYSTORE_TYPE, ConfigDef.Type.STRING, "JKS", stores, Importance.LOW, "Format of the key store.")
                .define(
                        KEY_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        null,
                        Importance.MEDIUM,
                        "Password of the key in the key store; that of the store if not set.")
                .define(
                        DEADLINE,
                        ConfigDef.Type.LONG,
                        30_000L,
                        Range.atLeast(1),
                        Importance.MEDIUM,
                        "Milliseconds after which a registry that does not answer stops the application."
                                + " Keep it well below max.poll.interval.ms.")
                .define(
                        REQUEST_TIMEOUT,
                        ConfigDef.Type.LONG,
                        5_000L,
                        Range.atLeast(1),
                        Importance.LOW,
                        "Milliseconds that one attempt may take.")
                .define(
                        RETRY_BACKOFF,
                        ConfigDef.Type.LONG,
                        100L,
                        Range.atLeast(1),
                        Importance.LOW,
                        "Milliseconds before the first retry; each later one waits twice as long, up to two seconds.");
    }
}
