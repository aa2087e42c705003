package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class RegistrySettingsTest {

    @Test
    void addressAloneIsEnough() {
        var settings = RegistrySettings.from(Map.of(WireConfig.URL, "http://a:8081/, https://b/apis/ccompat/v7"));
        assertThat(settings.urls())
                .containsExactly(URI.create("http://a:8081"), URI.create("https://b/apis/ccompat/v7"));
        assertThat(settings.deadline()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.userInfo()).isNull();
        assertThat(settings.trust()).isNull();
    }

    @Test
    void registryIsOnThisMachineByDefault() {
        assertThat(RegistrySettings.from(Map.of()).urls()).containsExactly(URI.create("http://localhost:8081"));
    }

    @Test
    void nonsenseIsRefusedWithTheKey() {
        assertRefused(Map.of(WireConfig.URL, ""), "schema.registry.url");
        assertRefused(Map.of(WireConfig.URL, "localhost:8081"), "expected http://host:port");
        assertRefused(Map.of(WireConfig.URL, "ftp://x"), "schema.registry.url");
        assertRefused(with(WireConfig.USER_INFO, "a:b"), "basic.auth.user.info");
        assertRefused(with(WireConfig.CREDENTIALS_SOURCE, "USER_INFO"), "basic.auth.user.info");
        assertRefused(with(WireConfig.CREDENTIALS_SOURCE, "SASL_INHERIT"), "basic.auth.credentials.source");
        assertRefused(with("bearer.auth.credentials.source", "STATIC_TOKEN"), "tokens are not supported");
        assertRefused(with("schema.registry.ssl.endpoint.identification.algorithm", ""), "host name");
        assertRefused(with(WireConfig.DEADLINE, "0"), "schema.registry.deadline.ms");
    }

    @Test
    void missingStoreIsRefusedByName() {
        var settings = RegistrySettings.from(with(WireConfig.TRUSTSTORE_LOCATION, "/no/such.jks"));
        assertThatThrownBy(() -> new SchemaRegistryClient(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/no/such.jks can't be read");
    }

    @Test
    void passwordsAreNeverShown() {
        var config = with(WireConfig.CREDENTIALS_SOURCE, "USER_INFO");
        config.put(WireConfig.USER_INFO, "ann:secret");
        config.put(WireConfig.URL, "http://bob:secret@a:1");
        assertThat(RegistrySettings.from(config).toString())
                .contains("http://a:1")
                .doesNotContain("secret");
        assertThatThrownBy(() -> RegistrySettings.from(Map.of(WireConfig.URL, "http://bob:secret@a b")))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> RegistrySettings.from(Map.of(WireConfig.URL, "ftp://bob:secret@a")))
                .isInstanceOf(ConfigException.class)
                .hasMessageNotContaining("secret");
    }

    private static Map<String, Object> with(String key, String value) {
        return new HashMap<>(Map.of(WireConfig.URL, "http://a:1", key, value));
    }

    private static void assertRefused(Map<String, ?> config, String reason) {
        assertThatThrownBy(() -> RegistrySettings.from(config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(reason);
    }
}
