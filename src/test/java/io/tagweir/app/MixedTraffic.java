package io.tagweir.app;

import io.tagweir.avro.Source;
import io.tagweir.testing.FakeStudent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Queries of every kind, a millisecond of event time apart, over two snapshots that share the time.
 *
 * <p>Of twenty queries fourteen are in the head, five are not, and one is poison to the {@link FakeStudent} or no
 * proper query at all. The records have keys of every {@link KeyKind}. The {@link #pump} sends no faster than the
 * outputs come.
 */
final class MixedTraffic implements AutoCloseable {

    private static final int WINDOW = 500;
    private static final int HEAD = 400;

    /** What becomes of a query. */
    enum Kind {
        POPULAR(Source.HEAD, ""),
        RARE(Source.STUDENT, ""),
        POISON(Source.FALLBACK, ""),
        EMPTY(null, "EMPTY_QUERY: "),
        RUBBISH(null, "UNDECODABLE: "),
        NO_VALUE(null, "UNDECODABLE: ");

        private static final List<Kind> ODD = List.of(POISON, EMPTY, RUBBISH, NO_VALUE);

        private final Source source;
        private final String reason;

        Kind(Source source, String reason) {
            this.source = source;
            this.reason = reason;
        }

        boolean isAnswered() {
            return source != null;
        }

        Source source() {
            return source;
        }

        /** What the reason of its dead letter begins with. */
        String reason() {
            return reason;
        }

        static Kind of(int number) {
            int of20 = number % 20;
            if (of20 < 19) {
                return of20 < 14 ? POPULAR : RARE;
            }
            return ODD.get(number / 20 % ODD.size());
        }
    }

    private final Site site;
    private final int queries;
    private final Instant start;
    private final Sender sender;
    private int sent;

    /** @param start event time of the first query */
    MixedTraffic(Site site, int queries, Instant start) {
        this.site = site;
        this.queries = queries;
        this.start = start;
        sender = site.sender();
    }

    /** Publishes the two snapshots, one for each half of the queries. */
    void publish() {
        var head = IntStream.range(0, HEAD).mapToObj(row -> "popular " + row).toList();
        site.publish("early", start, head);
        site.publish("late", start.plusMillis(queries / 2), head);
    }

    /** Sends, never more than a window ahead of the outputs, until so many queries have come out. */
    void pump(Outputs outputs, int goal) {
        pumpUntil(outputs, goal + " queries to come out", () -> outputs.queries() >= goal);
    }

    void pumpUntil(Outputs outputs, String what, BooleanSupplier condition) {
        outputs.pollUntil(what, () -> {
            while (sent < queries && sent < outputs.queries() + WINDOW) {
                send(sent++);
            }
            return condition.getAsBoolean();
        });
    }

    private void send(int number) {
        String id = id(number);
        var text = text(number);
        byte[] value = switch (Kind.of(number)) {
            case NO_VALUE -> null;
            case RUBBISH -> "rubbish".getBytes(StandardCharsets.UTF_8);
            default -> site.event(id, text);
        };
        sender.query(id, text, value, start.plusMillis(number));
    }

    private static String text(int number) {
        return switch (Kind.of(number)) {
            case POPULAR -> "popular " + number * 31 % HEAD;
            case RARE -> "rare " + number;
            case POISON -> "poison " + number;
            default -> "  ";
        };
    }

    private static String id(int number) {
        return "q" + number;
    }

    private static int number(String id) {
        return Integer.parseInt(id, 1, id.length(), 10);
    }

    Kind kind(String id) {
        return Kind.of(number(id));
    }

    /** The snapshot that holds at the event time of a query. */
    String snapshot(String id) {
        return number(id) < queries / 2 ? "early" : "late";
    }

    /** Ids of the queries of some kinds. */
    Set<String> ids(Predicate<Kind> kinds) {
        var ids = new TreeSet<String>();
        for (int number = 0; number < queries; number++) {
            if (kinds.test(Kind.of(number))) {
                ids.add(id(number));
            }
        }
        return ids;
    }

    @Override
    public void close() {
        sender.close();
    }
}
