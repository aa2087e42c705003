package io.tagweir.roster;

import io.tagweir.avro.StudentActivation;
import io.tagweir.avro.StudentRelease;
import io.tagweir.avro.StudentState;
import io.tagweir.wire.WireSerdes;
import java.time.Instant;
import java.util.ArrayList;

/** Control records of students for tests: seconds after a fixed moment stand for event times. */
final class Releases {

    static final Instant T = Instant.parse("2026-03-01T00:00:00Z");

    static {
        WireSerdes.trustRecords(); // Avro copies an enum by the name of its class.
    }

    private Releases() {}

    /** @param activations second, share, second, share ... */
    static StudentRelease release(String id, StudentState state, double... activations) {
        var list = new ArrayList<StudentActivation>();
        for (int i = 0; i < activations.length; i += 2) {
            list.add(new StudentActivation(T.plusSeconds((long) activations[i]), activations[i + 1]));
        }
        return StudentRelease.newBuilder()
                .setId(id)
                .setState(state)
                .setDirectory("/models/" + id)
                .setStagedAt(T)
                .setActivations(list)
                .build();
    }

    static StudentRelease stagedAt(String id, int second) {
        return StudentRelease.newBuilder(release(id, StudentState.STAGED))
                .setStagedAt(T.plusSeconds(second))
                .build();
    }
}
