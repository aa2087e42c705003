package io.tagweir.app.bench;

import io.tagweir.bench.DirectStudent;
import io.tagweir.bench.NaiveTopology;
import io.tagweir.bench.PassThrough;
import io.tagweir.bench.RecordWriter;
import io.tagweir.student.OnnxStudent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.Topology;

/** The systems that are measured, created on first use, with their heads loaded. Owned by one thread. */
final class Systems {

    private final BenchContext context;
    private final Map<String, String> base;
    private final OnnxStudent student;
    private final Path dir;
    private final PassThrough passThrough;
    private final Map<Integer, TaggingSystem> byRows = new TreeMap<>();

    /**
     * @param base settings that name the cluster
     * @param dir gets the state directories
     */
    Systems(BenchContext context, Map<String, String> base, OnnxStudent student, Path dir) {
        this.context = context;
        this.base = Map.copyOf(base);
        this.student = student;
        this.dir = dir;
        this.passThrough =
                new PassThrough(context.serdes().queries(), context.serdes().tagged(), context.clock());
    }

    /** {@code 10k} for 10 thousand, {@code 1m} for a million. */
    static String size(int rows) {
        return rows % 1_000_000 == 0 ? rows / 1_000_000 + "m" : rows / 1_000 + "k";
    }

    /** Tagweir with the small head. */
    TaggingSystem small() {
        return tagging(context.scale().smallHead());
    }

    /** Tagweir with a head of so many rows. */
    TaggingSystem tagging(int rows) {
        return byRows.computeIfAbsent(rows, count -> loaded(size(count), count));
    }

    /** Tagweir named {@code head-} and {@code suffix}, with a loaded head of its own. */
    TaggingSystem loaded(String suffix, int rows) {
        var system = empty(suffix);
        headWriter(system).write(rows);
        context.load(system);
        return system;
    }

    /** Tagweir named {@code head-} and {@code suffix}, with topics and a state of its own, and an empty head. */
    TaggingSystem empty(String suffix) {
        var given = new HashMap<>(given("tagweir-" + suffix));
        var cluster = context.cluster();
        given.put(TaggingSystem.HEAD_TAGS, cluster.create("head-tags-" + suffix));
        given.put(TaggingSystem.HEAD_SNAPSHOTS, cluster.create("head-snapshots-" + suffix, 1));
        return new TaggingSystem("head-" + suffix, given, cluster.partitions(), student, context.clock());
    }

    HeadWriter headWriter(TaggingSystem system) {
        return new HeadWriter(context, system.settings().topics());
    }

    PeerSystem avroPassThrough() {
        return peer(PassThrough.AVRO, passThrough::avro, () -> {});
    }

    PeerSystem rawPassThrough() {
        return peer(PassThrough.RAW, passThrough::raw, () -> {});
    }

    /** The naive peer, with the small head. */
    PeerSystem naive() {
        var cluster = context.cluster();
        var serdes = context.serdes();
        String table = cluster.create("naive-head-tags");
        var now = context.clock().instant();
        try (var producer = cluster.producer(true)) {
            var writer = new RecordWriter(producer);
            for (int i = 0; i < context.scale().smallHead(); i++) {
                var row = HeadWriter.row(i, now);
                writer.send(new ProducerRecord<>(
                        table,
                        row.key().text().getBytes(StandardCharsets.UTF_8),
                        serdes.headTags().serializer().serialize(table, row.tags())));
            }
            writer.flush();
        }
        var topology = new NaiveTopology(
                table,
                serdes.queries(),
                serdes.headTags(),
                serdes.tagged(),
                query -> student.tag(List.of(query)).get(0),
                context.clock());
        var peer = peer(NaiveTopology.NAME, topology::topology, () -> cluster.awaitConsumed(NaiveTopology.NAME, table));
        context.load(peer);
        return peer;
    }

    private PeerSystem peer(String name, BiFunction<String, String, Topology> topology, Runnable awaitHead) {
        return new PeerSystem(name, given(name), topology, awaitHead);
    }

    private Map<String, String> given(String applicationId) {
        var given = new HashMap<>(base);
        given.put(TaggingSystem.APPLICATION_ID, applicationId);
        given.put(TaggingSystem.STATE_DIR, dir.resolve("state-" + applicationId).toString());
        return given;
    }

    DirectStudent directStudent() {
        var batch = context.settings().tail().batch();
        return new DirectStudent(student::tag, batch.threads(), batch.window(), batch.maxQueries());
    }
}
