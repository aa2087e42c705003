package io.tagweir.app;

import io.tagweir.avro.Snapshot;
import io.tagweir.control.ControlTopic;
import io.tagweir.snapshot.Fleet;
import io.tagweir.snapshot.HeadTagsTopic;
import io.tagweir.snapshot.RecentQueries;
import io.tagweir.snapshot.RequestsTopic;
import io.tagweir.snapshot.RowRules;
import io.tagweir.snapshot.Sealing;
import io.tagweir.snapshot.SnapshotLife;
import io.tagweir.snapshot.SnapshotPublisher;
import io.tagweir.snapshot.TallyTopic;
import io.tagweir.snapshot.VocabularyLimits;
import io.tagweir.snapshot.VocabularyTopic;
import io.tagweir.topology.Topic;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** The topics that the commands on snapshots read and write, as the settings name them. */
final class SnapshotTopics {

    private SnapshotTopics() {}

    static ControlTopic<Snapshot> control(Settings settings) {
        return new ControlTopic<>(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_SNAPSHOTS),
                settings.serdes().value(Topic.HEAD_SNAPSHOTS),
                SnapshotLife.KIND);
    }

    static HeadTagsTopic headTags(Settings settings) {
        var serdes = settings.serdes();
        return new HeadTagsTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_TAGS),
                serdes.key(Topic.HEAD_TAGS),
                serdes.value(Topic.HEAD_TAGS));
    }

    static SnapshotPublisher publisher(Settings settings) {
        return new SnapshotPublisher(
                settings.clientConfig(),
                sealing(settings),
                headTags(settings),
                settings.snapshots().taxonomy(),
                Clock.systemUTC());
    }

    static Sealing sealing(Settings settings) {
        return new Sealing(control(settings), vocabularies(settings), VocabularyLimits.STANDARD);
    }

    static VocabularyTopic vocabularies(Settings settings) {
        return new VocabularyTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_VOCABULARY),
                settings.serdes().value(Topic.HEAD_VOCABULARY));
    }

    /** The applications that hold snapshots; the one of the settings may run and not have told of any yet. */
    static Fleet fleet(Settings settings) {
        var tallies = new TallyTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_TALLIES),
                settings.serdes().value(Topic.HEAD_TALLIES));
        return new Fleet(
                settings.clientConfig(), tallies, List.of(settings.app().applicationId()));
    }

    static RowRules rules(Settings settings, int partitions) {
        return new RowRules(
                settings.snapshots().taxonomy(), partitions, settings.head().maxRowBytes());
    }

    static RecentQueries queries(Settings settings) {
        return new RecentQueries(
                settings.clientConfig(),
                settings.topics().name(Topic.QUERIES),
                settings.serdes().value(Topic.QUERIES));
    }

    static RequestsTopic requests(Settings settings) {
        return new RequestsTopic(
                settings.clientConfig(),
                settings.topics().name(Topic.HEAD_REQUESTS),
                settings.serdes().value(Topic.HEAD_REQUESTS));
    }

    /**
     * A snapshot whose rows are sealed and to be used.
     *
     * @throws Refusal where it is not one
     */
    static Snapshot sealed(Map<String, Snapshot> all, String id) {
        var snapshot = all.get(id);
        if (snapshot == null) {
            throw new Refusal("there is no snapshot " + id
                    + (all.isEmpty() ? ", and no other" : "; known: " + String.join(", ", all.keySet())));
        }
        return switch (snapshot.getState()) {
            case SEALED, ACTIVE, SUPERSEDED -> snapshot;
            default ->
                throw new Refusal("the snapshot " + id + " is " + snapshot.getState()
                        + "; only one that is SEALED, ACTIVE or SUPERSEDED will do");
        };
    }
}
