package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.meter.Meters;
import io.tagweir.roster.Roster;
import io.tagweir.tail.Hand.Lot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final RunPage NOWHERE = new RunPage(null);

    private final FaultyStudent student = new FaultyStudent(new FaultyStudent.Script());
    private final MicroBatcher unused = new MicroBatcher(
            "student",
            Roster.of(student),
            TailSettings.defaults().batch(),
            null,
            FaultyStudent.UNGUARDED,
            new Meters(new SimpleMeterRegistry()));
    private final Inbox inbox = unused.open();
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void close() {
        unused.close();
    }

    /**
     *
     *
     * <pre>
     *   in hand:  [a answered, b runs, c runs, d] of one student, [e] of another
     *   left:     b and c, one hang more; then d and e as they were
     * </pre>
     */
    @Test
    void whatHangsIsToldFromWhatWasNotBegunAndFromWhatIsAnswered() {
        var tickets = Stream.of("a", "b", "c", "d", "e").map(this::taken).toList();
        var hand = new Hand(
                List.of(new Lot("one@1", tickets.subList(0, 4), 0), new Lot("two@1", tickets.subList(4, 5), 1)),
                NOWHERE,
                LIMIT,
                clock::get);
        hand.next();
        tickets.get(0).tryAnswer();
        hand.begin(student, pieces(tickets.subList(1, 3)));
        clock.addAndGet(LIMIT.toNanos() - 1);
        assertThat(hand.giveUp()).isNull();
        clock.incrementAndGet();
        var left = hand.giveUp();
        assertThat(left).isNotNull();
        assertThat(left.student()).isSameAs(student);
        assertThat(left.hung()).isEqualTo(new Lot("one@1", tickets.subList(1, 3), 1));
        assertThat(left.lots())
                .containsExactly(
                        new Lot("one@1", tickets.subList(3, 4), 0), new Lot("two@1", tickets.subList(4, 5), 1));
        assertThat(hand.giveUp()).as("given up once").isNull();
        assertThat(hand.end()).as("nothing is its own any more").isFalse();
    }

    @Test
    void betweenRunsNothingIsGivenUpHoweverLongItTakes() {
        var tickets = List.of(taken("a"));
        var hand = new Hand(List.of(new Lot("one@1", tickets, 0)), NOWHERE, LIMIT, clock::get);
        hand.next();
        hand.begin(student, pieces(tickets));
        assertThat(hand.end()).isTrue();
        clock.addAndGet(LIMIT.toNanos());
        assertThat(hand.giveUp()).isNull();
    }

    /** A load may take longer than a run, but not for ever. */
    @Test
    void loadThatHangsLeavesItsLotsAndIsNotTriedAgain() {
        var lots = List.of(new Lot("one@1", List.of(taken("a")), 1));
        var hand = new Hand(lots, NOWHERE, LIMIT, clock::get);
        hand.beginLoad();
        clock.addAndGet(LIMIT.toNanos());
        assertThat(hand.giveUp()).isNull();
        clock.addAndGet(Duration.ofMinutes(1).toNanos());
        var left = hand.giveUp();
        assertThat(left).isNotNull();
        assertThat(left.student()).isNull();
        assertThat(left.hung()).isNull();
        assertThat(left.lots()).isEqualTo(lots);
    }

    private Ticket taken(String text) {
        var ticket = new Ticket(
                new Flight(text, "one@1", text, new Budget(0, Budget.NEVER)),
                "one@1",
                0,
                Urgency.of(Priority.STANDARD, Budget.NEVER),
                inbox);
        assertThat(ticket.tryTake()).isTrue();
        return ticket;
    }

    private List<Piece> pieces(List<Ticket> tickets) {
        return tickets.stream()
                .map(ticket -> new Piece(ticket, student.encode(ticket.canonical())))
                .toList();
    }
}
