package io.tagweir.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Leaves warnings of Kafka out of the log that come at every first start and mean nothing; named by
 * {@code logback.xml}. Each is known by its logger and its words, so that other warnings of the same logger stay.
 * Thread-safe.
 */
public final class ExpectedWarnings extends Filter<ILoggingEvent> {

    private static final Map<String, Pattern> BY_LOGGER = Map.of(
            // The consumers ask for the internal topics while Kafka Streams is about to make them. Where one can't be
            // made, Kafka Streams says so itself.
            "org.apache.kafka.clients.NetworkClient",
            Pattern.compile("recoverable issue .*\\{(\\S+-(repartition|changelog)=UNKNOWN_TOPIC_OR_PARTITION(, )?)+}"));

    @Override
    public FilterReply decide(ILoggingEvent event) {
        var expected = BY_LOGGER.get(event.getLoggerName());
        return expected != null
                        && event.getLevel() == Level.WARN
                        && expected.matcher(event.getFormattedMessage()).find()
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }
}
