package io.stoa.agent.http;

import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.LiveContainer;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.http.StreamingHandler.BodySink;
import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.ProcessIO;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends into a container: records, of which the first names the container, and the others are what its
 * stdin gets and how large its window is. The answer comes when the client has said all, or the container has ended.
 */
final class InputBody implements BodySink, ContainerIo.Listener {

    private static final int MAX_RECORD_BYTES = 4 << 20;
    /** Records that may wait for a container that does not read. */
    private static final int MAX_WAITING = 16;

    private final RequestForms forms;
    private final StreamCalls streams;
    private final HttpReply reply;
    private final Runnable resume;
    private final RecordIoDecoder records = new RecordIoDecoder(MAX_RECORD_BYTES, this::record);
    private final AtomicBoolean answered = new AtomicBoolean();

    private final Queue<Step> steps = new ArrayDeque<>();
    private boolean working;
    private boolean paused;
    private boolean begun;
    private volatile @Nullable ContainerIo io;

    private interface Step {
        void run() throws IOException;
    }

    InputBody(RequestForms forms, StreamCalls streams, HttpReply reply, Runnable resume) {
        this.forms = forms;
        this.streams = streams;
        this.reply = reply;
        this.resume = resume;
    }

    @Override
    public boolean take(byte[] piece) {
        try {
            records.decode(piece, 0, piece.length);
        } catch (RecordIoException e) {
            answer(HttpResponse.text(400, "Failed to decode record: " + e.getMessage()));
        }
        synchronized (steps) {
            // Only who resumes takes this back: pieces still come that were read with the one that was too much.
            paused |= steps.size() >= MAX_WAITING;
            return !paused;
        }
    }

    @Override
    public void end() {
        if (begun) {
            enqueue(() -> answer(HttpResponse.empty(200)));
        } else {
            answer(HttpResponse.text(400, "Received EOF while reading request body"));
        }
    }

    @Override
    public void lost() {
        enqueue(this::leave);
    }

    private void record(byte[] bytes) {
        if (answered.get()) {
            // What it has to say still is read, and matters no more.
            return;
        }
        Call.Builder call = Call.newBuilder();
        Optional<String> error = AgentApiHandler.read(forms, bytes, call);
        if (error.isPresent()) {
            answer(HttpResponse.text(400, error.get()));
        } else if (begun) {
            ProcessIO message = call.getAttachContainerInput().getProcessIo();
            enqueue(() -> pass(message));
        } else {
            begun = true;
            begin(call.build());
        }
    }

    private void begin(Call call) {
        Call.AttachContainerInput input = call.getAttachContainerInput();
        if (call.getType() != Call.Type.ATTACH_CONTAINER_INPUT) {
            answer(HttpResponse.text(
                    415,
                    "Streaming 'Content-Type' " + RequestForms.RECORDIO + " is not supported for " + call.getType()
                            + " call"));
        } else if (input.getType() != Call.AttachContainerInput.Type.CONTAINER_ID) {
            answer(HttpResponse.text(400, "Expecting 'attach_container_input.type' to be CONTAINER_ID"));
        } else {
            Optional<LiveContainer> container = streams.find(input.getContainerId());
            if (container.isEmpty()) {
                answer(StreamCalls.unknown(input.getContainerId()));
            } else {
                enqueue(() -> io = container.get().attach(this));
            }
        }
    }

    private void pass(ProcessIO message) throws IOException {
        ContainerIo to = io;
        if (to == null) {
            return;
        }
        if (message.getType() == ProcessIO.Type.CONTROL) {
            if (message.getControl().hasTtyInfo()) {
                var window = message.getControl().getTtyInfo().getWindowSize();
                to.window(window.getRows(), window.getColumns());
            }
        } else if (message.getData().getType() == ProcessIO.Data.Type.STDIN) {
            if (message.getData().getData().isEmpty()) {
                to.endInput();
            } else {
                to.input(message.getData().getData().toByteArray());
            }
        }
    }

    /** In order, on a thread that may block; what a container does not read holds up nobody else. */
    private void enqueue(Step step) {
        synchronized (steps) {
            steps.add(step);
            if (working) {
                return;
            }
            working = true;
        }
        try {
            streams.threads().execute(this::work);
        } catch (RejectedExecutionException e) {
            synchronized (steps) {
                steps.clear();
                working = false;
            }
            answer(HttpResponse.text(503, "Too many containers are attached"));
        }
    }

    private void work() {
        while (true) {
            Step step;
            synchronized (steps) {
                step = steps.poll();
                if (paused && steps.isEmpty()) {
                    paused = false;
                    resume.run();
                }
                if (step == null) {
                    working = false;
                    return;
                }
            }
            try {
                step.run();
            } catch (IOException e) {
                answer(HttpResponse.text(500, String.valueOf(e.getMessage())));
            }
        }
    }

    @Override
    public void output(ContainerIo.Source source, byte[] data) {
        // Shown to who asks for it.
    }

    /** The container takes nothing any more. */
    @Override
    public void ended() {
        answer(HttpResponse.empty(200));
    }

    private void answer(HttpResponse response) {
        if (answered.compareAndSet(false, true)) {
            reply.send(response);
        }
        leave();
    }

    private void leave() {
        ContainerIo left = io;
        if (left != null) {
            left.close();
        }
    }
}
