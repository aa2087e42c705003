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

/** Receives a response body as text, and fails once it is too long. Called by one HTTP client thread at a time. */
final class BoundedBodySubscriber implements BodySubscriber<String> {

    /** Longest body, in bytes. Confluent's registry stores a schema in a Kafka record, by default of at most one MiB. */
    static final int MAX_BYTES = 8 << 20;

    private final BodySubscriber<String> text = BodySubscribers.ofString(StandardCharsets.UTF_8);
    private Flow.@Nullable Subscription subscription;
    private int left = MAX_BYTES;

    /** The body is longer than {@link #MAX_BYTES}. */
    static final class BodyTooLongException extends IOException {

        private static final long serialVersionUID = 1L;

        BodyTooLongException() {
            super("the response has more than " + MAX_BYTES + " bytes");
        }
    }

    /**
     * Sends a request. The timeout covers the whole response, while that of {@code HttpRequest} covers the headers only:
     * a slow body could take for ever.
     *
     * @throws HttpTimeoutException if the response is not complete in time
     */
    static HttpResponse<String> send(HttpRequest request, HttpClient http, Duration timeout)
            throws IOException, InterruptedException {
        var response = http.sendAsync(request, headers -> new BoundedBodySubscriber());
        try {
            return response.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete response after " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        } finally {
            response.cancel(true); // No effect on a complete response.
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
            text.onError(new BodyTooLongException());
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
