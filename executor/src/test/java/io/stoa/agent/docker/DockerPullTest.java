package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.command;
import static io.stoa.agent.docker.DockerFixture.docker;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images from a registry that is played by the test. */
@Timeout(120)
class DockerPullTest {

    private DockerFixture docker;
    private TinyRegistry registry;
    private String image;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        docker = new DockerFixture();
        registry = new TinyRegistry();
        image = registry.reference("busybox");
    }

    @AfterEach
    void stop() throws IOException {
        docker.client()
                .listImagesCmd()
                .withReferenceFilter(image)
                .exec()
                .forEach(pulled -> docker.client()
                        .removeImageCmd(pulled.getId())
                        .withForce(true)
                        .exec());
        registry.close();
        docker.close();
    }

    @Test
    void anImageThatIsNotThereIsPulledOnceAndThenUsed() throws Exception {
        registry.push("latest", BusyboxImage.layer("1"));
        assertThat(version(false)).isEqualTo("1");
        int served = registry.manifestsServed();
        assertThat(served).isPositive();
        registry.push("latest", BusyboxImage.layer("2"));
        assertThat(version(false)).isEqualTo("1");
        assertThat(registry.manifestsServed()).isEqualTo(served);
    }

    @Test
    void aForcedPullFindsWhatIsNew() throws Exception {
        registry.push("latest", BusyboxImage.layer("1"));
        assertThat(version(true)).isEqualTo("1");
        registry.push("latest", BusyboxImage.layer("2"));
        assertThat(version(true)).isEqualTo("2");
        assertThat(version(true)).isEqualTo("2");
    }

    @Test
    void manyTasksShareAPull() throws Exception {
        registry.push("latest", BusyboxImage.layer("1"));
        version(false);
        int each = registry.manifestsServed();
        docker.client().removeImageCmd(image).withForce(true).exec();
        List<LaunchedTask> tasks =
                Stream.generate(() -> launch(false)).limit(12).toList();
        for (LaunchedTask task : tasks) {
            assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        }
        assertThat(registry.manifestsServed()).isLessThanOrEqualTo(3 * each);
    }

    @Test
    void anUnknownImageFailsTheTaskInTheEnginesWords() throws Exception {
        LaunchedTask task = launch(false);
        String message = task.await().message();
        String own = failed("").message();
        // Engines that keep images in containerd say it in other words.
        assertThat(message).startsWith(own).containsAnyOf("manifest unknown", "not found");
        assertThat(task.await()).isEqualTo(failed(message.substring(own.length())));
        assertThat(task.starting()).isNotDone();
    }

    @Test
    void aForcedPullThatFailsDoesNotFallBackToWhatIsThere() throws Exception {
        registry.push("latest", BusyboxImage.layer("1"));
        version(false);
        registry.close();
        assertThat(launch(true).await().message())
                .startsWith("Failed to launch container: Failed to pull image '" + image + ":latest': ")
                .contains("connection refused");
    }

    @Test
    void aTaskIsKilledWhileItsImageIsPulled() throws Exception {
        registry.fallSilent();
        LaunchedTask one = launch(false);
        LaunchedTask other = launch(false);
        await().until(() -> docker.containerizer().waitingForPulls() == 2);
        await().until(() -> pullThreads() == 1);
        assertThat(one.killAndWait(60_000)).isEqualTo(killed());
        assertThat(pullThreads()).isEqualTo(1);
        assertThat(other.killAndWait(60_000)).isEqualTo(killed());
        await().until(() -> pullThreads() == 0);
        assertThat(other.starting()).isNotDone();
    }

    @Test
    void aPullThatHangsEnds() throws Exception {
        ManualTime time = new ManualTime(0);
        docker.restart(time);
        registry.fallSilent();
        LaunchedTask task = launch(false);
        await().until(() -> docker.containerizer().waitingForPulls() == 1);
        await().until(() -> {
            time.advance(DockerFixture.SILENCE_MS);
            return task.end().isDone();
        });
        assertThat(task.await()).isEqualTo(failed("Nothing was heard for 60000 ms"));
        await().until(() -> pullThreads() == 0);
    }

    private LaunchedTask launch(boolean force) {
        try {
            return docker.launch(docker.spec(
                    directory,
                    info -> docker(command(info, "cat /version"))
                            .setImage(image)
                            .setForcePullImage(force)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String version(boolean force) throws Exception {
        LaunchedTask task = launch(force);
        assertThat(task.await().message()).isEqualTo("Container exited with status 0");
        return task.stdout();
    }

    private static long pullThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("docker-java-stream"))
                .count();
    }

    private End failed(String words) {
        return new End(
                TaskState.TASK_FAILED,
                Reason.REASON_CONTAINER_LAUNCH_FAILED,
                "Failed to launch container: Failed to pull image '" + image + ":latest': " + words);
    }

    private static End killed() {
        return new End(
                TaskState.TASK_KILLED,
                Reason.REASON_TASK_KILLED_DURING_LAUNCH,
                "Killed before delivery to the executor");
    }
}
