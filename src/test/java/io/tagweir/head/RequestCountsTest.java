package io.tagweir.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.avro.HeadRequest;
import io.tagweir.avro.MissReason;
import io.tagweir.query.QueryKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class RequestCountsTest {

    private static final Instant FROM = Instant.ofEpochMilli(1);
    private static final Instant TO = Instant.ofEpochMilli(2);

    private final RequestCounts counts = counts(3, 2, 64);

    @Test
    void onlyTheMostFrequentAreTakenInOrder() {
        count("often", MissReason.GENUINE, 9);
        count("now and then", MissReason.GENUINE, 4);
        count("twice", MissReason.GENUINE, 2);
        count("twice, too", MissReason.GENUINE, 2);
        assertThat(take())
                .extracting(HeadRequest::getQuery, HeadRequest::getCount)
                .containsExactly(tuple("often", 9), tuple("now and then", 4), tuple("twice", 2));
        assertThat(take()).isEmpty();
    }

    @Test
    void queryThatIsMissedOnceIsNotAskedForButOneThatIsStaleIs() {
        count("once", MissReason.GENUINE, 1);
        count("old", MissReason.STALE, 1);
        count("wrong", MissReason.INVALIDATED, 1);
        assertThat(take())
                .extracting(HeadRequest::getQuery, HeadRequest::getReason)
                .containsExactly(Tuple.tuple("wrong", MissReason.INVALIDATED), Tuple.tuple("old", MissReason.STALE));
    }

    @Test
    void queryWantedForSeveralReasonsIsAskedForOnceForTheGravest() {
        count("milk", MissReason.GENUINE, 5);
        count("milk", MissReason.STALE, 2);
        count("milk", MissReason.INVALIDATED, 1);
        count("bread", MissReason.GENUINE, 1);
        count("bread", MissReason.STALE, 1);
        assertThat(take())
                .extracting(HeadRequest::getQuery, HeadRequest::getReason, HeadRequest::getCount)
                .containsExactly(
                        Tuple.tuple("milk", MissReason.INVALIDATED, 8L), Tuple.tuple("bread", MissReason.STALE, 2L));
    }

    @Test
    void requestNamesSegmentAndIntervalAndTheSnapshotWhereThereWasOne() {
        counts.count(new LookupResult.TeacherRequest(new QueryKey("de", "milch"), MissReason.STALE, "v1"));
        assertThat(take()).containsExactly(new HeadRequest("de", "milch", MissReason.STALE, 1L, "v1", FROM, TO));
        counts.count(new LookupResult.TeacherRequest(new QueryKey("de", "milch"), MissReason.STALE, "v1"));
        counts.count(new LookupResult.TeacherRequest(new QueryKey("de", "milch"), MissReason.STALE, "v2"));
        assertThat(take()).containsExactly(new HeadRequest("de", "milch", MissReason.STALE, 2L, null, FROM, TO));
    }

    /** A million distinct queries, and among them three that come again and again. */
    @Test
    void memoryIsBoundedAndWhatIsWantedMostIsStillFound() {
        var bounded = counts(3, 2, 1_024);
        for (int i = 0; i < 1_000_000; i++) {
            count(bounded, "query no " + i, MissReason.GENUINE);
            for (int often = 1; often <= 3; often++) {
                if (i % (20 * often) == 0) {
                    count(bounded, "often " + often, MissReason.GENUINE);
                }
            }
            assertThat(bounded.held(MissReason.GENUINE)).isLessThanOrEqualTo(768);
        }
        var requests = bounded.take(FROM, TO);
        assertThat(requests).extracting(HeadRequest::getQuery).containsExactly("often 1", "often 2", "often 3");
        double most = 1_000_000 * 1.1 / (1_024 / 4.0);
        for (int often = 1; often <= 3; often++) {
            double truth = Math.ceil(1_000_000 / (20.0 * often));
            assertThat((double) requests.get(often - 1).getCount()).isBetween(truth - most, truth);
        }
        assertThat(bounded.held(MissReason.GENUINE)).isZero();
    }

    @Test
    void coldQueriesAreNobodysRequest() {
        assertThatThrownBy(() -> count("milk", MissReason.COLD, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private void count(String query, MissReason reason, int times) {
        for (int i = 0; i < times; i++) {
            count(counts, query, reason);
        }
    }

    private static void count(RequestCounts counts, String query, MissReason reason) {
        counts.count(new LookupResult.TeacherRequest(new QueryKey("", query), reason, "v1"));
    }

    private List<HeadRequest> take() {
        return counts.take(FROM, TO);
    }

    private static Tuple tuple(String query, long count) {
        return Tuple.tuple(query, count);
    }

    private static RequestCounts counts(int top, int minCount, int entries) {
        return new RequestCounts(new RequestSettings(Duration.ofSeconds(1), top, minCount, entries));
    }
}
