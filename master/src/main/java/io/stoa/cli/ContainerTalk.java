package io.stoa.cli;

import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.ProcessIO;
import org.jspecify.annotations.Nullable;

/** Shows what a container writes, and tells it what is typed, both byte by byte. */
final class ContainerTalk {

    private static final int MAX_RECORD_BYTES = 16 << 20;
    private static final int BUFFER_BYTES = 16 << 10;

    private final TaskContainer container;
    private final InputStream output;
    private final PrintStream out;
    private final PrintStream err;
    private volatile @Nullable CommandException refusal;

    /** @param output of the container, a stream of records */
    ContainerTalk(TaskContainer container, InputStream output, PrintStream out, PrintStream err) {
        this.container = container;
        this.output = output;
        this.out = out;
        this.err = err;
    }

    /**
     * Sends what is typed, on a thread of its own, until the container has ended.
     *
     * @param id of the container, which may be another one in that of the task
     * @param typed empty: stdin is at its end at once
     * @param terminal whose window the container shows itself in
     */
    void listen(ContainerID id, Optional<InputStream> typed, Optional<RawTerminal> terminal) {
        start("input", () -> {
            try (StreamedPost post = container.streamedPost()) {
                ContainerInput input = new ContainerInput(post, id);
                start("stdin", () -> pump(typed.orElse(InputStream.nullInputStream()), input));
                terminal.ifPresent(screen -> show(screen, input));
                container.requireTaken(post.answer());
            } catch (IOException e) {
                leave(container.agent().unreachable(e));
            } catch (CommandException e) {
                leave(e);
            }
        });
    }

    /** Where what is typed, Ctrl-C too, reaches nobody, there is nothing to wait for. */
    private void leave(CommandException why) {
        refusal = why;
        try {
            output.close();
        } catch (IOException e) {
            // Whoever reads from it sees that, too.
        }
    }

    private static void show(RawTerminal screen, ContainerInput input) {
        Runnable tell = () -> screen.size().ifPresent(size -> {
            try {
                input.window(size);
            } catch (IOException e) {
                // Who waits for the answer is told.
            }
        });
        tell.run();
        screen.onResize(tell);
    }

    private static void pump(InputStream typed, ContainerInput input) {
        try {
            byte[] bytes = new byte[BUFFER_BYTES];
            for (int count = read(typed, bytes); count >= 0; count = read(typed, bytes)) {
                if (count > 0) {
                    input.stdin(bytes, count);
                }
            }
            input.stdin(bytes, 0);
        } catch (IOException e) {
            // The container takes no more: who waits for the answer is told why.
        }
    }

    /** Where whoever typed is gone, that is an end, too. */
    private static int read(InputStream typed, byte[] bytes) {
        try {
            return typed.read(bytes);
        } catch (IOException e) {
            return -1;
        }
    }

    /**
     * Shows the container's output until its end.
     *
     * @throws CommandException where there is no more of it, or nobody takes what is typed
     */
    void show() {
        RecordIoDecoder records = new RecordIoDecoder(MAX_RECORD_BYTES, this::show);
        byte[] bytes = new byte[BUFFER_BYTES];
        try (output) {
            for (int count = output.read(bytes); count >= 0; count = output.read(bytes)) {
                records.decode(bytes, 0, count);
                out.flush();
                err.flush();
            }
        } catch (RecordIoException e) {
            throw new CommandException(ExitCode.FAILED, container.agent().name() + ": " + e.getMessage());
        } catch (IOException e) {
            CommandException why = refusal;
            throw why == null ? container.agent().unreachable(e) : why;
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

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
