package io.tagweir.snapshot;

import io.tagweir.avro.Snapshot;
import io.tagweir.avro.SnapshotState;
import io.tagweir.avro.Vocabulary;
import io.tagweir.control.ControlTopic;
import io.tagweir.control.RefusedException;
import io.tagweir.query.Normaliser;
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
 * Writes head snapshots: announced as PUBLISHING, filled, and SEALED with their manifest once Kafka holds every row.
 *
 * <p>Only a sealed one can be made active, so an interruption leaves one that never answers; it can be resumed or
 * retired. Ids are never reused. Used by one thread.
 */
public final class SnapshotPublisher implements AutoCloseable {

    /**
     * What is to be published.
     *
     * @param source where the rows come from
     * @param teacher version of the teacher; empty: not given
     * @param prompt version of its prompt; empty: not given
     * @param resume whether it was begun before
     */
    public record Order(String id, String source, String teacher, String prompt, boolean resume) {

        public Order {
            if (!id.matches("[A-Za-z0-9._-]{1,100}")) {
                throw new RefusedException(
                        "a snapshot id is 1 to 100 letters, digits, dots, dashes and underscores, not: " + id);
            }
            for (var text : List.of(source, teacher, prompt)) {
                WellFormed.problem(text).ifPresent(problem -> {
                    throw new RefusedException("what the snapshot " + id + " is made of " + problem);
                });
            }
        }
    }

    /**
     * A snapshot whose rows Kafka holds and that is not sealed.
     *
     * @param announced its control record, as it stands, with what is to be added to it
     * @param vocabulary what is to be written with the seal
     * @param identical rows left out because an earlier one is the same
     * @param conflicting rows left out because an earlier one of the same segment and canonical query has other tags
     * @param conflicts the first of these
     * @param kept rows that were there already
     * @param removed rows that were there and no longer belong
     */
    public record Written(
            Snapshot announced,
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
     * What was published.
     *
     * @param duplicates rows left out because an earlier one had the same segment and canonical query
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
     * @param sealing the control records, and what goes with a seal
     * @param taxonomy what the labels of the rows have been checked against
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
        var written = write(new Order(id, source, "", "", false), clock.instant(), teacher, progress);
        return new Published(seal(written), written.duplicates());
    }

    /**
     * Writes the rows of a snapshot. One that is resumed ends up with these rows and no others.
     *
     * @param begun when a new snapshot counts as created
     * @param progress told the number of rows read so far, now and then
     */
    public Written write(Order order, Instant begun, Iterator<HeadRow> teacher, LongConsumer progress) {
        if (order.resume) {
            requireResumable(control.read().require(order.id));
        }
        if (!order.resume && control.read().byId().containsKey(order.id)) {
            throw new RefusedException("there is a snapshot " + order.id + " already, and ids are never reused");
        }
        if (!teacher.hasNext()) {
            throw new RefusedException("no row is fit to be published; nothing was written");
        }
        var announced = order.resume ? control.read().require(order.id) : announce(order, begun);
        unsealed = order.id;
        var digests = new PartitionDigest[writer.partitions()];
        Arrays.fill(digests, PartitionDigest.EMPTY);
        var begunRows = new BegunRows(topic, order.id, digests.length);
        var sample = sealing.sample();
        var pass = new RowPass(order.id, digests, order.resume ? begunRows.hashes() : Map.of(), sample, writer);
        while (teacher.hasNext()) {
            pass.take(teacher.next());
            if (pass.rows() % 1_000 == 0) {
                progress.accept(pass.rows());
            }
        }
        long removed = order.resume ? begunRows.removeUnless(pass::holds, writer) : 0;
        writer.flush();
        progress.accept(pass.rows());
        var made = Snapshot.newBuilder(announced)
                .setNormaliser(Normaliser.VERSION)
                .setTaxonomy(taxonomy.fingerprint())
                .setSource(order.source)
                .setTeacher(order.teacher)
                .setPrompt(order.prompt)
                .build();
        return new Written(
                made,
                new Manifest(List.of(digests)),
                sealing.vocabulary(order.id, sample),
                pass.identical(),
                pass.conflicting(),
                pass.conflicts(),
                pass.kept(),
                removed);
    }

    private Snapshot announce(Order order, Instant begun) {
        var announced = Snapshot.newBuilder()
                .setId(order.id)
                .setState(SnapshotState.PUBLISHING)
                .setCreatedAt(begun.truncatedTo(ChronoUnit.MILLIS))
                .setNormaliser(Normaliser.VERSION)
                .setTaxonomy(taxonomy.fingerprint())
                .setSource(order.source)
                .setTeacher(order.teacher)
                .setPrompt(order.prompt)
                .build();
        control.change(records -> {
            if (records.byId().containsKey(order.id)) {
                throw new RefusedException("there is a snapshot " + order.id + " already, and ids are never reused");
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

    /** Seals what was written, unless somebody else has dealt with it meanwhile. */
    public Snapshot seal(Written written) {
        var sealed = sealing.seal(written.announced, written.manifest, written.vocabulary);
        unsealed = null;
        return sealed;
    }

    /**
     * The snapshot that was announced or resumed here and is not sealed: PUBLISHING, unless others have dealt with it.
     */
    public Optional<String> unsealed() {
        return Optional.ofNullable(unsealed);
    }

    /** Retires a snapshot that is not sealed, and removes what was written of it. */
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

    /** @param forced what was held against it, and done all the same; kept in its control record */
    public Snapshot activate(String id, Instant from, List<String> forced) {
        return control.change(records -> SnapshotTransitions.activate(records, id, from, clock.instant(), forced))
                .get(0);
    }

    /** Removes the vocabulary of a retired snapshot, and its rows; returns how many of these were left on the topic. */
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

    /** All snapshots there are, by id. */
    public List<Snapshot> list() {
        return List.copyOf(control.read().byId().values());
    }

    @Override
    public void close() {
        writer.close();
    }
}
