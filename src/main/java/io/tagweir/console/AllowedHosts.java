package io.tagweir.console;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts a request may name. A web page from elsewhere can have its own name resolve to this address (DNS
 * rebinding) and so read what the console says; but its browser then sends that name.
 *
 * <p>Allowed are loopback, the address that the connection arrived at, by which probes and Prometheus ask, and the
 * names that are configured. A client of HTTP/1.0 may name none: no browser is one. Immutable.
 */
final class AllowedHosts {

    /** Setting with the names that are allowed. */
    static final String SETTING = "console.hosts";

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:@/?#\\s]+)(:[0-9]{0,5})?");

    private final Set<String> names;

    AllowedHosts(Collection<String> names) {
        this.names = names.stream().map(AllowedHosts::plain).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What is wrong with the hosts that a request names; empty: nothing.
     *
     * @param headers the values of {@code Host}
     * @param target the authority within the request's target, which then counts as well; null: there is none
     * @param local the address that the connection arrived at
     */
    Optional<ConsoleResponse> refusal(
            String protocol, List<String> headers, @Nullable String target, InetAddress local) {
        if (headers.size() > 1 || (headers.isEmpty() && !protocol.equalsIgnoreCase("HTTP/1.0"))) {
            return Optional.of(ConsoleResponse.refusal(
                    400, "the request has " + headers.size() + " headers Host; it needs exactly one"));
        }
        for (var authority : target == null ? headers : List.of(headers.isEmpty() ? target : headers.get(0), target)) {
            var parts = AUTHORITY.matcher(authority.strip());
            if (!parts.matches()) {
                return Optional.of(
                        ConsoleResponse.refusal(400, "the host of the request is not of the form HOST or HOST:PORT"));
            }
            if (!isAllowed(plain(parts.group(1)), local)) {
                return Optional.of(ConsoleResponse.refusal(
                        421,
                        "this console does not go by the host that the request names; to allow it, add the name to "
                                + SETTING));
            }
        }
        return Optional.empty();
    }

    private boolean isAllowed(String host, InetAddress local) {
        if (names.contains(host) || host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        var address = literal(host);
        return address != null && (address.isLoopbackAddress() || address.equals(local));
    }

    /** The address that a host is, where it is one; no name is ever resolved. */
    private static @Nullable InetAddress literal(String host) {
        if (!host.contains(":") && !IPV4.matcher(host).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(host.contains(":") ? '[' + host + ']' : host);
        } catch (UnknownHostException malformed) {
            return null;
        }
    }

    /** Lower case, without brackets and without the dot that ends a fully qualified name. */
    private static String plain(String host) {
        var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return (bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare).toLowerCase(Locale.ROOT);
    }
}
