package io.tagweir.snapshot.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.HeadTags;
import io.tagweir.avro.Tag;
import io.tagweir.query.QueryKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SortedRunsTest {

    @TempDir
    private Path dir;

    @Test
    void rowsComeOutByKeyTextHoweverManyRunsTheyMake() throws IOException {
        var expected = new ArrayList<String>();
        var runs = new SortedRuns(dir, 10);
        for (int i = 0; i < 95; i++) {
            var key = new QueryKey(i % 3 == 0 ? "de" : "", "größe " + (i * 37 % 95));
            expected.add(key.text());
            var tags = List.of(new Tag("size", "x", 0, 5, 0.1f));
            runs.add(TrainingRow.of(key, new HeadTags(tags, Instant.EPOCH, null, List.of("e"))));
        }
        expected.sort(null);
        var merged = new ArrayList<String>();
        runs.merge(row -> merged.add(row.key().text()));
        assertThat(merged).isEqualTo(expected);
    }
}
