package io.tagweir.wire;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** The text of an answer that is given up once it is too long. Fed by one thread of the HTTP client at a time. */
final class RegistryAnswer implements BodySubscriber<String> {

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
