package io.tagweir.topology;

import io.tagweir.avro.Miss;
import io.tagweir.meter.QueryAccount;
import io.tagweir.meter.QueryAccount.Source;
import io.tagweir.meter.QueryBalance;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Counts the queries that enter and leave the topology, see {@link QueryBalance}.
 *
 * <p>A query is counted in when it is deserialized, before any node gets it, and counted out when it is serialized,
 * after any filter that Kafka Streams may insert before a sink. Stateless; called by the stream thread of the record.
 */
record QueryCounters(QueryBalance balance) {

    /** Counts records that are read. */
    TimestampExtractor read(Source source, TimestampExtractor timestamps) {
        return (record, partitionTime) -> {
            if (!isSample(record.value())) {
                balance.mine().read(source, record.partition(), record.offset());
            }
            return timestamps.extract(record, partitionTime);
        };
    }

    /** Counts records that are written. */
    <T> Serde<T> written(Serde<T> serde, BiConsumer<QueryAccount, T> count) {
        var inner = serde.serializer();
        return Serdes.serdeFrom(
                new Serializer<T>() {
                    @Override
                    public byte[] serialize(String topic, T value) {
                        byte[] bytes = inner.serialize(topic, value);
                        count.accept(balance.mine(), value);
                        return bytes;
                    }

                    @Override
                    public byte[] serialize(String topic, Headers headers, T value) {
                        byte[] bytes = inner.serialize(topic, headers, value);
                        count.accept(balance.mine(), value);
                        return bytes;
                    }

                    @Override
                    public void close() {
                        inner.close();
                    }
                },
                serde.deserializer());
    }

    /** Counts a miss that is written for the role tail. Quality samples do not count: their queries are answered. */
    static void missWritten(QueryAccount account, Miss miss) {
        if (!isSample(miss)) {
            account.missWritten();
        }
    }

    private static boolean isSample(Object value) {
        return value instanceof Miss miss && miss.getTeacherTags() != null;
    }

    /** Records when the first processor after a source receives a record, and when it returns. */
    <KI, VI, KO, VO> ProcessorSupplier<KI, VI, KO, VO> first(Source source, ProcessorSupplier<KI, VI, KO, VO> inner) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<KI, VI, KO, VO> get() {
                return new First<>(source, inner.get(), balance);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return inner.stores();
            }
        };
    }

    private static final class First<KI, VI, KO, VO> implements Processor<KI, VI, KO, VO> {

        private final Source source;
        private final Processor<KI, VI, KO, VO> inner;
        private final QueryBalance balance;
        private ProcessorContext<KO, VO> context;
        private QueryAccount account;

        @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() before anything else.
        First(Source source, Processor<KI, VI, KO, VO> inner, QueryBalance balance) {
            this.source = source;
            this.inner = inner;
            this.balance = balance;
        }

        @Override
        public void init(ProcessorContext<KO, VO> context) {
            this.context = context;
            account = balance.mine();
            inner.init(context);
        }

        /** If it throws, the query is not done: it becomes a dead letter or is read again. */
        @Override
        public void process(Record<KI, VI> record) {
            var at = context.recordMetadata()
                    .orElseThrow(() -> new IllegalStateException("a query has no record metadata"));
            account.arrived(source, at.partition(), at.offset());
            inner.process(record);
            account.done();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
