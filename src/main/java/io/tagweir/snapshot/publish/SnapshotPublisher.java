package io.tagweir.snapshot.publish;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Vocabulary;
import io.tagweir.control.ControlTopic;
import io.tagweir.query.Normaliser;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.Manifest;
import io.tagweir.snapshot.PartitionDigest;
import io.tagweir.snapshot.life.Retirement;
import io.tagweir.snapshot.life.SnapshotTransitions;
import io.tagweir.tag.Taxonomy;
import io.tagweir.text.WellFormed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes head snapshots: announces them as PUBLISHING, writes their rows, and seals them with a manifest once Kafka has
 * all rows.
 *
 * <p>Only a sealed snapshot can be activated, so an interruption leaves one that never answers. It can be resumed or
 * retired. Ids are never reused. Used by one thread.
 */
public final class SnapshotPublisher implements AutoCloseable {

    /**
     * A snapshot to publish.
     *
     * @param source where the rows come from
     * @param teacher version of the teacher; may be empty
     * @param prompt version of its prompt; may be empty
     * @param resume whether its publication was interrupted
     */
    public record PublishRequest(String id, String source, String teacher, String prompt, boolean resume) {

        public PublishRequest {
            if (!id.matches("[A-Za-z0-9._-]{1,100}")) {
                throw new RefusedException(
                        "a snapshot id is 1 to 100 letters, digits, dots, dashes and underscores, not: " + id);
            }
            for (var text : List.of(source, teacher, prompt)) {
                WellFormed.problem(text).ifPresent(problem -> {
                    throw new RefusedException("source, teacher or prompt of the snapshot " + id + " " + problem);
                });
            }
        }
    }

    /**
     * A snapshot whose rows are written, but that is not sealed.
     *
     * @param record its control record without manifest and state
     * @param vocabulary to be written with the seal
     * @param identical rows skipped because an earlier one is the same
     * @param conflicting rows skipped because an earlier one of the same segment and canonical query has other tags
     * @param conflicts the first of these
     * @param kept rows of the interrupted publication that were kept
     * @param removed rows of the interrupted publication that were removed
     */
    public record UnsealedSnapshot(
            Snapshot record,
            Manifest manifest,
            Vocabulary vocabulary,
            long identical,
            long conflicting,
            List<String> conflicts,
            long kept,
            long removed) {

        public long duplicates() {
            return identical + conflicting;
        }
    }

    /**
     * A published snapshot.
     *
     * @param duplicates rows skipped because an earlier one had the same segment and canonical query
     */
    public record Published(Snapshot snapshot, long duplicates) {}

    private final Sealing sealing;
    private final ControlTopic<Snapshot> control;
    private final HeadTagsTopic topic;
    private final RowWriter writer;
    private final Taxonomy taxonomy;
    private final InstantSource clock;
    private @Nullable String unsealed;

    /**
     * @param clientConfig how a Kafka client reaches the cluster
     * @param sealing writes the control records
     * @param taxonomy the one that the labels of the rows were checked against
     */
    public SnapshotPublisher(
            Map<String, Object> clientConfig,
            Sealing sealing,
            HeadTagsTopic topic,
            Taxonomy taxonomy,
            InstantSource clock) {
        this.sealing = sealing;
        this.control = sealing.control();
        this.topic = topic;
        this.writer = new RowWriter(clientConfig, topic);
        this.taxonomy = taxonomy;
        this.clock = clock;
    }

    /** Writes a whole snapshot and seals it. */
    public Published publish(String id, String source, Iterator<HeadRow> teacher, LongConsumer progress) {
        var written = write(new PublishRequest(id, source, "", "", false), clock.instant(), teacher, progress);
        return new Published(seal(written), written.duplicates());
    }

