package io.tagweir.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/** A store that records the keys put into it, in order, as its changelog would. */
public final class RecordedStore {

    private RecordedStore() {}

    /** @param written each key that is put is added to it */
    @SuppressWarnings("unchecked") // The proxy passes everything on to a store of these types.
    public static <V> KeyValueStore<String, V> around(KeyValueStore<String, V> store, List<String> written) {
        return (KeyValueStore<String, V>) Proxy.newProxyInstance(
                RecordedStore.class.getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("put")) {
                        written.add((String) arguments[0]);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
