package io.tagweir.app;

import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.HeadTally;
import io.tagweir.avro.Snapshot;
import io.tagweir.avro.Vocabulary;
import io.tagweir.control.CompactedTopic;
import io.tagweir.control.ControlTopic;
import io.tagweir.control.GroupReports;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.QueriesTopic;
import io.tagweir.snapshot.RowRules;
import io.tagweir.snapshot.Sealing;
import io.tagweir.snapshot.SnapshotLifecycle;
import io.tagweir.snapshot.SnapshotPublisher;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serde;

/** The topics that the commands on snapshots read and write, as the settings name them. */
public final class SnapshotTopics {

    private SnapshotTopics() {}

    static ControlTopic<Snapshot> control(Settings settings) {
        return control(settings, System.err::println);
    }

    /** @param warnings see {@link ControlTopic} */
    static ControlTopic<Snapshot> control(Settings settings, Consumer<String> warnings) {
        return new ControlTopic<>(
                settings.clientConfig(),
                settings.topics().headSnapshots(),
                ConfiguredSerdes.of(settings).snapshots(),
                SnapshotLifecycle.INSTANCE,
                warnings);
    }

    static HeadTagsTopic headTags(Settings settings) {
        var serdes = ConfiguredSerdes.of(settings);
        return new HeadTagsTopic(
                settings.clientConfig(), settings.topics().headTags(), serdes.headKeys(), serdes.headTags());
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
        return new Sealing(
                control(settings, warnings),
                vocabularies(settings),
                settings.snapshots().vocabulary());
    }

    static CompactedTopic<Vocabulary> vocabularies(Settings settings) {
        return compacted(
                settings,
                settings.topics().headVocabulary(),
                ConfiguredSerdes.of(settings).vocabularies());
    }

    /** What applications have stored of snapshots; the application of the settings may not have reported yet. */
    static GroupReports<HeadTally> headReports(Settings settings) {
        return new GroupReports<>(
                settings.clientConfig(),
                compacted(
                        settings,
                        settings.topics().headTallies(),
                        ConfiguredSerdes.of(settings).headTallies()),
                List.of(settings.app().applicationId()));
    }

    static CompactedTopic<HeadRequest> requests(Settings settings) {
        return compacted(
                settings,
                settings.topics().headRequests(),
                ConfiguredSerdes.of(settings).headRequests());
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
                settings.topics().queries(),
                ConfiguredSerdes.of(settings).queries());
    }

    /** @throws Refusal unless the snapshot is sealed and neither retired nor quarantined */
    static Snapshot requireSealed(Snapshot snapshot) {
        return switch (snapshot.getState()) {
            case SEALED, ACTIVE, SUPERSEDED -> snapshot;
            default ->
                throw new Refusal("the snapshot " + snapshot.getId() + " is " + snapshot.getState()
                        + "; it must be SEALED, ACTIVE or SUPERSEDED");
        };
    }
}
