package io.stoa.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.ContainerListener;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containerizer;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.IdleContainerizer;
import io.stoa.agent.container.Workload;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpStream;
import io.stoa.http.call.MediaType;
import io.stoa.proto.recordio.RecordIo;
import io.stoa.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.ProcessIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputBodyTest {

    private static final RequestForms FORMS = new RequestForms(MediaType.PROTOBUF, true, MediaType.JSON, false);
    private static final ContainerId ID = ContainerId.of("c");
    private static final int PIECES = 20;

    private final Reader reader = new Reader();
    private final Containers containers = new Containers(List.of(reader));
    /** What is to be done on other threads; the test does it. */
    private final Queue<Runnable> work = new ArrayDeque<>();

    private final StreamCalls streams = new StreamCalls(
            containers,
            new ContainerOrders(containers, new AgentPaths(Path.of("work"), Path.of("run")), true, work::add),
            new ManualTime(0),
            this::execute);
    private boolean full;
    private int resumed;

    @BeforeEach
    void launch() {
        containers.launch(reader, spec(), new Unheard());
    }

    private void execute(Runnable step) {
        if (full) {
            throw new RejectedExecutionException();
        }
        work.add(step);
    }

    @Test
    void itGoesOnWhenWhatWasReadTogetherHasBeenTaken() {
        Answer answer = new Answer();
        InputBody body = body(answer);
        reader.atHalf = () -> assertThat(body.take(typed())).isFalse();

        assertThat(body.take(all())).isFalse();
        workOn();

        assertThat(reader.taken).isEqualTo(PIECES + 1);
        assertThat(resumed).isEqualTo(1);
        assertThat(answer.response).isNull();
    }

    @Test
    void whoIsOneTooManyIsToldAndKeepsNobodyWaiting() {
        full = true;
        Answer refused = new Answer();
        InputBody tooMany = body(refused);
        assertThat(tooMany.take(all())).isTrue();
        assertThat(tooMany.take(typed())).isTrue();
        assertTooMany(refused);
        Answer unheard = new Answer();
        streams.answer(
                Call.newBuilder()
                        .setType(Call.Type.ATTACH_CONTAINER_OUTPUT)
                        .setAttachContainerOutput(
                                Call.AttachContainerOutput.newBuilder().setContainerId(ID.toProto()))
                        .build(),
                FORMS,
                unheard);
        assertTooMany(unheard);

        full = false;
        tooMany.lost();
        InputBody next = body(new Answer());
        next.take(all());
        workOn();
        assertThat(reader.taken).isEqualTo(PIECES);
    }

    private static void assertTooMany(Answer answer) {
        assertThat(answer.response).isNotNull().satisfies(response -> {
            assertThat(response.status()).isEqualTo(503);
            assertThat(new String(response.body(), UTF_8)).isEqualTo("Too many containers are attached");
        });
    }

    private InputBody body(HttpReply reply) {
        return new InputBody(FORMS, streams, reply, () -> resumed++);
    }

    private void workOn() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private static byte[] all() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(record(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                .setContainerId(ID.toProto())));
        for (int i = 0; i < PIECES; i++) {
            all.writeBytes(typed());
        }
        return all.toByteArray();
    }

    private static byte[] typed() {
        return record(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                .setProcessIo(ProcessIO.newBuilder()
                        .setType(ProcessIO.Type.DATA)
                        .setData(ProcessIO.Data.newBuilder()
                                .setType(ProcessIO.Data.Type.STDIN)
                                .setData(ByteString.copyFromUtf8("x")))));
    }

    private static byte[] record(Call.AttachContainerInput.Builder input) {
        byte[] call = Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                .setAttachContainerInput(input)
                .build()
                .toByteArray();
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(RecordIo.header(call.length));
        record.writeBytes(call);
        return record.toByteArray();
    }

    private static ContainerSpec spec() {
        return new ContainerSpec(
                ID,
                "f",
                new Workload(ID.value(), Optional.empty(), Optional.empty(), List.of(), Map.of()),
                Path.of("sandbox"),
                Path.of("runtime"),
                Map.of(),
                Optional.empty(),
                List.of());
    }

    /** A container, and what runs it: when it has read half of what is there, something else happens. */
    private static final class Reader extends IdleContainerizer implements Containerizer.Container, ContainerIo {

        private Runnable atHalf = () -> {};
        private int taken;

        @Override
        public void input(byte[] data) {
            taken++;
            if (taken == PIECES / 2) {
                atHalf.run();
            }
        }

        @Override
        public void endInput() {}

        @Override
        public void window(int rows, int columns) {}

        @Override
        public void close() {}

        @Override
        public void kill(long gracePeriodMs) {}

        @Override
        public ContainerIo io(ContainerIo.Listener listener) {
            return this;
        }

        @Override
        public Container launch(ContainerSpec spec, ContainerListener listener) {
            return this;
        }
    }

    private static final class Unheard implements ContainerListener {

        @Override
        public void starting(ContainerStatus status) {}

        @Override
        public void running(ContainerStatus status) {}

        @Override
        public void ended(End end) {}
    }

    private static final class Answer implements HttpReply {

        private @Nullable HttpResponse response;

        @Override
        public Executor eventLoop() {
            return Runnable::run;
        }

        @Override
        public void send(HttpResponse sent) {
            response = sent;
        }

        @Override
        public HttpStream stream(HttpResponse head, Runnable closed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(HttpResponse head, long length, InputStream body, Executor reader) {
            throw new UnsupportedOperationException();
        }
    }
}
