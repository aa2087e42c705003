package io.tagweir.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients Kafka Streams works with; its main consumer does not read on where the head holds as many queries as it
 * may. So a backlog waits in Kafka, where it is safe and has room, and the rows that end the wait still come in.
 *
 * <p>Kafka Streams pauses partitions itself, while their buffers are full. A partition is read only while neither side
 * wants it paused. Each consumer belongs to one stream thread.
 */
final class PausingClients implements KafkaClientSupplier {

    private final Set<String> topics;
    private final IntPredicate full;

    /**
     * @param topics whose partitions are to wait
     * @param full whether the head holds as many queries of a partition as it may; asked by all stream threads
     */
    PausingClients(Set<String> topics, IntPredicate full) {
        this.topics = Set.copyOf(topics);
        this.full = full;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                PausingClients.class.getClassLoader(), new Class<?>[] {Consumer.class}, new Pausing(plain(config)));
    }

    private final class Pausing implements InvocationHandler {

        private final Consumer<byte[], byte[]> consumer;

        /** What Kafka Streams has paused, and what this class has. */
        private final Set<TopicPartition> theirs = new HashSet<>();

        private final Set<TopicPartition> ours = new HashSet<>();

        Pausing(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (arguments != null && arguments.length == 1) {
                switch (method.getName()) {
                    case "pause" -> theirs.addAll((Collection<TopicPartition>) arguments[0]);
                    case "resume" -> {
                        theirs.removeAll((Collection<TopicPartition>) arguments[0]);
                        var wanted = new HashSet<>((Collection<TopicPartition>) arguments[0]);
                        wanted.removeAll(ours);
                        consumer.resume(wanted);
                        return null;
                    }
                    case "poll" -> hold();
                    default -> {}
                }
            }
            try {
                return method.invoke(consumer, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }

        private void hold() {
            var assigned = consumer.assignment();
            theirs.retainAll(assigned);
            ours.retainAll(assigned);
            for (var partition : assigned) {
                if (topics.contains(partition.topic())) {
                    if (full.test(partition.partition())) {
                        ours.add(partition);
                        // Again and again: a partition that was taken away and came back is not paused any more.
                        consumer.pause(Set.of(partition));
                    } else if (ours.remove(partition) && !theirs.contains(partition)) {
                        consumer.resume(Set.of(partition));
                    }
                }
            }
        }
    }

    private static Consumer<byte[], byte[]> plain(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return plain(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return plain(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
