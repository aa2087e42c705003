package io.tagweir.topology;

import io.tagweir.wire.SingleObjectSerde;
import io.tagweir.wire.WireSerdes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The serdes of every {@link Topic}. Thread-safe where the serdes are. */
public final class TopicSerdes {

    private interface Source {
        Serde<?> avro(Class<? extends SpecificRecord> type, boolean isKey);
    }

    private final Source source;
    private final Map<Topic<?, ?>, Serde<?>> keys = new ConcurrentHashMap<>();
    private final Map<Topic<?, ?>, Serde<?>> values = new ConcurrentHashMap<>();

    private TopicSerdes(Source source) {
        this.source = source;
    }

    /** In Confluent's wire format, with the schemas in a registry. */
    public static TopicSerdes of(WireSerdes wire) {
        return new TopicSerdes((type, isKey) -> isKey ? wire.key(type) : wire.value(type));
    }

    /** In Avro's single-object encoding, which needs no registry. */
    public static TopicSerdes withoutRegistry() {
        return new TopicSerdes(
                (type, isKey) -> new SingleObjectSerde<>(SpecificData.get().getSchema(type)));
    }

    @SuppressWarnings("unchecked") // Of the topic's own class.
    public <K> Serde<K> key(Topic<K, ?> topic) {
        return (Serde<K>) keys.computeIfAbsent(topic, t -> serde(t.keyClass(), true));
    }

    @SuppressWarnings("unchecked") // Of the topic's own class.
    public <V> Serde<V> value(Topic<?, V> topic) {
        return (Serde<V>) values.computeIfAbsent(topic, t -> serde(t.valueClass(), false));
    }

    private Serde<?> serde(Class<?> type, boolean isKey) {
        return SpecificRecord.class.isAssignableFrom(type)
                ? source.avro(type.asSubclass(SpecificRecord.class), isKey)
                : Serdes.serdeFrom(type);
    }
}
