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
 * The host names that requests may use. This prevents DNS rebinding, by which a foreign web page makes its own name
 * resolve to this address to read from the console: the browser then sends that name.
 *
 * <p>Allowed are loopback, the local address of the connection (used by probes and Prometheus) and the configured
 * names. An HTTP/1.0 client, which is not a browser, may send none. Immutable.
 */
final class AllowedHosts {

    /** The setting with the allowed names. */
    static final String SETTING = "console.hosts";

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:@/?#\\s]+)(:[0-9]{0,5})?");

    private final Set<String> names;

    AllowedHosts(Collection<String> names) {
        this.names = names.stream().map(AllowedHosts::plain).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Checks the hosts of a request; returns the refusal, or empty if all are allowed.
     *
     * @param headers the values of {@code Host}
     * @param target the authority in the request's target, which is checked too; null for none
     * @param local the local address of the connection
     */
    Optional<ConsoleResponse> refusal(
            String protocol, List<String> headers, @Nullable String target, InetAddress local) {
        if (headers.size() > 1 || (headers.isEmpty() && !protocol.equalsIgnoreCase("HTTP/1.0"))) {
            return Optional.of(ConsoleResponse.refusal(
                    400, "the request has " + headers.size() + " Host headers; expected exactly one"));
        }
        for (var authority : target == null ? headers : List.of(headers.isEmpty() ? target : headers.get(0), target)) {
            var parts = AUTHORITY.matcher(authority.strip());
            if (!parts.matches()) {
                return Optional.of(
                        ConsoleResponse.refusal(400, "the request's host is invalid; expected HOST or HOST:PORT"));
            }
            if (!isAllowed(plain(parts.group(1)), local)) {
                return Optional.of(ConsoleResponse.refusal(
                        421, "the request's host name is not allowed; to allow it, add it to the setting " + SETTING));
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

    /** The address, if the host is one; a name is never resolved. */
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

    /** In lower case, without brackets and without the final dot of a fully qualified name. */
    private static String plain(String host) {
        var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return (bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare).toLowerCase(Locale.ROOT);
    }
}
