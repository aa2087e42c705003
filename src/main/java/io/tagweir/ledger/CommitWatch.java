package io.tagweir.ledger;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A state store without data that counts the commits of its task.
 *
 * <p>Kafka Streams commits a task by flushing its producer, then committing offsets, then calling
 * {@link StateStore#commit} on each of the task's stores. So once {@link #commits} has increased, everything the task
 * sent before is in Kafka. A processor has no other way to learn this, and the ledger needs it under
 * {@code at_least_once}. Owned by the stream thread of its task; has no changelog.
 */
public final class CommitWatch implements StateStore {

    private final String name;
    private boolean open;
    private long commits;

    CommitWatch(String name) {
        this.name = name;
    }

    /** Number of commits of the task so far. */
    public long commits() {
        return commits;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {
            throw new IllegalStateException("the commit watch has no changelog");
        });
        open = true;
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        commits++;
    }

    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** @param name of the store, unique in the topology */
    public static StoreBuilder<CommitWatch> builder(String name) {
        return new Builder(name);
    }

    private record Builder(String name) implements StoreBuilder<CommitWatch> {

        @Override
        public StoreBuilder<CommitWatch> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitWatch> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitWatch> withLoggingEnabled(Map<String, String> config) {
            throw new UnsupportedOperationException("the commit watch has no data to log");
        }

        @Override
        public StoreBuilder<CommitWatch> withLoggingDisabled() {
            return this;
        }

        @Override
        public CommitWatch build() {
            return new CommitWatch(name);
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}
