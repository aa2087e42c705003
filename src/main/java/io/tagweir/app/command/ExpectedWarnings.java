package io.tagweir.app.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Keeps harmless warnings of Kafka, which come at every first start, out of the log. Configured in {@code logback.xml}.
 * Matches the logger and the text, so that other warnings of the same logger are still logged. Thread-safe.
 */
public final class ExpectedWarnings extends Filter<ILoggingEvent> {

    private static final Map<String, Pattern> BY_LOGGER = Map.of(
            // The consumers ask for internal topics before Kafka Streams has created them. If it can't create one, it
            // logs that itself.
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