    /**
     * Writes the rows of a snapshot. A resumed one will have exactly these rows.
     *
     * @param begun creation time of a new snapshot
     * @param progress given the number of rows read so far, now and then
     */
    public UnsealedSnapshot write(
            PublishRequest request, Instant begun, Iterator<HeadRow> teacher, LongConsumer progress) {
        if (request.resume) {
            requireResumable(control.read().require(request.id));
        }
        if (!request.resume && control.read().byId().containsKey(request.id)) {
            throw new RefusedException("there is a snapshot " + request.id + " already, and ids are never reused");
        }
        if (!teacher.hasNext()) {
            throw new RefusedException("there is no valid row; nothing was written");
        }
        var announced = request.resume ? control.read().require(request.id) : announce(request, begun);
        unsealed = request.id;
        var digests = new PartitionDigest[writer.partitions()];
        Arrays.fill(digests, PartitionDigest.EMPTY);
        var begunRows = new LeftoverRows(topic, request.id, digests.length);
        var sample = sealing.sample();
        var pass = new RowPass(request.id, digests, request.resume ? begunRows.hashes() : Map.of(), sample, writer);
        while (teacher.hasNext()) {
            pass.take(teacher.next());
            if (pass.rows() % 1_000 == 0) {
                progress.accept(pass.rows());
            }
        }
        long removed = request.resume ? begunRows.removeUnless(pass::holds, writer) : 0;
        writer.flush();
        progress.accept(pass.rows());
        var made = Snapshot.newBuilder(announced)
                .setNormaliser(Normaliser.VERSION)
                .setTaxonomy(taxonomy.fingerprint())
                .setSource(request.source)
                .setTeacher(request.teacher)
                .setPrompt(request.prompt)
                .build();
        return new UnsealedSnapshot(
                made,
                new Manifest(List.of(digests)),
                sealing.vocabulary(request.id, sample),
                pass.identical(),
                pass.conflicting(),
                pass.conflicts(),
                pass.kept(),
                removed);
    }

    private Snapshot announce(PublishRequest request, Instant begun) {
        var announced = Snapshot.newBuilder()
                .setId(request.id)
                .setState(SnapshotState.PUBLISHING)
                .setCreatedAt(begun.truncatedTo(ChronoUnit.MILLIS))
                .setNormaliser(Normaliser.VERSION)
                .setTaxonomy(taxonomy.fingerprint())
                .setSource(request.source)
                .setTeacher(request.teacher)
                .setPrompt(request.prompt)
                .build();
        control.change(records -> {
            if (records.byId().containsKey(request.id)) {
                throw new RefusedException("there is a snapshot " + request.id + " already, and ids are never reused");
            }
            return List.of(announced);
        });
        return announced;
    }

    private static void requireResumable(Snapshot snapshot) {
        if (snapshot.getState() != SnapshotState.PUBLISHING) {
            throw new RefusedException("the snapshot " + snapshot.getId() + " is " + snapshot.getState()
                    + "; only one that is PUBLISHING can be resumed");
        }
    }

    /** Seals a snapshot, unless it has been changed meanwhile. */
    public Snapshot seal(UnsealedSnapshot written) {
        var sealed = sealing.seal(written.record, written.manifest, written.vocabulary);
        unsealed = null;
        return sealed;
    }

    /** The snapshot that was announced or resumed here and has not been sealed. */
    public Optional<String> unsealed() {
        return Optional.ofNullable(unsealed);
    }

    /** Retires a snapshot that is not sealed, and removes its rows. */
    public void drop(String id) {
        control.change(records -> {
            if (records.require(id).getState() != SnapshotState.PUBLISHING) {
                throw new RefusedException("the snapshot " + id + " is "
                        + records.require(id).getState() + "; only one that is PUBLISHING can be dropped");
            }
            return Retirement.retire(records, id, Duration.ZERO, List.of(), clock.instant());
        });
        unsealed = null;
        removeRows(id, rows -> {});
    }

    /** Makes a sealed snapshot answer all queries from an event time on; see {@link SnapshotTransitions#activate}. */
    public Snapshot activate(String id, Instant from) {
        return activate(id, from, List.of());
    }

    /** @param forced the failed checks that were overridden; kept in its control record */
    public Snapshot activate(String id, Instant from, List<String> forced) {
        return control.change(records -> SnapshotTransitions.activate(records, id, from, clock.instant(), forced))
                .get(0);
    }

    /** Removes the vocabulary and the rows of a retired snapshot; returns the number of rows removed. */
    public long removeRows(String id, LongConsumer progress) {
        if (!Retirement.isRetired(control.read().require(id))) {
            throw new RefusedException("the snapshot " + id + " is not retired");
        }
        writer.send(sealing.vocabularies().record(id, null));
        long removed = 0;
        for (int number = 0; number < writer.partitions(); number++) {
            removed += writer.remove(id, number, key -> true, true);
            progress.accept(removed);
        }
        writer.flush();
        return removed;
    }

    /** All snapshots, by id. */
    public List<Snapshot> list() {
        return List.copyOf(control.read().byId().values());
    }

    @Override
    public void close() {
        writer.close();
    }
}
