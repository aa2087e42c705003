package io.tagweir.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/**
 * The factory of the application's Avro serdes. All are of the class in the setting {@code serde.class}, each configured
 * for one record class. Immutable.
 *
 * <p>A deserializer returns the record class it is configured for, or throws. So a record of another class is a bad
 * record, and not a {@link ClassCastException} downstream.
 */
public final class WireSerdes {

    private final Class<?> serdeClass;
    private final Map<String, Object> config;

    /**
     * @param config the keys of {@link WireConfig}, and any others, which are passed to the serdes
     * @throws IllegalArgumentException if {@code serde.class} is not a serde
     */
    public WireSerdes(Map<String, ?> config) {
        this.config = new HashMap<>(config);
        var named = config.get(WireConfig.SERDE_CLASS);
        this.serdeClass = named instanceof Class<?> given
                ? given
                : load(
                        named == null
                                ? AvroSerde.class.getName()
                                : named.toString().strip());
        AvroRecords.trust();
    }

    /**
     * Makes Avro trust the generated classes, which it otherwise refuses to instantiate. Call it before building or reading
     * records without a serde of this class.
     */
    public static void trustRecords() {
        AvroRecords.trust();
    }

    /** A serde of record keys. */
    public <T extends SpecificRecord> Serde<T> key(Class<T> type) {
        return serde(type, true);
    }

    /** A serde of record values. */
    public <T extends SpecificRecord> Serde<T> value(Class<T> type) {
        return serde(type, false);
    }

    private <T extends SpecificRecord> Serde<T> serde(Class<T> type, boolean isKey) {
        var configs = new HashMap<>(config);
        configs.put(isKey ? WireConfig.KEY_TYPE : WireConfig.VALUE_TYPE, type.getName());
        configs.put("specific.avro.reader", true);
        // Makes Confluent's serde register the schemas of avro/ unchanged, as ours does.
        configs.putIfAbsent("avro.remove.java.properties", true);
        @SuppressWarnings("unchecked") // The record class is checked by AvroSerde or ThirdPartySerde.
        var serde = (Serde<T>) instance();
        serde.configure(configs, isKey);
        return serde instanceof AvroSerde ? serde : new ThirdPartySerde<>(serde, type);
    }

    private Serde<?> instance() {
        try {
            return (Serde<?>) serdeClass.getConstructor().newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                    WireConfig.SERDE_CLASS + "=" + serdeClass.getName()
                            + ": not a Kafka serde with a public constructor without parameters",
                    e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, true, WireSerdes.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException(
                    WireConfig.SERDE_CLASS + "=" + name + ": the class is not on the class path. Build with Confluent's"
                            + " serdes: mvn -P confluent package",
                    e);
        }
    }
}
