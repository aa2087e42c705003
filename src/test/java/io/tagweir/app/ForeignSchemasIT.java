package io.tagweir.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagweir.topology.Topic;
import io.tagweir.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Queries in schemas that others have registered, through a running application: answered, or kept with a reason. */
class ForeignSchemasIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UNFIT_DEFAULT = "{\"name\":\"note\",\"type\":\"string\",\"default\":null}";
    private static final String LIST = "{\"name\":\"list\",\"type\":{\"type\":\"record\",\"name\":\"Link\","
            + "\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Link\"]}]}}";
    private static final String NOTHINGS = "{\"name\":\"nothings\",\"type\":{\"type\":\"array\",\"items\":\"null\"}}";

    @RegisterExtension
    static final TestCluster CLUSTER = new TestCluster();

    interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    @Test
    void everyQueryIsAnsweredOrKeptWithItsReason() throws Exception {
        var deployment = CLUSTER.deployment("foreign");
        var queries = new LinkedHashMap<String, byte[]>();
        queries.put("plain", deployment.event("plain", "milk"));
        queries.put("unfit-default", query("unfit-default", UNFIT_DEFAULT, out -> out.writeString("n")));
        queries.put("short-list", query("short-list", LIST, out -> links(out, 10)));
        queries.put("long-list", query("long-list", LIST, out -> links(out, 100_000)));
        queries.put("few-nothings", query("few-nothings", NOTHINGS, out -> nothings(out, 10)));
        queries.put("nothings", query("nothings", NOTHINGS, out -> nothings(out, Integer.MAX_VALUE - 8)));
        var illFormed = query("ill-formed", UNFIT_DEFAULT, out -> out.writeString("n"));
        illFormed[WireFormat.HEADER + 1] = (byte) 0xff;
        queries.put("ill-formed", illFormed);
        queries.put("unknown-schema", new byte[] {0, 0x7f, 1, 2, 3, 4});
        queries.put("after", deployment.event("after", "milk"));

        var application = deployment.start("one");
        queries.forEach((key, value) -> deployment.writeBytes(Topic.QUERIES, key, value));
        var outputs = deployment.outputs();
        outputs.await(queries.size());
        assertThat(application.state()).isEqualTo(State.RUNNING);
        assertThat(outputs.answers().keySet())
                .containsExactlyInAnyOrder("plain", "unfit-default", "short-list", "few-nothings", "after");
        assertThat(outputs.repeated()).isEmpty();
        assertReason(outputs, "long-list", "values are nested deeper than");
        assertReason(outputs, "nothings", "values in so few bytes");
        assertReason(outputs, "ill-formed", "query_id is not valid UTF-8");
        assertReason(outputs, "unknown-schema", "unknown schema id");
    }

    private static void assertReason(Outputs outputs, String key, String reason) {
        assertThat(outputs.deadLetters().get(key)).hasSize(1);
        assertThat(outputs.reason(key)).startsWith("UNDECODABLE: ").contains(reason);
    }

    /** A query whose schema has one more field than ours, registered as any client would. */
    private static byte[] query(String id, String field, Body more) throws Exception {
        var schema = (ObjectNode) JSON.readTree(Files.readString(Path.of("avro/QueryEvent.avsc")));
        schema.withArray("fields").add(JSON.readTree(field));
        var bytes = new ByteArrayOutputStream();
        bytes.write(WireFormat.header(register(id + "-value", schema.toString())));
        var out = EncoderFactory.get().binaryEncoder(bytes, null);
        out.writeString(id);
        out.writeString("milk");
        out.writeString("");
        out.writeEnum(1);
        out.writeIndex(0);
        more.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static int register(String subject, String schema) throws Exception {
        var body = JSON.createObjectNode().put("schema", schema).toString();
        var request = HttpRequest.newBuilder(
                        URI.create(CLUSTER.cluster().registryUrl() + "/subjects/" + subject + "/versions"))
                .POST(BodyPublishers.ofString(body))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("id").asInt();
    }

    private static void links(BinaryEncoder out, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            out.writeIndex(1);
        }
        out.writeIndex(0);
    }

    private static void nothings(BinaryEncoder out, long count) throws IOException {
        out.writeLong(count);
        out.writeLong(0);
    }
}
