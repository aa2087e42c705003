package io.tagweir.app.settings;

import io.tagweir.head.HeadSettings;
import io.tagweir.topology.Topic;
import io.tagweir.topology.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Settings of the release before, which work in this one and are unknown in the next: a renamed one is applied under
 * its new name, and one without effect is ignored, each with a warning that says what to do.
 */
public final class OldSettings {

    /** What became of a setting. */
    public sealed interface Change permits Renamed, Entry, Fixed {

        /** The change, as the reference page describes it. */
        public String advice();
    }

    /** It has another name. */
    record Renamed(String to) implements Change {

        @Override
        public String advice() {
            return "renamed to `" + to + "`";
        }
    }

    /**
     * It is an entry of a list now.
     *
     * @param name of the entry; empty where the old value is made of such entries
     */
    record Entry(String to, String name) implements Change {

        String of(String value) {
            return name.isEmpty() ? value : name + "=" + value;
        }

        @Override
        public String advice() {
            return "write `" + to + "=" + of("…") + "`";
        }
    }

    /**
     * It has a fixed value.
     *
     * @param most largest value that may be ignored; a site that has set a larger one relies on it
     */
    public record Fixed(String value, String why, Optional<Long> most) implements Change {

        @Override
        public String advice() {
            return "fixed at " + value + ": " + why;
        }
    }

    /**
     * What was given, in today's settings.
     *
     * @param warnings what to change, a sentence for each old setting
     * @param problems that must stop the start
     */
    public record Reading(Map<String, String> given, List<String> warnings, List<String> problems) {}

    /** Every old setting, and what became of it. */
    public static final Map<String, Change> CHANGES = new LinkedHashMap<>();

    static {
        topics();
        entry("head.max.age.segments", "head.max.age.ms", "");
        entry("head.stale.segments", "head.stale", "");
        entry("student.thresholds", "student.threshold", "");
        renamed("poll.ms", "kafka.poll.ms");
        renamed("snapshot.activation.lead.ms", AppSettings.ACTIVATION_LEAD);
        renamed("student.activation.lead.ms", AppSettings.ACTIVATION_LEAD);

        tail();
        fixed("dead.letter.max.bytes", "1000000", "a dead letter is cut to what a topic and the producer take");
        fixed("quality.interval.ms", "3600000", "a query is compared at most once an hour");
        fixed(
                "quality.max.queries.per.second",
                "5",
                "18,000 comparisons an hour are plenty; quality.share makes them fewer");
        fixed("head.cold.hold.deadline.ratio", "0.5", "the other half of the deadline is the student's");
        fixed("head.requests.top.queries", "1000", "the teacher reads the counts and takes as many as it can afford");
        fixed("head.requests.min.count", "2", "head.requests.interval.ms says within which time");
        fixed("head.requests.sketch.entries", "8192", "a larger sketch costs memory and finds the same queries");
        atMost("head.row.max.bytes", HeadSettings.MAX_ROW_BYTES, "larger rows become dead letters");
        fixed("snapshot.vocabulary.min.count", "3", "the purity of a rarer text says nothing");
        fixed("snapshot.vocabulary.min.purity", "0.8", "the fallback is right about as often as this");
        fixed("snapshot.vocabulary.max.terms", "5000", "a vocabulary must fit into one record");
        fixed("snapshot.vocabulary.max.rows", "50000", "a sample of so many rows shows what is frequent");
        fixed("snapshot.gate.traffic.queries", "20000", "with as many, coverage is known to within a percentage point");
        fixed("student.report.interval.ms", "10000", "a change is reported at once");
        fixed("schema.registry.request.timeout.ms", "5000", "schema.registry.deadline.ms bounds all attempts together");
        fixed("schema.registry.retry.backoff.ms", "100", "schema.registry.deadline.ms bounds all attempts together");
        fixed("schema.registry.ssl.truststore.type", "that of the file", "the format is read from the file");
        fixed("schema.registry.ssl.keystore.type", "that of the file", "the format is read from the file");
    }

