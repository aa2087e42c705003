package io.tagweir.bench;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How fast a snapshot gets to where it can answer: rows a second from the first row made to every partition of a
 * running, otherwise idle application having verified it, beside a bare producer that writes the same bytes.
 *
 * <p>Alone: {@code ./tagweir bench publish}. Each round has an application with an empty head of its own. What is
 * counted for the publisher includes making the rows up; the bare producer is handed a block of them, made before its
 * clock starts, again and again.
 *
 * @param fresh an application whose head is empty
 * @param publish publishes the snapshot of that id, of {@code rows} rows, to an application's head
 * @param block some of the same rows as records of a topic
 * @param tallies reads them from now on
 * @param discard deletes what a fresh application leaves behind
 */
public record PublishScenario<A extends Contender>(
        Course course,
        Supplier<A> fresh,
        BiConsumer<A, String> publish,
        Function<String, List<ProducerRecord<byte[], byte[]>>> block,
        Consumer<A> discard,
        Supplier<VerifiedTallies> tallies) {

    private static final String NAME = "publish";
    private static final String BARE = "bare-producer";
    private static final String SNAPSHOT = "bench-published";

    public void run() {
        var rounds = new Rounds(course)
                .add(BARE, this::bare)
                .add(NAME, this::published)
                .run();
        rounds.report();
        rounds.ratio(NAME, BARE, Aim.atLeast(0.5));
    }

    private Map<String, Double> published() {
        var bed = course.bed();
        var application = fresh.get();
        var nothing = bed.createNew("no-queries");
        var answers = bed.createNew("no-answers");
        Map<String, Double> figures;
        try (var running = application.start(nothing, answers, Tuning.DRAIN);
                var watch = tallies.get()) {
            var clock = new Stopwatch();
            publish.accept(application, SNAPSHOT);
            double published = clock.seconds();
            watch.await(application.group(), SNAPSHOT);
            figures = clock.figures(course.scale().snapshot());
            figures.put("publisher_s", published);
            figures.put("verified_s", clock.seconds());
        }
        bed.delete(nothing);
        bed.delete(answers);
        discard.accept(application);
        return figures;
    }

    private Map<String, Double> bare() {
        String topic = course.bed().createNew("bare");
        var records = block.apply(topic);
        int rows = course.scale().snapshot();
        Map<String, Double> figures;
        try (var producer = new Prefill(course.bed(), course.clock())) {
            var clock = new Stopwatch();
            for (int i = 0; i < rows; i++) {
                producer.send(records.get(i % records.size()));
            }
            producer.finish(topic);
            figures = clock.figures(rows);
        }
        course.bed().delete(topic);
        return figures;
    }
}
