package io.tagweir.roster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.student.Student;
import io.tagweir.tag.Span;
import io.tagweir.testing.TextStudent;
import java.util.List;
import org.junit.jupiter.api.Test;

class RosterTest {

    private final Renewable first = new Renewable();
    private final Roster roster = Roster.of(first);

    /**
     *
     *
     * <pre>
     *   lease a ──────── renew ── renew again ──── close a
     *                      └─ lease b: a fresh one    └─ the first is closed
     * </pre>
     */
    @Test
    void studentThatHangsIsReplacedOnceAndClosedWithItsLastLease() {
        var before = roster.students().lease("test@1").orElseThrow();
        long version = roster.version();
        roster.students().reload(first);
        roster.students().reload(first);
        assertThat(first.renewals).isEqualTo(1);
        assertThat(roster.version()).isGreaterThan(version);
        try (var after = roster.students().lease("test@1").orElseThrow()) {
            assertThat(after.student()).isNotSameAs(first);
        }
        assertThat(first.closed).isFalse();
        before.close();
        assertThat(first.closed).isTrue();
    }

    @Test
    void onlyWhatItLoadedItselfIsItsToClose() {
        roster.close();
        assertThat(first.closed).isFalse();
        roster.students().reload(first);
        Renewable fresh;
        try (var lease = roster.students().lease("test@1").orElseThrow()) {
            fresh = (Renewable) lease.student();
        }
        roster.close();
        assertThat(fresh.closed).isTrue();
    }

    private static final class Renewable extends TextStudent {

        private int renewals;
        private boolean closed;

        @Override
        public String id() {
            return "test@1";
        }

        @Override
        protected List<List<Span>> answer(List<String> queries) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public Student reload() {
            renewals++;
            return new Renewable();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
