package io.stoa.cli;

import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.ProcessIO;

/** Shows what a container writes, and tells it what is typed, both byte by byte. */
final class ContainerTalk {

    private static final int MAX_RECORD_BYTES = 16 << 20;
    private static final int BUFFER_BYTES = 16 << 10;
    /** A container that takes no input since it has ended says so within this time. */
    private static final int END_SECONDS = 5;

    private final TaskContainer container;
    private final ContainerID id;
    private final PrintStream out;
    private final PrintStream err;
    private final CountDownLatch shown = new CountDownLatch(1);

    /** @param id of the container, which may be another one in that of the task */
    ContainerTalk(TaskContainer container, ContainerID id, PrintStream out, PrintStream err) {
        this.container = container;
        this.id = id;
        this.out = out;
        this.err = err;
    }

    /**
     * Sends what is typed, on a thread of its own, until the container has ended.
     *
     * @param typed empty: stdin is at its end at once
     * @param terminal whose window the container shows itself in
     */
    void listen(Optional<InputStream> typed, Optional<RawTerminal> terminal) {
        ContainerInput input = new ContainerInput(id);
        start("input", () -> send(input, terminal));
        terminal.ifPresent(screen -> {
            Runnable tell = () -> screen.size().ifPresent(size -> quietly(() -> input.window(size)));
            tell.run();
            screen.onResize(tell);
        });
        start("stdin", () -> pump(typed.orElse(InputStream.nullInputStream()), input));
    }

    /** Where what is typed, Ctrl-C too, reaches nobody any more, the terminal is the user's again. */
    private void send(ContainerInput input, Optional<RawTerminal> terminal) throws InterruptedException {
        try {
            try {
                container.send(BodyPublishers.fromPublisher(input));
            } finally {
                input.over();
            }
        } catch (CommandException e) {
            if (!shown.await(END_SECONDS, TimeUnit.SECONDS)) {
                terminal.ifPresent(RawTerminal::restore);
                err.println("stoa: what is typed is not taken any more, Ctrl-C leaves: "
                        + Terminal.oneLine(String.valueOf(e.getMessage())));
            }
        }
    }

    private static void pump(InputStream typed, ContainerInput input) throws InterruptedException {
        byte[] bytes = new byte[BUFFER_BYTES];
        try {
            for (int count = typed.read(bytes); count >= 0; count = typed.read(bytes)) {
                if (count > 0) {
                    input.stdin(bytes, count);
                }
            }
        } catch (IOException e) {
            // Whoever typed is gone, which is an end, too.
        }
        input.stdin(bytes, 0);
    }

    /** Shows the container's output until its end. */
    void show(InputStream stream) {
        RecordIoDecoder records = new RecordIoDecoder(MAX_RECORD_BYTES, this::show);
        byte[] bytes = new byte[BUFFER_BYTES];
        try (stream) {
            for (int count = stream.read(bytes); count >= 0; count = stream.read(bytes)) {
                records.decode(bytes, 0, count);
                out.flush();
                err.flush();
            }
        } catch (RecordIoException e) {
            throw new CommandException(ExitCode.FAILED, container.agent().name() + ": " + e.getMessage());
        } catch (IOException e) {
            throw container.agent().unreachable(e);
        } finally {
            shown.countDown();
        }
    }

    private void show(byte[] record) {
        try {
            ProcessIO message = ProcessIO.parseFrom(record);
            if (message.getType() == ProcessIO.Type.DATA) {
                boolean isError = message.getData().getType() == ProcessIO.Data.Type.STDERR;
                message.getData().getData().writeTo(isError ? err : out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private static void quietly(Step step) {
        try {
            step.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(String name, Step work) {
        Thread thread = new Thread(() -> quietly(work), name);
        thread.setDaemon(true);
        thread.start();
    }
}
