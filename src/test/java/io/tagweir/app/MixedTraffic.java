package io.tagweir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.Source;
import io.tagweir.avro.TaggedQuery;
import io.tagweir.testing.FakeStudent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Queries of every kind, with event times one millisecond apart, half of them under each of two snapshots.
 *
 * <p>Of twenty queries fourteen are in the head, five are not, and one makes the {@link FakeStudent} fail or is no
 * valid query. {@link #pump} never sends more than a window ahead of the outputs.
 */
final class MixedTraffic {

    private static final int WINDOW = 500;
    private static final List<String> HEAD = Rows.queries("popular", 400);

    /** What becomes of a query. */
    private enum Kind {
        POPULAR(Source.HEAD, ""),
        RARE(Source.STUDENT, ""),
        POISON(Source.FALLBACK, ""),
        EMPTY(null, "EMPTY_QUERY: "),
        RUBBISH(null, "UNDECODABLE: "),
        NO_VALUE(null, "UNDECODABLE: ");

        private static final List<Kind> ODD = List.of(POISON, EMPTY, RUBBISH, NO_VALUE);

        private final Source source;
        private final String reason;

        /** @param reason how the reason of its dead letter begins */
        Kind(Source source, String reason) {
            this.source = source;
            this.reason = reason;
        }

        boolean isAnswered() {
            return source != null;
        }

        /** A query that a crash repeats may find its own first answer in the cache. */
        Set<Source> sources(int answers) {
            return source == Source.STUDENT && answers > 1 ? Set.of(Source.STUDENT, Source.CACHE) : Set.of(source);
        }

        static Kind of(int number) {
            int of20 = number % 20;
            if (of20 < 19) {
                return of20 < 14 ? POPULAR : RARE;
            }
            return ODD.get(number / 20 % ODD.size());
        }
    }

    private final Deployment deployment;
    private final int queries;
    private final Instant start;
    private int sent;

    /** @param start event time of the first query */
    MixedTraffic(Deployment deployment, int queries, Instant start) {
        this.deployment = deployment;
        this.queries = queries;
        this.start = start;
    }

    /** Publishes the two snapshots. */
    void publish() {
        deployment.publish("early", start, HEAD);
        deployment.publish("late", start.plusMillis(queries / 2), HEAD);
    }

    /** Sends until so many queries have come out. */
    void pump(int goal) {
        pumpUntil(goal + " queries to come out", () -> deployment.outputs().queries() >= goal);
    }

    void pumpUntil(String what, BooleanSupplier condition) {
        var outputs = deployment.outputs();
        outputs.await(what, () -> {
            while (sent < queries && sent < outputs.queries() + WINDOW) {
                send(sent++);
            }
            return condition.getAsBoolean();
        });
    }

    private void send(int number) {
        String id = "q" + number;
        var text = text(number);
        byte[] value = switch (Kind.of(number)) {
            case NO_VALUE -> null;
            case RUBBISH -> "rubbish".getBytes(UTF_8);
            default -> deployment.event(id, text);
        };
        deployment.producer().query(id, text, value, start.plusMillis(number));
    }

    private static String text(int number) {
        return switch (Kind.of(number)) {
            case POPULAR -> HEAD.get(number * 31 % HEAD.size());
            case RARE -> "rare " + number;
            case POISON -> "poison " + number;
            default -> "  ";
        };
    }

    /** Reads to the end. Each query must have come out as its kind says; repetitions of an answer must be alike. */
    void assertEverythingCameOut() {
        var outputs = deployment.outputs();
        outputs.pollToEnd();
        assertThat(outputs.answers().keySet()).isEqualTo(ids(Kind::isAnswered));
        assertThat(outputs.deadLetters().keySet()).isEqualTo(ids(kind -> !kind.isAnswered()));
        outputs.deadLetters()
                .keySet()
                .forEach(id -> assertThat(outputs.reason(id)).startsWith(Kind.of(number(id)).reason));
        outputs.answers().forEach((id, answers) -> {
            for (var answer : answers) {
                assertThat(answer.getSource()).as(id).isIn(Kind.of(number(id)).sources(answers.size()));
                assertThat(answer.getSnapshot()).as(id).isEqualTo(number(id) < queries / 2 ? "early" : "late");
                if (answer.getSource() == Source.HEAD) {
                    assertThat(answer.getTags())
                            .singleElement()
                            .satisfies(tag -> assertThat(tag.getLabel()).isEqualTo(answer.getSnapshot()));
                }
            }
            assertThat(answers.stream().map(MixedTraffic::essence).distinct())
                    .as("repetitions of one answer")
                    .hasSize(1);
        });
    }

    /** An answer without what a repetition may differ in: the time, and whether student or cache gave it. */
    private static TaggedQuery essence(TaggedQuery answer) {
        return TaggedQuery.newBuilder(answer)
                .setTaggedTime(Instant.EPOCH)
                .setSource(answer.getSource() == Source.CACHE ? Source.STUDENT : answer.getSource())
                .build();
    }

    private static int number(String id) {
        return Integer.parseInt(id, 1, id.length(), 10);
    }

    private Set<String> ids(Predicate<Kind> kinds) {
        var ids = new TreeSet<String>();
        for (int number = 0; number < queries; number++) {
            if (kinds.test(Kind.of(number))) {
                ids.add("q" + number);
            }
        }
        return ids;
    }
}
