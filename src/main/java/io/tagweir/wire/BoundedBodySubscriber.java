package io.tagweir.wire;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The text of an answer that is given up once it is too long. Fed by one thread of the HTTP client at a time. */
final class BoundedBodySubscriber implements BodySubscriber<String> {

    /** Longest answer, in bytes. Confluent's registry keeps a schema in a record, of one MiB unless told otherwise. */
    static final int LONGEST = 8 << 20;

    private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
    private Flow.@Nullable Subscription subscription;
    private int left = LONGEST;

    /** More came than {@link #LONGEST}. */
    static final class TooLong extends IOException {

        private static final long serialVersionUID = 1L;

        TooLong() {
            super("the answer has more than " + LONGEST + " bytes");
        }
    }

    /**
     * The answer to a request. {@code HttpClient.send} would hold the limit for the head of the answer only, and the
     * body may trickle for ever.
     *
     * @throws HttpTimeoutException where it is not there, as a whole, within the limit
     */
    static HttpResponse<String> to(HttpRequest request, HttpClient http, Duration limit)
            throws IOException, InterruptedException {
        var answer = http.sendAsync(request, head -> new BoundedBodySubscriber());
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer after " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        } finally {
            answer.cancel(true); // Of no effect once the answer is here.
        }
    }

    @Override
    public CompletionStage<String> getBody() {
        return text.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        text.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (left < 0) {
            return;
        }
        left -= buffers.stream().mapToInt(ByteBuffer::remaining).sum();
        if (left >= 0) {
            text.onNext(buffers);
        } else {
            if (subscription != null) {
                subscription.cancel();
            }
            text.onError(new TooLong());
        }
    }

    @Override
    public void onError(Throwable failure) {
        text.onError(failure);
    }

    @Override
    public void onComplete() {
        text.onComplete();
    }
}
