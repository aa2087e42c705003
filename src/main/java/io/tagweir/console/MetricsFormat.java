package io.tagweir.console;

import java.util.List;
import java.util.Locale;

/** The text formats of metrics. */
public enum MetricsFormat {
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    MetricsFormat(String contentType) {
        this.contentType = contentType;
    }

    /** The media type, with version and character set. */
    public String contentType() {
        return contentType;
    }

    /**
     * The format that a client prefers by the weights in {@code Accept} (RFC 9110, 12.5.1). Prometheus' format if it
     * accepts neither; OpenMetrics if it prefers neither.
     *
     * @param accept the values of {@code Accept}
     */
    static MetricsFormat preferred(List<String> accept) {
        double open = 0;
        double plain = 0;
        for (var range : String.join(",", accept).toLowerCase(Locale.ROOT).split(",", -1)) {
            var parts = range.split(";", -1);
            var type = parts[0].strip();
            if (type.equals("application/openmetrics-text") && isVersion1(parts)) {
                open = Math.max(open, weight(parts));
            } else if (type.equals("text/plain") || type.equals("text/*") || type.equals("*/*")) {
                plain = Math.max(plain, weight(parts));
            }
        }
        return open > 0 && open >= plain ? OPEN_METRICS : PROMETHEUS;
    }

    private static boolean isVersion1(String[] parts) {
        for (var part : parts) {
            if (part.strip().startsWith("version=")) {
                return part.strip().equals("version=1.0.0");
            }
        }
        return true;
    }

    private static double weight(String[] parts) {
        for (var part : parts) {
            if (part.strip().startsWith("q=")) {
                try {
                    return Double.parseDouble(part.strip().substring(2));
                } catch (NumberFormatException malformed) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
