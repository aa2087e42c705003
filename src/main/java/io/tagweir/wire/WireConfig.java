package io.tagweir.wire;

import io.tagweir.setting.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

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
    public static final String KEYSTORE_LOCATION = "schema.registry.ssl.keystore.location";
    public static final String KEYSTORE_PASSWORD = "schema.registry.ssl.keystore.password";
    public static final String KEY_PASSWORD = "schema.registry.ssl.key.password";
    public static final String DEADLINE = "schema.registry.deadline.ms";

    /** Confluent's names for the record class a reader wants; set by {@link WireSerdes}, not by a user. */
    static final String VALUE_TYPE = "specific.avro.value.type";

    static final String KEY_TYPE = "specific.avro.key.type";

    /** Where the registry's credentials are. */
    enum Credentials {
        URL,
        USER_INFO
    }

    static final Setting<String> SERDE = Setting.name(SERDE_CLASS, AvroSerde.class.getName())
            .doc(
                    "Serde of all Avro records. With Confluent's jars on the class path (Maven profile confluent), this can be"
                            + " io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde.");
    static final Setting<List<String>> URLS = Setting.list(URL, List.of("http://localhost:8081"))
            .check(WireConfig::checkUrls)
            .doc("Address of the schema registry. Several, separated by commas, are tried in turn.");
    static final Setting<Boolean> REGISTERS = Setting.flag(AUTO_REGISTER, true)
            .doc(
                    "Whether a schema that is not in the registry is registered on first use. If false, it must be there.");
    static final Setting<Credentials> SOURCE = Setting.constant(CREDENTIALS_SOURCE, Credentials.URL)
            .doc("Where the registry's credentials are: in its URL (http://user:password@host) or in " + USER_INFO
                    + ".");
    static final Setting<Optional<Password>> USER = Setting.secret(USER_INFO)
            .doc("user:password for the registry, if " + CREDENTIALS_SOURCE + " is USER_INFO.");
    static final Setting<Optional<Path>> TRUSTSTORE = Setting.file(TRUSTSTORE_LOCATION)
            .doc(
                    "Key store, JKS or PKCS12, with the certificates to trust in the registry. Without it, those of the JDK"
                            + " are trusted.");
    static final Setting<Optional<Password>> TRUSTSTORE_SECRET =
            Setting.secret(TRUSTSTORE_PASSWORD).doc("Password of the trust store.");
    static final Setting<Optional<Path>> KEYSTORE = Setting.file(KEYSTORE_LOCATION)
            .doc("Key store, JKS or PKCS12, with the client's own certificate, for a registry that asks for one.");
    static final Setting<Optional<Password>> KEYSTORE_SECRET =
            Setting.secret(KEYSTORE_PASSWORD).doc("Password of the key store.");
    static final Setting<Optional<Password>> KEY_SECRET =
            Setting.secret(KEY_PASSWORD).doc("Password of the key in the key store, if it differs from the store's.");
    static final Setting<Duration> PATIENCE = Setting.duration(DEADLINE, Duration.ofSeconds(30))
            .atLeast(Duration.ofMillis(1))
            .doc("How long the registry may take to answer, retries included. Then the application stops. Keep it well"
                    + " below Kafka's max.poll.interval.ms.");

    private WireConfig() {}

    public static List<Setting<?>> settings() {
        return List.of(
                URLS,
                REGISTERS,
                SOURCE,
                USER,
                TRUSTSTORE,
                TRUSTSTORE_SECRET,
                KEYSTORE,
                KEYSTORE_SECRET,
                KEY_SECRET,
                PATIENCE,
                SERDE);
    }

    /** What {@code given} holds of these settings. Other keys, such as Kafka's, are ignored. */
    static AbstractConfig config(Map<String, ?> given) {
        var ours = new HashMap<String, Object>();
        settings().stream().map(Setting::key).filter(given::containsKey).forEach(key -> ours.put(key, given.get(key)));
        return Setting.config(settings(), ours);
    }

    private static void checkUrls(List<String> urls) {
        if (urls.isEmpty() || urls.contains("")) {
            throw new IllegalArgumentException("must name an address");
        }
    }
}
