package io.tagweir.inference;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tagweir.avro.Priority;
import io.tagweir.meter.MeterName;
import io.tagweir.meter.Meters;
import io.tagweir.student.EncodedQuery;
import io.tagweir.student.Student;
import io.tagweir.student.Tagging;
import io.tagweir.tail.TailSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process whose student takes it down: in native code at the word {@code segv}, as a kill would at {@code kill}. It
 * prints its runs, what becomes of each query, and how many were blamed for a crash.
 */
final class CrashingProcess {

    private static final Urgency STANDARD = Urgency.of(Priority.STANDARD, Urgency.NO_DEADLINE);

    private CrashingProcess() {}

    private record Text(String text) implements EncodedQuery {

        @Override
        public int tokens() {
            return 1;
        }
    }

    private record Fatal(String id) implements Student {

        @Override
        public EncodedQuery encode(String canonical) {
            return new Text(canonical);
        }

        @Override
        public List<Tagging> run(List<EncodedQuery> batch) {
            var texts = batch.stream().map(EncodedQuery::text).toList();
            System.out.println("run " + String.join(",", texts));
            if (texts.contains("segv")) {
                crash();
            }
            if (texts.contains("kill")) {
                Runtime.getRuntime().halt(137);
            }
            return texts.stream().map(text -> Tagging.NOTHING).toList();
        }

        private static void crash() {
            try {
                var unsafe = Class.forName("sun.misc.Unsafe");
                var instance = unsafe.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                unsafe.getMethod("putAddress", long.class, long.class).invoke(instance.get(null), 0L, 0L);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {}
    }

    /**
     * @param args directory, the student's id, settings as {@code name=value}: threads, linger in milliseconds, deaths,
     *     {@code --}, texts
     */
    public static void main(String[] args) throws InterruptedException {
        int texts = List.of(args).indexOf("--") + 1;
        var given = new HashMap<>(Map.of("threads", "2", "linger", "0", "deaths", "2"));
        for (String setting : List.of(args).subList(2, texts - 1)) {
            given.put(setting.replaceAll("=.*", ""), setting.replaceAll(".*=", ""));
        }
        var batch =
                TailSettings.with(Map.of("tail.threads", given.get("threads"))).batch();
        var settings = batch.withLinger(Duration.ofMillis(Long.parseLong(given.get("linger"))))
                .withFaults(batch.faults().withMaxDeaths(Integer.parseInt(given.get("deaths"))));
        var student = new Fatal(args[1]);
        var meters = new Meters(new SimpleMeterRegistry());
        try (var batcher = new MicroBatcher(
                "student",
                LoadedStudents.of(student),
                () -> 0,
                settings,
                Path.of(args[0]),
                FaultyStudent.UNGUARDED,
                meters)) {
            var client = batcher.newClient();
            for (String text : List.of(args).subList(texts, args.length)) {
                client.submit(text, new RequestKey(student.id(), text), 0, STANDARD);
            }
            for (int left = args.length - texts; left > 0; ) {
                var result = client.poll();
                if (result != null) {
                    var failure = result.failure();
                    System.out.println(result.request().text() + " = " + (failure == null ? "answered" : failure));
                    left--;
                }
                batcher.check();
                Thread.onSpinWait();
            }
            System.out.println("blamed " + (int) meters.total(MeterName.STUDENT_FAULTS, StudentFault.CRASH));
        }
    }
}
