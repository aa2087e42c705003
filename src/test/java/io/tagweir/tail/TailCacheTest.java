package io.tagweir.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.avro.CachedTags;
import io.tagweir.tag.Span;
import io.tagweir.tail.TailCache.CachedAnswer;
import io.tagweir.wire.SingleObjectSerde;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TailCacheTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final KeyValueStore<String, CachedTags> disk = disk();

    /** A student is a pure function here, so a hit must be what it would say, whatever was evicted in between. */
    @ParameterizedTest
    @ValueSource(longs = {0, 4_000, 1_000_000})
    void hitEqualsARecomputation(long diskBytes) {
        var cache = new TailCache(disk, new CacheSettings(20_000, diskBytes, HOUR), 1);
        var random = new Random(7);
        int hits = 0;
        var now = NOW;
        for (int i = 0; i < 20_000; i++) {
            now = now.plusMillis(random.nextInt(2_000));
            // Skewed, so that some come often and most come once.
            int number = (int) Math.abs(random.nextGaussian() * random.nextInt(400));
            String key = "student@" + number % 3 + "\tsegment " + number % 2 + "\ttext " + number;
            var kept = cache.get(key, now);
            if (kept == null) {
                cache.put(key, "student@" + number % 3, recomputed(key), true, now);
            } else {
                hits++;
                assertThat(kept.spans()).isEqualTo(recomputed(key));
                assertThat(kept.student()).isEqualTo("student@" + number % 3);
                assertThat(kept.expiresAt()).isGreaterThan(now.toEpochMilli());
            }
        }
        assertThat(hits).isGreaterThan(5_000);
    }

    @Test
    void textThatNeverRepeatsIsNotWrittenToDisk() {
        var cache = new TailCache(disk, new CacheSettings(1_000_000, 1_000_000, HOUR), 1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(cache.get("k" + i, NOW)).isNull();
            cache.put("k" + i, "s@1", List.of(), true, NOW);
        }
        assertThat(disk.approximateNumEntries()).isZero();
        cache.get("k7", NOW);
        assertThat(disk.approximateNumEntries()).isEqualTo(1);
    }

    @Test
    void answerAskedForAgainOutlivesARestart() {
        var settings = new CacheSettings(1_000_000, 1_000_000, HOUR);
        var before = new TailCache(disk, settings, 1);
        before.put("often", "s@1", recomputed("often"), false, NOW);
        before.put("once", "s@1", recomputed("once"), true, NOW);
        before.get("often", NOW);

        var after = new TailCache(disk, settings, 1);
        assertThat(after.get("often", NOW))
                .isEqualTo(new CachedAnswer(
                        "s@1", recomputed("often"), false, NOW.plus(HOUR).toEpochMilli(), true));
        assertThat(after.get("once", NOW)).isNull();
        assertThat(after.get("often", NOW.plus(HOUR))).isNull();
    }

    @Test
    void diskStaysWithinItsBoundAndForgetsWhatHasExpired() {
        var cache = new TailCache(disk, new CacheSettings(10_000_000, 20_000, HOUR), 1);
        int most = 0;
        for (int i = 0; i < 5_000; i++) {
            twice(cache, "key " + i, NOW);
            most = Math.max(most, entries());
        }
        assertThat(most).as("20,000 bytes at about 130 an entry").isBetween(50, 300);

        for (int i = 0; i < 200; i++) {
            twice(cache, "later " + i, NOW.plus(HOUR));
        }
        var left = new HashMap<String, Long>();
        try (var all = disk.all()) {
            all.forEachRemaining(entry -> left.put(entry.key, entry.value.getExpiresAt()));
        }
        assertThat(left.values()).allMatch(expiry -> expiry > NOW.plus(HOUR).toEpochMilli());
    }

    @Test
    void nothingIsKeptWhereItIsSwitchedOff() {
        var cache = new TailCache(disk, new CacheSettings(0, 1_000_000, HOUR), 1);
        twice(cache, "key", NOW);
        assertThat(cache.get("key", NOW)).isNull();
        assertThat(entries()).isZero();
    }

    private static void twice(TailCache cache, String key, Instant now) {
        cache.put(key, "s@1", recomputed(key), true, now);
        cache.get(key, now);
    }

    private int entries() {
        int entries = 0;
        try (var all = disk.all()) {
            while (all.hasNext()) {
                all.next();
                entries++;
            }
        }
        return entries;
    }

    private static List<Span> recomputed(String key) {
        int hash = key.hashCode() & 0xffff;
        return List.of(new Span("l" + hash % 7, 0, 1 + hash % 5, hash / 65_536f), new Span("x", 9, 12, 0.5f));
    }

    private static KeyValueStore<String, CachedTags> disk() {
        var store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("tail-cache"),
                        Serdes.String(),
                        new SingleObjectSerde<CachedTags>(CachedTags.getClassSchema()))
                .withLoggingDisabled()
                .build();
        store.init(new MockProcessorContext<String, String>().getStateStoreContext(), store);
        return store;
    }
}