    private static void tail() {
        for (var priority : List.of("interactive", "standard", "background")) {
            entry("tail.deadline." + priority + ".ms", "tail.deadline.ms", priority);
        }
        fixed(
                "tail.interactive.threads",
                "1",
                "one thread is enough to keep INTERACTIVE queries from waiting for cores");
        fixed("tail.batch.queries", "eight times tail.sub.batch.queries", "so many can be sorted by length");
        fixed("tail.length.buckets", "16,32,64", "sorting by length leaves little to gain from others");
        fixed("tail.linger.ms", "0", "batches grow by themselves under load");
        fixed("tail.watchdog.threads.max", "8", "each hung thread holds memory that can't be freed");
        fixed("tail.deaths.max", "2", "a query runs alone after the first death, so the second one is its own");
        fixed("tail.sub.batch.backoff.ms", "60000", "others may hold the device's memory for some time");
        fixed("tail.shed.background.ratio", "0.5", "tail.pending.max.queries moves all marks together");
        fixed("tail.shed.standard.ratio", "0.8", "tail.pending.max.queries moves all marks together");
        fixed("tail.shed.hysteresis.ratio", "0.1", "it only keeps shedding from flapping");
        fixed("tail.deferred.max.queries", "200000", "they take 40 MB of memory and 200 MB on disk");
        fixed("tail.cache.ttl.ms", "86400000", "a student's answers never change; the cache is bounded by its bytes");
        fixed("tail.larger.student.threads", "half of tail.threads", "the larger student is asked rarely");
        fixed(
                "tail.fast.student.budget.ratio",
                "0.6",
                "later than this the larger student would hardly finish in time");
        fixed("tail.guardrail.span.max.words", "10", "of 19,437 spans that people marked, one is longer");
        fixed("tail.guardrail.exclusive.margin", "0.2", "with a smaller lead it is unknown which span is wrong");
        fixed("tail.drain.interval.ms", "2", "kafka.poll.ms bounds it");
        fixed("quality.pending.max.queries", "64", "more are dropped, which costs nothing but the comparison");
    }

    private static void topics() {
        for (var topic : Topic.ALL) {
            // topic.dead.letters was the one whose setting was not called like its topic.
            var name = topic == Topic.DEAD_LETTERS ? "dead-letters" : topic.contractName();
            entry("topic." + name.replace('-', '.'), Topics.NAMES, topic.contractName());
        }
    }

    private OldSettings() {}

    private static void renamed(String key, String to) {
        CHANGES.put(key, new Renamed(to));
    }

    private static void entry(String key, String to, String name) {
        CHANGES.put(key, new Entry(to, name));
    }

    private static void fixed(String key, String value, String why) {
        CHANGES.put(key, new Fixed(value, why, Optional.empty()));
    }

    /** A larger value is refused. */
    private static void atMost(String key, long value, String why) {
        CHANGES.put(key, new Fixed(String.valueOf(value), why, Optional.of(value)));
    }

    /** What became of each, for the reference page. */
    public static Map<String, String> advice() {
        var advice = new TreeMap<String, String>();
        CHANGES.forEach((key, change) -> advice.put(key, change.advice()));
        return advice;
    }

    /** Translates what was given. A setting that is also given under its new name has that value. */
    public static Reading read(Map<String, String> given) {
        var reading = new Reading(new TreeMap<>(given), new ArrayList<>(), new ArrayList<>());
        reading.given().keySet().removeAll(CHANGES.keySet());
        var renamedBy = new HashMap<String, String>();
        CHANGES.forEach((key, change) -> {
            var value = given.get(key);
            if (value == null) {
                return;
            }
            if (change instanceof Renamed renamed) {
                rename(reading, given, renamedBy, key, renamed.to, value);
            } else if (change instanceof Entry entry) {
                append(reading, key, entry, value);
            } else if (change instanceof Fixed fixed) {
                ignore(reading, key, fixed, value);
            }
        });
        return reading;
    }

    private static void rename(
            Reading reading,
            Map<String, String> given,
            Map<String, String> renamedBy,
            String key,
            String to,
            String value) {
        if (given.containsKey(to)) {
            reading.warnings.add("the setting " + key + " is ignored, because " + to
                    + " is set too, which is its new name;" + " remove " + key);
            return;
        }
        var other = renamedBy.putIfAbsent(to, key);
        if (other != null && !value.equals(given.get(other))) {
            reading.problems.add("the settings " + other + " and " + key + " are one setting now and have different"
                    + " values; set " + to + " instead");
            return;
        }
        reading.given.put(to, value);
        reading.warnings.add("the setting " + key + " is called " + to + " now; rename it");
    }

    private static void append(Reading reading, String key, Entry entry, String value) {
        var list = reading.given.getOrDefault(entry.to, "");
        boolean isGiven = !entry.name.isEmpty()
                && Stream.of(list.split(","))
                        .map(String::strip)
                        .anyMatch(present -> present.startsWith(entry.name + "="));
        if (isGiven) {
            reading.warnings.add("the setting " + key + " is ignored, because " + entry.to + " has a value for "
                    + entry.name + "; remove " + key);
            return;
        }
        var added = entry.of(value);
        reading.given.put(entry.to, list.isBlank() ? added : list + "," + added);
        reading.warnings.add("the setting " + key + " is part of " + entry.to + " now; write " + entry.to + "="
                + reading.given.get(entry.to));
    }

    private static void ignore(Reading reading, String key, Fixed fixed, String value) {
        if (fixed.most.filter(most -> isAbove(value, most)).isPresent()) {
            reading.problems.add("the setting " + key + " no longer exists, and its value " + value
                    + " can't be ignored: the limit is " + fixed.value + " now, and " + fixed.why);
        } else {
            reading.warnings.add("the setting " + key + " has no effect any more; the value is fixed at " + fixed.value
                    + ", because " + fixed.why + "; remove it");
        }
    }

    private static boolean isAbove(String value, long most) {
        try {
            return Long.parseLong(value.strip()) > most;
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }
}
