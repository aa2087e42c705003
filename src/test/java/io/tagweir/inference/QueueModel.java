package io.tagweir.inference;

import io.tagweir.avro.Priority;
import io.tagweir.inference.WorkerClassQueue.Entry;
import io.tagweir.tail.TailSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;

/**
 * Small scenarios of the student's queue, each run in many interleavings by a model checker, which also finds threads
 * that sleep for ever. A process of its own, as the checker rewrites the classes of the JDK it runs in. Started by
 * {@link QueueModelIT}.
 */
final class QueueModel {

    private static final Urgency STANDARD = Urgency.of(Priority.STANDARD, Urgency.NO_DEADLINE);
    private static final Urgency INTERACTIVE = Urgency.of(Priority.INTERACTIVE, Urgency.NO_DEADLINE);

    // Made here, as the checker stumbles over the regular expressions in it.
    private static final BatchSettings SETTINGS =
            TailSettings.with(Map.of("tail.threads", 1)).batch();

    private QueueModel() {}

    /** @param args name of a scenario, and how many interleavings are tried */
    public static void main(String[] args) {
        var scenario = Map.<String, Runnable>of("wake-ups", QueueModel::wakeUps, "claims", QueueModel::claims)
                .get(args[0]);
        Lincheck.runConcurrentTest(Integer.parseInt(args[1]), scenario);
    }

    /** Two threads sleep until they have a request each, without the bounded wait; two requests come. */
    private static void wakeUps() {
        var queue = new WorkerClassQueue(2);
        var taken = new AtomicInteger();
        var threads = List.of(taker(queue, taken), taker(queue, taken));
        threads.forEach(Thread::start);
        for (int number = 0; number < 2; number++) {
            queue.add(new Entry(STANDARD, number, request()));
        }
        threads.forEach(QueueModel::join);
        require(taken.get() == 2, "taken: " + taken);
    }

    private static Thread taker(WorkerClassQueue queue, AtomicInteger taken) {
        return new Thread(() -> {
            try {
                while (queue.poll(urgency -> true) == null) {
                    queue.sleep(Long.MAX_VALUE);
                }
                taken.incrementAndGet();
                queue.wakeForRest();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** A request is added, raised and cancelled while a thread takes; if it was cancelled, another is added. */
    private static void claims() {
        var queue = new RequestQueue(() -> 0, SETTINGS, () -> 0);
        var taken = new AtomicInteger();
        var thread = new Thread(() -> {
            try {
                taken.addAndGet(queue.take(WorkerClass.ALL).size());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        var first = request();
        queue.add(first);
        queue.raise(first, INTERACTIVE);
        if (first.tryCancel()) {
            queue.cancelled(first);
            queue.add(request());
        }
        join(thread);
        require(taken.get() == 1, "taken: " + taken);
        require(queue.ahead(Urgency.LOWEST_RANK) == 0, "waiting: " + queue.ahead(Urgency.LOWEST_RANK));
    }

    private static Request<String> request() {
        return new Request<>("a", new RequestKey("test@1", "a"), 0, STANDARD, new InferenceClient<>(null));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new AssertionError(otherwise);
        }
    }
}
