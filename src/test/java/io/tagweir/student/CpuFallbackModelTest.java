package io.tagweir.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagweir.query.Words;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A GPU without memory, made up. */
class CpuFallbackModelTest {

    private final List<String> log = new ArrayList<>();
    private final CpuFallbackModel model = new CpuFallbackModel(
            new Fake("gpu") {
                @Override
                public Logits run(TokenBatch batch) {
                    super.run(batch);
                    throw new DeviceMemoryException("full");
                }
            },
            () -> new Fake("cpu"));

    @Test
    void batchIsLeftToBeHalved() {
        assertThatThrownBy(() -> model.run(batch(2))).isInstanceOf(DeviceMemoryException.class);
        assertThat(log).containsExactly("gpu 2");
        assertThat(model.fallback()).isEmpty();
    }

    @Test
    void loneQueryIsRunOnTheCpuWhichIsLoadedOnceAndClosedWithTheGpu() {
        assertThat(model.run(batch(1)).rows).isEqualTo(1);
        model.run(batch(1));
        assertThat(model.fallback()).hasValueSatisfying(why -> assertThat(why).contains("too little memory", "full"));
        model.close();
        assertThat(log).containsExactly("gpu 1", "cpu 1", "gpu 1", "cpu 1", "gpu closed", "cpu closed");
    }

    private static TokenBatch batch(int queries) {
        return TokenBatch.of(
                Collections.nCopies(
                        queries, new WordAlignedQuery(Words.of("a"), new long[1], new long[1], new int[1])),
                0);
    }

    private class Fake implements LogitModel {

        private final String name;

        Fake(String name) {
            this.name = name;
        }

        @Override
        public Logits run(TokenBatch batch) {
            log.add(name + ' ' + batch.rows);
            return new Logits(new float[batch.rows], batch.rows, 1, 1);
        }

        @Override
        public void close() {
            log.add(name + " closed");
        }
    }
}
