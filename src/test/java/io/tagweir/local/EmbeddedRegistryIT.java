package io.tagweir.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.local.RegistryCalls.Answer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The registry over HTTP. Each test has a subject of its own. */
class EmbeddedRegistryIT {

    private static final String V1 =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";
    private static final String V2_WITH_DEFAULT = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}]}";
    private static final String V2_WITHOUT_DEFAULT = V2_WITH_DEFAULT.replace(",\"default\":\"\"", "");

    private static LocalCluster cluster;
    private static RegistryCalls registry;

    @BeforeAll
    static void start() {
        cluster = LocalCluster.start(LocalCluster.Options.throwaway());
        registry = new RegistryCalls(cluster.registryUrl());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void registeringTheSameSchemaAgainGivesTheSameIdAndNoVersion() {
        int id = registry.idOf("again-value", V1);

        assertThat(registry.idOf("again-value", "  " + V1.replace(":", " : "))).isEqualTo(id);
        assertThat(registry.get("/subjects/again-value/versions").json().toString())
                .isEqualTo("[1]");
    }

    @Test
    void oneSchemaHasOneIdUnderEverySubject() {
        assertThat(registry.idOf("one-value", V1)).isEqualTo(registry.idOf("other-value", V1));
    }

    @Test
    void schemasThatDifferInADefaultHaveDifferentIds() {
        int empty = registry.idOf("default-value", V2_WITH_DEFAULT);

        assertThat(registry.idOf("default-value", V2_WITH_DEFAULT.replace("\"\"", "\"x\"")))
                .isNotEqualTo(empty);
    }

    @Test
    void versionsAreGivenByNumberAndAsTheLatest() {
        registry.idOf("versions-value", V1);
        int second = registry.idOf("versions-value", V2_WITH_DEFAULT);

        var latest = registry.get("/subjects/versions-value/versions/latest").json();
        assertThat(latest.path("subject").asText()).isEqualTo("versions-value");
        assertThat(latest.path("version").asInt()).isEqualTo(2);
        assertThat(latest.path("id").asInt()).isEqualTo(second);
        assertThat(latest.path("schema").asText()).isEqualTo(V2_WITH_DEFAULT);
        assertThat(registry.get("/subjects/versions-value/versions/2").json()).isEqualTo(latest);
        assertThat(registry.get("/subjects/versions-value/versions/1")
                        .json()
                        .path("schema")
                        .asText())
                .isEqualTo(V1);
        assertThat(registry.get("/subjects").json().toString()).contains("\"versions-value\"");
        assertThat(registry.schema(second)).isEqualTo(V2_WITH_DEFAULT);
    }

    @Test
    void schemaIsFoundUnderItsSubject() {
        int id = registry.idOf("found-value", V1);

        var found = registry.post("/subjects/found-value", RegistryCalls.body(V1));
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().path("id").asInt()).isEqualTo(id);
        assertThat(found.json().path("version").asInt()).isEqualTo(1);
        assertThat(registry.post("/subjects/found-value", RegistryCalls.body("\"int\""))
                        .errorCode())
                .isEqualTo(40403);
    }

    @Test
    void schemaThatCannotReadTheLastVersionIsRefused() {
        registry.idOf("strict-value", V1);

        Answer refused = registry.register("strict-value", V2_WITHOUT_DEFAULT);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo(409);
        assertThat(refused.json().path("message").asText()).contains("READER_FIELD_MISSING_DEFAULT_VALUE");
        assertThat(isCompatible("strict-value", V2_WITHOUT_DEFAULT)).isFalse();
        assertThat(isCompatible("strict-value", V2_WITH_DEFAULT)).isTrue();
    }

    /**
     * {@code @kafkajs/confluent-schema-registry} asks for the level before it registers, and sets it if there is none.
     */
    @Test
    void everySubjectHasTheLevelBackward() {
        registry.idOf("level-value", V1);
        for (var path : List.of("/config", "/config/level-value", "/config/none-value?defaultToGlobal=true")) {
            assertThat(registry.get(path).json().toString()).isEqualTo("{\"compatibilityLevel\":\"BACKWARD\"}");
        }
        assertThat(registry.put("/config/level-value", "{\"compatibility\":\"BACKWARD\"}")
                        .json()
                        .toString())
                .isEqualTo("{\"compatibility\":\"BACKWARD\"}");

        var refused = registry.put("/config/level-value", "{\"compatibility\":\"NONE\"}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.errorCode()).isEqualTo(42203);
        assertThat(refused.json().path("message").asText()).endsWith("this registry supports BACKWARD only");
    }

    @Test
    void deleteIsRefusedAndChangesNothing() {
        registry.idOf("kept-value", V1);

        for (var path : List.of("/subjects/kept-value", "/subjects/kept-value/versions/1?permanent=true")) {
            var refused = registry.delete(path);
            assertThat(refused.status()).isEqualTo(405);
            assertThat(refused.errorCode()).isEqualTo(405);
            assertThat(refused.json().path("message").asText()).startsWith("this registry does not delete schemas");
        }

        assertThat(registry.get("/subjects/kept-value/versions").json().toString())
                .isEqualTo("[1]");
    }

    @Test
    void subjectMayHoldAnyCharacter() {
        String subject = "a/b c+d%é:queries-value";

        int id = registry.idOf(subject, V1);

        var latest = registry.get("/subjects/" + RegistryCalls.encoded(subject) + "/versions/latest");
        assertThat(latest.json().path("subject").asText()).isEqualTo(subject);
        assertThat(latest.json().path("id").asInt()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /subjects/none/versions, 404, 40401",
        "GET, /subjects/none/versions/1, 404, 40401",
        "GET, /subjects/none/versions/0, 422, 42202",
        "GET, /subjects/none/versions/newest, 422, 42202",
        "GET, /schemas/ids/99999, 404, 40403",
        "GET, /schemas/ids/x, 404, 404",
        "GET, /nowhere, 404, 404",
        "GET, /subjects/none/versions/1/2/3, 404, 404",
        "DELETE, /schemas/types, 404, 404",
        "GET, /mode, 404, 404",
        "POST, /subjects/none/versions, 400, 400",
        "PUT, /config, 400, 400",
    })
    void wrongRequestIsAnsweredWithItsCode(String method, String path, int status, int code) {
        Answer answer = switch (method) {
            case "GET" -> registry.get(path);
            case "DELETE" -> registry.delete(path);
            case "PUT" -> registry.put(path, "{\"compat");
            default -> registry.post(path, "not json");
        };

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.json().path("message").asText()).isNotEmpty();
        assertThat(answer.contentType()).isEqualTo("application/vnd.schemaregistry.v1+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{}",
                "{\"schema\":7}",
                "{\"schema\":\"\"}",
                "{\"schema\":\"{\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"recrod\\\"}\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":null,\\\"fields\\\":7}\"}",
                "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}",
                "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"a\"}]}",
            })
    void malformedSchemaIsInvalid(String body) {
        Answer answer = registry.post("/subjects/malformed-value/versions", body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errorCode()).isEqualTo(42201);
    }

    @Test
    void defaultThatDoesNotFitIsAcceptedAsConfluentsRegistryDoes() {
        var unfit = V2_WITH_DEFAULT.replace("\"\"", "null");
        int id = registry.idOf("unfit-value", unfit);

        assertThat(registry.get("/schemas/ids/" + id).json().path("schema").asText())
                .isEqualTo(unfit);
        assertThat(registry.post("/compatibility/subjects/unfit-value/versions/latest", RegistryCalls.body(V1))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void schemaNestedTooDeeplyIsInvalid() {
        var deep = "{\"type\":\"array\",\"items\":".repeat(100_000) + "\"int\"" + "}".repeat(100_000);
        var flat = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"type\":\"record\",\"name\":\"C" + i + "\",\"fields\":[{\"name\":\"c\",\"type\":\"C"
                        + Math.min(i + 1, 19_999) + "\"}]}")
                .collect(Collectors.joining(",", "[", "]"));

        for (var schema : List.of(deep, flat)) {
            Answer answer = registry.post("/subjects/deep-value/versions", RegistryCalls.body(schema));
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.errorCode()).isEqualTo(42201);
        }
    }

    @Test
    void unknownVersionOfAKnownSubjectIsNamed() {
        registry.idOf("short-value", V1);

        assertThat(registry.get("/subjects/short-value/versions/7").errorCode()).isEqualTo(40402);
        assertThat(registry.post("/compatibility/subjects/short-value/versions/7", RegistryCalls.body(V1))
                        .errorCode())
                .isEqualTo(40402);
    }

    @Test
    void concurrentRegistrationsGetDistinctIdsAndVersions() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> calls = IntStream.range(0, 40)
                    .<Callable<Integer>>mapToObj(i ->
                            () -> registry.idOf("busy-value", V2_WITH_DEFAULT.replace("\"\"", "\"" + i % 20 + "\"")))
                    .toList();
            Set<Integer> ids = new HashSet<>();
            for (Future<Integer> one : threads.invokeAll(calls)) {
                ids.add(one.get());
            }

            assertThat(ids).hasSize(20);
            assertThat(registry.get("/subjects/busy-value/versions").json()).hasSize(20);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void clientThatStopsHalfWayHoldsUpNobody() throws Exception {
        int port = Integer.parseInt(cluster.registryUrl().replaceAll(".*:", ""));
        try (var halfWay = new Socket(Loopback.at(port).getAddress(), port)) {
            halfWay.getOutputStream()
                    .write("POST /subjects/half/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
                            .getBytes(StandardCharsets.US_ASCII));
            halfWay.getOutputStream().flush();

            assertThat(registry.get("/schemas/types").json().toString()).isEqualTo("[\"AVRO\"]");
        }
    }

    @Test
    void bodyTooLargeIsRefused() {
        Answer answer = registry.post("/subjects/large/versions", " ".repeat(32 * 1024 * 1024));

        assertThat(answer.status()).isEqualTo(413);
    }

    private static boolean isCompatible(String subject, String schema) {
        return registry.post(
                        "/compatibility/subjects/" + subject + "/versions/latest?verbose=true",
                        RegistryCalls.body(schema))
                .json()
                .required("is_compatible")
                .asBoolean();
    }
}
