package io.tagweir.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/**
 * Where the application gets its Avro serdes: one class for all of them, named by the setting {@code serde.class}, each
 * configured for one record class. Immutable.
 *
 * <p>A reader made here hands out the record class it was asked for, or throws; so a record of another kind on a topic
 * is a bad record and not a {@link ClassCastException} somewhere downstream.
 */
public final class WireSerdes {

    private final Class<?> serdeClass;
    private final Map<String, Object> config;

    /**
     * @param config Confluent's keys, those of {@link WireConfig}, and any others, which are passed on
     * @throws IllegalArgumentException when {@code serde.class} names no serde
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
     * Has Avro trust the generated classes. Whoever builds or reads records before there is any serde calls it once;
     * until then Avro refuses to make them, even their builders' defaults.
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
        // Has Confluent's serde register the schemas of avro/ as they are, which ours does anyway.
        configs.putIfAbsent("avro.remove.java.properties", true);
        @SuppressWarnings("unchecked") // What it reads is checked below, or by AvroSerde itself.
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
                    WireConfig.SERDE_CLASS + "=" + name + ": no such class on the class path. Confluent's serdes come"
                            + " with a build under the Maven profile confluent (mvn -P confluent package).",
                    e);
        }
    }
}
