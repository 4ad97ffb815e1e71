package io.stoa.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.container.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeLinksTest {

    private static final int SOMEBODY = 4_711;

    @TempDir
    Path directory;

    @Test
    void volumeIsALinkInTheSandbox() throws Exception {
        VolumeLinks.make(spec(volume("one", "data"), volume("two", "log")));
        Files.writeString(directory.resolve("sandbox/data/file"), "text");
        assertThat(directory.resolve("one/file")).hasContent("text");
        assertThat(directory.resolve("sandbox/log").toRealPath())
                .isEqualTo(directory.resolve("two").toRealPath());
    }

    @Test
    void linkThatIsThereAlreadyIsNoObstacle() throws Exception {
        VolumeLinks.make(spec(volume("one", "data")));
        VolumeLinks.make(spec(volume("one", "data")));
        assertThat(directory.resolve("sandbox/data")).isSymbolicLink();
    }

    @Test
    void whatIsThereAlreadyIsNotReplaced() throws Exception {
        TaskVolume one = volume("one", "data");
        TaskVolume two = volume("two", "data");
        assertThatThrownBy(() -> VolumeLinks.make(spec(one, two)))
                .isInstanceOf(IOException.class)
                .hasMessage("The existing symlink '" + directory.resolve("sandbox/data") + "' points to '"
                        + directory.resolve("two").toRealPath() + "' and the new target is '"
                        + directory.resolve("one").toRealPath() + "'");
        for (String path : List.of(".", "..", "")) {
            TaskVolume volume = volume("three", path);
            assertThatThrownBy(() -> VolumeLinks.make(spec(volume)))
                    .as(path)
                    .hasMessageStartingWith("The existing symlink '");
        }
    }

    @Test
    void linksOfWhatIsNotToBeHadAnyMoreAreRemoved() throws Exception {
        TaskVolume stays = volume("stays", "stays");
        TaskVolume goes = volume("goes", "goes");
        TaskVolume replaced = volume("replaced", "replaced");
        VolumeLinks.make(spec(stays, goes, replaced));
        Path own = directory.resolve("sandbox/replaced");
        Files.delete(own);
        Files.createFile(own);
        VolumeLinks.remove(List.of(stays, goes, replaced), spec(inUse(stays)));
        assertThat(directory.resolve("sandbox/stays")).isSymbolicLink();
        assertThat(directory.resolve("sandbox/goes")).doesNotExist();
        assertThat(own).isRegularFile();
        assertThat(directory.resolve("goes")).isDirectory();
    }

    @Test
    void volumeBelongsToTheSandboxsOwnerUnlessOthersUseIt() throws Exception {
        Files.createDirectories(directory.resolve("sandbox"));
        Assumptions.assumeTrue(TaskVolume.uid(directory) == 0, "only root gives files away");
        Files.setAttribute(directory.resolve("sandbox"), "unix:uid", SOMEBODY);
        Files.setAttribute(directory.resolve("sandbox"), "unix:gid", SOMEBODY + 1);
        TaskVolume own = volume("own", "own");
        Files.writeString(directory.resolve("own/file"), "of root");
        VolumeLinks.make(spec(own, inUse(volume("others", "others"))));
        assertThat(TaskVolume.uid(directory.resolve("own"))).isEqualTo(SOMEBODY);
        assertThat(Files.getAttribute(directory.resolve("own"), "unix:gid")).isEqualTo(SOMEBODY + 1);
        assertThat(TaskVolume.uid(directory.resolve("own/file"))).isZero();
        assertThat(TaskVolume.uid(directory.resolve("others"))).isZero();
    }

    @Test
    void rootTakesNothingAway() throws Exception {
        Assumptions.assumeTrue(TaskVolume.uid(directory) == 0, "only root gives files away");
        TaskVolume volume = volume("of-somebody", "data");
        Files.setAttribute(directory.resolve("of-somebody"), "unix:uid", SOMEBODY);
        VolumeLinks.make(spec(volume));
        assertThat(TaskVolume.uid(directory.resolve("of-somebody"))).isEqualTo(SOMEBODY);
    }

    @Test
    void volumeThatIsLostIsSaid() throws Exception {
        Files.createDirectories(directory.resolve("sandbox"));
        Assumptions.assumeTrue(TaskVolume.uid(directory) == 0, "only root gives files away");
        Files.setAttribute(directory.resolve("sandbox"), "unix:uid", SOMEBODY);
        TaskVolume lost = new TaskVolume(directory.resolve("lost"), "data", false, false);
        assertThatThrownBy(() -> VolumeLinks.make(spec(lost)))
                .hasMessageStartingWith("Failed to change the ownership of the persistent volume at '"
                        + directory.resolve("lost") + "' with uid " + SOMEBODY + " and gid ");
    }

    @Test
    void nothingIsLinkedThroughALinkOfATasks() throws Exception {
        ContainerSpec root = spec(volume("one", "data"));
        ContainerSpec nested = new ContainerSpec(
                root.id().child("child"),
                root.frameworkId(),
                root.workload(),
                root.sandbox().resolve("containers/child"),
                root.runtimeDir(),
                root.environment(),
                root.user(),
                root.volumes());
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/child"));
        Files.createSymbolicLink(root.sandbox().resolve("containers"), elsewhere.getParent());
        assertThatThrownBy(() -> VolumeLinks.make(nested)).isInstanceOf(IOException.class);
        assertThat(elsewhere).isEmptyDirectory();
        Files.delete(root.sandbox().resolve("containers"));
        Files.createDirectories(nested.sandbox());
        VolumeLinks.make(nested);
        assertThat(nested.sandbox().resolve("data")).isSymbolicLink();
        assertThat(directory.resolve("sandbox/containers").toFile().list()).containsExactly("child");
    }

    private TaskVolume volume(String name, String containerPath) throws IOException {
        return new TaskVolume(Files.createDirectories(directory.resolve(name)), containerPath, false, false);
    }

    private static TaskVolume inUse(TaskVolume volume) {
        return new TaskVolume(volume.source(), volume.containerPath(), volume.readOnly(), true);
    }

    private ContainerSpec spec(TaskVolume... volumes) throws IOException {
        return new ContainerSpec(
                ContainerId.of("container"),
                "framework",
                Workload.of(TaskInfo.getDefaultInstance()),
                Files.createDirectories(directory.resolve("sandbox")),
                directory.resolve("run"),
                Map.of(),
                Optional.empty(),
                List.of(volumes));
    }
}
