package io.tagweir.app.snapshot;

import io.tagweir.app.settings.Settings;
import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.Vocabulary;
import io.tagweir.control.CompactedTopic;
import io.tagweir.control.ControlTopic;
import io.tagweir.control.GroupReports;
import io.tagweir.reason.RefusedException;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.RowRules;
import io.tagweir.snapshot.VocabularyLimits;
import io.tagweir.snapshot.gate.QueriesTopic;
import io.tagweir.snapshot.life.SnapshotLifecycle;
import io.tagweir.snapshot.publish.Sealing;
import io.tagweir.snapshot.publish.SnapshotPublisher;
import io.tagweir.topology.Topic;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serde;

/** The topics that the commands on snapshots read and write, as the settings name them. */
public final class SnapshotTopics {

    private SnapshotTopics() {}

    public static ControlTopic<Snapshot> control(Settings settings) {
        return control(settings, System.err::println);
    }

    /** @param warnings see {@link ControlTopic} */
    public static ControlTopic<Snapshot> control(Settings settings, Consumer<String> warnings) {
        return new ControlTopic<>(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_SNAPSHOTS),
                settings.serdes().value(Topic.HEAD_SNAPSHOTS),
                SnapshotLifecycle.INSTANCE,
                warnings);
    }

    public static HeadTagsTopic headTags(Settings settings) {
        var serdes = settings.serdes();
        return new HeadTagsTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_TAGS),
                serdes.key(Topic.HEAD_TAGS),
                serdes.value(Topic.HEAD_TAGS));
    }

    public static SnapshotPublisher publisher(Settings settings) {
        return publisher(settings, System.err::println);
    }

    static SnapshotPublisher publisher(Settings settings, Consumer<String> warnings) {
        return new SnapshotPublisher(
                settings.clientConfig(),
                sealing(settings, warnings),
                headTags(settings),
                settings.snapshots().taxonomy(),
                Clock.systemUTC());
    }

    static Sealing sealing(Settings settings, Consumer<String> warnings) {
        return new Sealing(control(settings, warnings), vocabularies(settings), VocabularyLimits.STANDARD);
    }

    public static CompactedTopic<Vocabulary> vocabularies(Settings settings) {
        return compacted(
                settings,
                settings.topics().name(Topic.HEAD_VOCABULARY),
                settings.serdes().value(Topic.HEAD_VOCABULARY));
    }

    /** What applications have stored of snapshots; the application of the settings may not have reported yet. */
    public static GroupReports<HeadTally> headReports(Settings settings) {
        return new GroupReports<>(
                settings.clientConfig(),
                compacted(
                        settings,
                        settings.topics().name(Topic.HEAD_TALLIES),
                        settings.serdes().value(Topic.HEAD_TALLIES)),
                List.of(settings.app().applicationId()));
    }

    static CompactedTopic<HeadRequest> requests(Settings settings) {
        return compacted(
                settings,
                settings.topics().name(Topic.HEAD_REQUESTS),
                settings.serdes().value(Topic.HEAD_REQUESTS));
    }

    private static <T> CompactedTopic<T> compacted(Settings settings, String topic, Serde<T> serde) {
        return new CompactedTopic<>(settings.clientConfig(), topic, serde);
    }

    static RowRules rules(Settings settings, int partitions) {
        return new RowRules(
                settings.snapshots().taxonomy(), partitions, settings.head().maxRowBytes());
    }

    static QueriesTopic queries(Settings settings) {
        return new QueriesTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.QUERIES),
                settings.serdes().value(Topic.QUERIES));
    }

    /** @throws RefusedException unless the snapshot is sealed and neither retired nor quarantined */
    static Snapshot requireSealed(Snapshot snapshot) {
        return switch (snapshot.getState()) {
            case SEALED, ACTIVE, SUPERSEDED -> snapshot;
            default ->
                throw new RefusedException("the snapshot " + snapshot.getId() + " is " + snapshot.getState()
                        + "; it must be SEALED, ACTIVE or SUPERSEDED");
        };
    }
}
