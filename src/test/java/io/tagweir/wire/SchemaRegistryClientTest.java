package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.tagweir.avro.QueryEvent;
import io.tagweir.avro.Tag;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaRegistryClientTest {

    private static final Schema SCHEMA = QueryEvent.getClassSchema();

    private final ScriptedRegistry registry = new ScriptedRegistry();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void schemaIsRegisteredOnceAndRead() {
        var client = client(Map.of());
        assertThat(client.register("a b/c-value", SCHEMA)).isEqualTo(1);
        assertThat(client.register("a b/c-value", SCHEMA)).isEqualTo(1);
        assertThat(client.register("tags-value", Tag.getClassSchema())).isEqualTo(2);
        assertThat(client.idOf("tags-value", Tag.getClassSchema())).isEqualTo(2);
        assertThat(client.schema(1)).isSameAs(client.schema(1)).isEqualTo(RegisteredSchema.of(SCHEMA));
        assertThat(SchemaNormalization.parsingFingerprint64(client.schema(1)))
                .isEqualTo(SchemaNormalization.parsingFingerprint64(SCHEMA));
        assertThat(registry.paths())
                .containsExactly(
                        "POST /subjects/a%20b%2Fc-value/versions",
                        "POST /subjects/tags-value/versions", "POST /subjects/tags-value", "GET /schemas/ids/1");
        assertThat(registry.asked().get(0).contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
        assertThat(registry.asked().get(0).authorization()).isNull();
    }

    @Test
    void schemaWithReferencesIsPutTogether() {
        registry.next(200, """
                        {"schema":"{\\"type\\":\\"record\\",\\"name\\":\\"a.Outer\\",\\"fields\\":[{\\"name\\":\\"in\\",\\"type\\":\\"a.Inner\\"}]}",
                         "references":[{"name":"a.Inner","subject":"inner","version":3}]}""").next(200, """
                        {"schema":"{\\"type\\":\\"enum\\",\\"name\\":\\"a.Inner\\",\\"symbols\\":[\\"X\\"]}"}""");
        assertThat(client(Map.of()).schema(4).getField("in").schema().getEnumSymbols())
                .containsExactly("X");
        assertThat(registry.paths()).containsExactly("GET /schemas/ids/4", "GET /subjects/inner/versions/3");
    }

    @Test
    void credentialsComeFromTheSettingOrTheAddress() {
        client(Map.of(WireConfig.CREDENTIALS_SOURCE, "USER_INFO", WireConfig.USER_INFO, "ann:s:cret"))
                .register("s", SCHEMA);
        client(Map.of(WireConfig.URL, registry.url().replace("//", "//ann:s%3Acret@")))
                .register("s", SCHEMA);
        assertThat(registry.asked())
                .extracting(ScriptedRegistry.Asked::authorization)
                .containsExactly("Basic YW5uOnM6Y3JldA==", "Basic YW5uOnM6Y3JldA==");
    }

    @Test
    void passingTroubleIsRetried() {
        registry.next(500, "").next(503, "<html>busy</html>").next(429, "{\"message\":\"slow down\"}");
        assertThat(client(Map.of()).register("s", SCHEMA)).isEqualTo(1);
        assertThat(registry.asked()).hasSize(4);
    }

    @Test
    void deadlineEndsTheRetries() {
        for (int i = 0; i < 1_000; i++) {
            registry.next(503, "{\"error_code\":50302,\"message\":\"no leader\"}");
        }
        long begun = System.nanoTime();
        assertThatThrownBy(() -> client(Map.of(WireConfig.DEADLINE, 1_000)).schema(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageStartingWith("the schema registry at " + registry.url())
                // The last attempt may be the one that the deadline cuts short.
                .hasMessageMatching(".* (answers 503: no leader|did not answer in time); gave up after 1000 ms");
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(10);
        assertThat(registry.asked()).hasSizeBetween(2, 999);
    }

    @Test
    void silentRegistryEndsAtTheDeadline() throws IOException {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var config = Map.<String, Object>of(
                    WireConfig.URL, "http://localhost:" + silent.getLocalPort(), WireConfig.DEADLINE, 100);
            assertThatThrownBy(() -> client(config).schema(1))
                    .isInstanceOf(RegistryUnavailableException.class)
                    .hasMessageContaining("did not answer in time");
        }
    }

    @Test
    void nextAddressIsTriedAndKept() throws IOException {
        var client = client(Map.of(WireConfig.URL, nobody() + "," + registry.url()));
        assertThat(client.register("a", SCHEMA)).isEqualTo(1);
        assertThat(client.register("b", SCHEMA)).isEqualTo(1);
        assertThat(registry.asked()).hasSize(2);
        assertThat(client.ping()).isEmpty();
    }

    @Test
    void unknownIdIsAskedForEverMoreSeldomAndAtMostOnceAMinute() {
        var now = new AtomicLong();
        var client = new SchemaRegistryClient(RegistrySettings.from(registry.config()), now::get);
        for (int second = 0; second < 600; second++) {
            assertThatThrownBy(() -> client.schema(7))
                    .isInstanceOfSatisfying(SchemaRejectedException.class, rejected -> {
                        assertThat(rejected.status()).isEqualTo(404);
                        assertThat(rejected.errorCode()).isEqualTo(40403);
                        assertThat(rejected.unknownSchema()).isTrue();
                    })
                    .hasMessageContaining("Schema 7 not found");
            now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        // After 0, 1, 3, 7, 15, 31 and 63 s, then every minute.
        assertThat(registry.asked()).hasSize(7 + 8);
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        registry.plant(7, "{\"schema\":\"\\\"int\\\"\"}");
        assertThat(client.schema(7).getType()).isEqualTo(Schema.Type.INT);
    }

    @Test
    void answerThatNeverEndsIsGivenUpAtTheDeadline() throws Exception {
        try (var trickling = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var server = new Thread(() -> trickle(trickling), "trickling-registry");
            server.setDaemon(true);
            server.start();
            var config = Map.<String, Object>of(
                    WireConfig.URL, "http://localhost:" + trickling.getLocalPort(), WireConfig.DEADLINE, 500);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(60),
                    () -> assertThatThrownBy(() -> client(config).schema(1))
                            .isInstanceOf(RegistryUnavailableException.class)
                            .hasMessageContaining("did not answer in time"));
        }
    }

    /** Answers the first of an answer, and then no more. */
    private static void trickle(ServerSocket server) {
        try {
            var held = new ArrayList<Socket>();
            while (true) {
                var socket = server.accept();
                held.add(socket);
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Test
    void schemaThatIsForbiddenIsUnknownWhereOthersAreNot() {
        var client = client(Map.of());
        var forbidden = "{\"error_code\":40301,\"message\":\"User is denied operation Read\"}";
        registry.next(403, forbidden);
        assertThatThrownBy(() -> client.schema(7))
                .isInstanceOfSatisfying(
                        SchemaRejectedException.class,
                        rejected -> assertThat(rejected.unknownSchema())
                                .as("it may be our credentials")
                                .isFalse());
        client.register("s", SCHEMA);
        client.schema(1);
        registry.next(403, forbidden);
        assertThatThrownBy(() -> client.schema(7))
                .isInstanceOfSatisfying(
                        SchemaRejectedException.class,
                        rejected -> assertThat(rejected.unknownSchema()).isTrue())
                .hasMessageContaining("rejects the credentials (403)");
    }

    @Test
    void incompatibleSchemaIsRejectedWithTheRegistrysReason() {
        registry.next(409, "{\"error_code\":409,\"message\":\"Schema being registered is incompatible\"}");
        assertThatThrownBy(() -> client(Map.of()).register("s", SCHEMA))
                .isInstanceOfSatisfying(SchemaRejectedException.class, rejected -> {
                    assertThat(rejected.status()).isEqualTo(409);
                    assertThat(rejected.unknownSchema()).isFalse();
                })
                .hasMessageEndingWith("answers 409: Schema being registered is incompatible");
        assertThat(registry.asked()).hasSize(1);
    }

    @Test
    void interruptedCallerStopsWaiting() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> client(Map.of()).schema(1)).isInstanceOf(RegistryUnavailableException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void pingSaysWhatIsWrongInPlainWords() throws IOException {
        assertThat(client(Map.of()).ping()).isEmpty();
        var where = "the schema registry at " + registry.url();
        registry.next(401, "");
        assertThat(client(Map.of()).ping()).containsExactly(where + " requires credentials (401)");
        registry.next(401, "");
        assertThat(client(Map.of(WireConfig.URL, registry.url().replace("//", "//ann:secret@")))
                        .ping())
                .containsExactly(where + " rejects the credentials (401)");
        registry.next(200, "<html>hello</html>");
        assertThat(client(Map.of()).ping())
                .containsExactly(where + " does not answer with JSON; is it a schema registry?");
        registry.next(404, "not\nhere");
        assertThat(client(Map.of()).ping()).containsExactly(where + " answers 404: not here");
        var nobody = nobody();
        assertThat(client(Map.of(WireConfig.URL, nobody)).ping())
                .containsExactly("the schema registry at " + nobody + " refuses connections");
        assertThat(client(Map.of(WireConfig.URL, "http://nowhere.invalid:1")).ping())
                .containsExactly("the schema registry at http://nowhere.invalid:1 can't be reached: the host name does"
                        + " not resolve");
    }

    @Test
    void registryWithItsOwnCertificateIsTrustedByTheStore() throws Exception {
        var server = new Certificates(folder, "server");
        var client = new Certificates(folder, "client");
        try (var secure = new ScriptedRegistry(server.serverContext(client))) {
            var config = new HashMap<String, Object>(secure.config());
            assertThat(new SchemaRegistryClient(RegistrySettings.from(config)).ping())
                    .singleElement()
                    .asString()
                    .contains("can't be reached over TLS");
            config.putAll(Map.of(
                    WireConfig.TRUSTSTORE_LOCATION,
                    server.trustStore().toString(),
                    WireConfig.TRUSTSTORE_PASSWORD,
                    Certificates.PASSWORD,
                    WireConfig.TRUSTSTORE_TYPE,
                    "PKCS12"));
            assertThat(new SchemaRegistryClient(RegistrySettings.from(config)).ping())
                    .as("it wants a client certificate, too")
                    .hasSize(1);
            config.putAll(Map.of(
                    WireConfig.KEYSTORE_LOCATION,
                    client.keyStore().toString(),
                    WireConfig.KEYSTORE_PASSWORD,
                    Certificates.PASSWORD,
                    WireConfig.KEYSTORE_TYPE,
                    "PKCS12"));
            var trusted = new SchemaRegistryClient(RegistrySettings.from(config));
            assertThat(trusted.ping()).isEmpty();
            assertThat(trusted.register("s", SCHEMA)).isEqualTo(1);
        }
    }

    @Test
    void clientIsSharedAmongEqualSettings() {
        var one = SchemaRegistryClient.shared(RegistrySettings.from(registry.config()));
        assertThat(SchemaRegistryClient.shared(RegistrySettings.from(registry.config())))
                .isSameAs(one);
        assertThat(List.of(one)).doesNotContain(client(Map.of()));
    }

    private SchemaRegistryClient client(Map<String, Object> more) {
        var config = new HashMap<String, Object>(registry.config());
        config.putAll(more);
        return new SchemaRegistryClient(RegistrySettings.from(config));
    }

    /** An address where nothing listens. */
    private static String nobody() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://localhost:" + socket.getLocalPort();
        }
    }
}
