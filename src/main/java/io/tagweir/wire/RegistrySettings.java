package io.tagweir.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the schema registry.
 *
 * @param urls base addresses, tried in turn
 * @param userInfo {@code user:password} for all of them; null: whatever each address holds
 * @param trust certificates to accept; null: those of the JDK
 * @param identity the client's own certificate; null: none
 * @param deadline how long one question may take, retries included
 * @param requestTimeout how long one attempt may take
 * @param retryBackoff wait before the first retry
 */
public record RegistrySettings(
        List<URI> urls,
        @Nullable Password userInfo,
        @Nullable Store trust,
        @Nullable Store identity,
        Duration deadline,
        Duration requestTimeout,
        Duration retryBackoff) {

    /** A key or trust store in a file. {@code keyPassword} is null where it is the store's own. */
    public record Store(
            Path file,
            @Nullable Password password,
            @Nullable Password keyPassword) {}

    /** A registry answers within milliseconds; past this the next address, or another attempt, is the better bet. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** Each later retry waits twice as long, up to two seconds. */
    private static final Duration RETRY_BACKOFF = Duration.ofMillis(100);

    public RegistrySettings {
        urls = List.copyOf(urls);
        if (urls.isEmpty()) {
            throw new ConfigException(WireConfig.URL + " names no address");
        }
        urls.forEach(RegistrySettings::check);
    }

    /**
     * Reads the keys of {@link WireConfig}; others, such as Kafka's, are ignored.
     *
     * @throws ConfigException naming the key, when a value is missing or makes no sense
     */
    public static RegistrySettings from(Map<String, ?> config) {
        refuse(config, "bearer.auth.credentials.source", "tokens are not supported, only basic authentication");
        refuse(config, "schema.registry.ssl.endpoint.identification.algorithm", "the host name is always checked");
        var values = WireConfig.config(config);
        boolean inConfig = WireConfig.SOURCE.of(values) == WireConfig.Credentials.USER_INFO;
        var userInfo = WireConfig.USER.of(values);
        if (inConfig != userInfo.isPresent()) {
            throw new ConfigException(WireConfig.USER_INFO + " and " + WireConfig.CREDENTIALS_SOURCE
                    + "=USER_INFO are needed together, and only one is set");
        }
        var trust = WireConfig.TRUSTSTORE
                .of(values)
                .map(file ->
                        new Store(file, WireConfig.TRUSTSTORE_SECRET.of(values).orElse(null), null));
        var identity = WireConfig.KEYSTORE
                .of(values)
                .map(file -> new Store(
                        file,
                        WireConfig.KEYSTORE_SECRET.of(values).orElse(null),
                        WireConfig.KEY_SECRET.of(values).orElse(null)));
        return new RegistrySettings(
                WireConfig.URLS.of(values).stream().map(RegistrySettings::uri).toList(),
                userInfo.orElse(null),
                trust.orElse(null),
                identity.orElse(null),
                WireConfig.PATIENCE.of(values),
                REQUEST_TIMEOUT,
                RETRY_BACKOFF);
    }

    /** An address without the credentials it may hold: fit for a message. */
    static String shown(URI url) {
        return url.getRawUserInfo() == null ? url.toString() : url.toString().replace(url.getRawUserInfo() + "@", "");
    }

    /** Silent about the addresses' credentials; a {@link Password} hides itself. */
    @Override
    public String toString() {
        return "RegistrySettings[" + urls.stream().map(RegistrySettings::shown).toList() + ", deadline " + deadline
                + "]";
    }

    private static void refuse(Map<String, ?> config, String key, String why) {
        var value = config.get(key);
        if (value != null && !"https".equals(value)) {
            throw new ConfigException(key + "=" + value + ": " + why);
        }
    }

    private static void check(URI url) {
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new ConfigException(WireConfig.URL, shown(url), "expected http://host:port or https://host:port");
        }
    }

    private static URI uri(String text) {
        try {
            return new URI(text.strip().replaceAll("/+$", ""));
        } catch (URISyntaxException malformed) {
            // Its message would repeat the address, and with it a password.
            throw new ConfigException(WireConfig.URL + ": an address is malformed at character " + malformed.getIndex()
                    + ": " + malformed.getReason());
        }
    }
}
