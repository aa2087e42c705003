package io.tagweir.app.settings;

import io.tagweir.setting.Setting;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * Where the console listens, and for which names.
 *
 * @param port 0 for a free one, -1 for no console
 * @param hosts names that a request may address the console by
 */
public record ConsoleSettings(String host, int port, Set<String> hosts) {

    /** A host name, or an IP address in either form. */
    private static final Pattern NAME = Pattern.compile("[\\p{Alnum}._-]+|[0-9a-fA-F:.]+");

    private static final Setting<String> HOST = Setting.name("console.host", "127.0.0.1")
            .doc("Address that the console listens on. The console has no password, so open it only to those who may"
                    + " read it.");
    private static final Setting<Integer> PORT = Setting.count("console.port", "", 8085)
            .between(-1, 65_535)
            .doc("Port of the console, which serves health, metrics, lookup and a web page. 0 picks a free port, -1"
                    + " switches the console off.");
    private static final Setting<List<String>> HOSTS = Setting.list("console.hosts", List.of())
            .check(ConsoleSettings::checkNames)
            .doc(
                    "Host names that requests may address the console by, such as the name of a service or a proxy in front"
                            + " of it. A request for any other host is refused, which prevents DNS rebinding. Always allowed are"
                            + " loopback, the IP address that the request arrives at, and console.host.");

    static List<Setting<?>> settings() {
        return List.of(HOST, PORT, HOSTS);
    }

    static ConsoleSettings of(AbstractConfig config) {
        var hosts = new TreeSet<>(HOSTS.of(config));
        hosts.add(HOST.of(config));
        return new ConsoleSettings(HOST.of(config), PORT.of(config), hosts);
    }

    private static void checkNames(List<String> names) {
        for (var name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "must be host names or IP addresses, without scheme, port or path: " + name);
            }
        }
    }
}
