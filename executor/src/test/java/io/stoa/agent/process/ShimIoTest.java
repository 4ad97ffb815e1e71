package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.StandardIo;
import io.stoa.agent.container.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ShimIoTest {

    /** More than a socket holds. */
    private static final int BYTES = 1_000_000;

    /** Its pipe holds all of it (1031 is F_SETPIPE_SZ), so that it ends whether anybody reads or not. */
    private static final String COMMAND =
            "exec perl -e 'fcntl(STDOUT, 1031, 1 << 20) or die; print \"\\0\" x " + BYTES + "'";

    private final CountDownLatch taken = new CountDownLatch(1);
    private final AtomicLong bytes = new AtomicLong();
    private ProcessFixture host;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        host = new ProcessFixture(directory);
    }

    @AfterEach
    void stop() {
        taken.countDown();
        host.close();
    }

    @Test
    void whatASessionHasWrittenWaitsForItsClient() throws Exception {
        LaunchedTask session = session();
        // Longer than others have.
        assertThatThrownBy(() -> session.end().get(12, SECONDS)).isInstanceOf(TimeoutException.class);
        taken.countDown();
        session.await();
        await().untilAsserted(() -> assertThat(bytes).hasValue(BYTES));
    }

    @Test
    void killedSessionDoesNotWaitForItsClient() throws Exception {
        LaunchedTask session = session();
        ShimFiles files = new ShimFiles(session.spec().runtimeDir());
        await().until(() -> files.exit().isPresent());
        assertThat(session.killAndWait(0).message()).isEqualTo("Command exited with status 0");
    }

    /** Whoever reads from the connection tells of its end, whatever a writer sees of it. */
    @Test
    void inputOfASessionThatHasEndedIsNoFailure() throws Exception {
        taken.countDown();
        LaunchedTask session = launch();
        ContainerIo io = attach(session);
        session.await();
        byte[] input = new byte[1 << 20];
        io.input(input);
        io.endInput();
        await().untilAsserted(() -> assertThat(bytes).hasValue(BYTES));
    }

    private LaunchedTask session() throws Exception {
        LaunchedTask session = launch();
        ContainerIo unused = attach(session);
        return session;
    }

    private LaunchedTask launch() throws Exception {
        LaunchedTask session = host.launch(host.spec(new Workload(
                "session",
                Optional.of(CommandInfo.newBuilder().setValue(COMMAND).build()),
                Optional.empty(),
                List.of(),
                Map.of(),
                StandardIo.session(Optional.empty()))));
        session.awaitRunning();
        return session;
    }

    private ContainerIo attach(LaunchedTask session) throws Exception {
        return session.container().io(new ContainerIo.Listener() {
            @Override
            public void output(ContainerIo.Source source, byte[] data) {
                try {
                    taken.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                bytes.addAndGet(data.length);
            }

            @Override
            public void ended() {
                // The session's end says it.
            }
        });
    }
}
