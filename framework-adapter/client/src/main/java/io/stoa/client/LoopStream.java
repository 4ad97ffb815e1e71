package io.stoa.client;

import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream from the master, dealt with on a loop and read no faster than that: at most a window of messages waits here,
 * the others wait in the connection and with the master. Everything runs on the loop.
 */
final class LoopStream<R> {

    private final LoopThread loop;
    private final Reader<R> reader;
    private @Nullable ClientCall<?, R> call;
    private boolean over;
    /** Set by gRPC's threads, long before the loop hears of it where that is busy. */
    private volatile boolean ended;

    private long silenceMs;
    private long heardNanos = System.nanoTime();
    private LoopThread.@Nullable Timer silence;

    private LoopStream(LoopThread loop, Reader<R> reader) {
        this.loop = loop;
        this.reader = reader;
    }

    /** Who reads. After {@link #cancel} it is not called any more. */
    interface Reader<R> {

        /** @return false: no more is wanted until {@link #resume} */
        boolean read(R message);

        /** Nothing more comes, whatever the reason; OK where the master ended it in order. */
        void ended(Failure how);
    }

    /**
     * On the loop.
     *
     * @param silenceMs after so long without a message the stream is taken for broken
     */
    static <Q, R> LoopStream<R> open(
            StoaClient client,
            LoopThread loop,
            MethodDescriptor<Q, R> method,
            Q request,
            int window,
            long silenceMs,
            Reader<R> reader) {
        LoopStream<R> stream = new LoopStream<>(loop, reader);
        stream.silenceMs = silenceMs;
        stream.call = client.stream(method, request, window, stream.new Handover());
        stream.watchSilence();
        return stream;
    }

    /** From now on the stream may be silent for so long. */
    void allowSilence(long ms) {
        silenceMs = ms;
        stopWatching();
        watchSilence();
    }

    /** So many more messages may come. */
    void resume(int messages) {
        if (!over && !ended && call != null && messages > 0) {
            call.request(messages);
        }
    }

    void cancel(String why) {
        over = true;
        stopWatching();
        // gRPC ends its threads a second after its last connection: a call from then on is refused with an exception.
        if (!ended && call != null) {
            call.cancel(why, null);
        }
    }

    private void watchSilence() {
        if (over) {
            return;
        }
        long silentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
        if (silentMs >= silenceMs) {
            String why = "silent for " + silentMs + " ms (expected: < " + silenceMs + ")";
            cancel(why);
            reader.ended(new Failure(Status.DEADLINE_EXCEEDED.withDescription(why), null, false));
        } else {
            silence = loop.after(silenceMs - silentMs, this::watchSilence);
        }
    }

    private void stopWatching() {
        if (silence != null) {
            silence.cancel();
            silence = null;
        }
    }

    private void heard(R message) {
        if (over) {
            return;
        }
        heardNanos = System.nanoTime();
        if (reader.read(message)) {
            resume(1);
        }
    }

    private void closed(Failure how) {
        if (!over) {
            over = true;
            stopWatching();
            reader.ended(how);
        }
    }

    /** From gRPC's threads to the loop. */
    private final class Handover implements StoaClient.Stream<R> {

        @Override
        public void message(R message) {
            loop.execute(() -> heard(message));
        }

        @Override
        public void ended(Failure how) {
            ended = true;
            loop.execute(() -> closed(how));
        }
    }
}
