package io.stoa.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.container.Workload;
import io.stoa.agent.fetch.FetcherConfig;
import io.stoa.agent.fetch.UriFetcher;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.Secret;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.Protos.Volume.Source;
import org.apache.mesos.v1.Protos.Volume.Source.SandboxPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ContainerVolumesTest {

    @TempDir
    Path directory;

    @AutoClose
    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory);
    }

    @Test
    void hostPathIsSeenInTheSandbox() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        LaunchedTask task = launch(
                "echo text > a/b/file; cat old/file",
                volume("./a/../a/b").setSource(hostPath(data.toString())).build(),
                Volume.newBuilder()
                        .setContainerPath("old")
                        .setHostPath(data.toString())
                        .setMode(Volume.Mode.RW)
                        .build());
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(data.resolve("file")).hasContent("text");
        assertThat(task.stdout()).isEqualTo("text\n");
    }

    @Test
    void whatCannotBeIsSaidAsMesosDoes() throws Exception {
        assertThat(refusal(volume("a").setSource(hostPath("relative"))))
                .isEqualTo("Path 'relative' in HOST_PATH volume is not absolute");
        assertThat(refusal(volume("a").setSource(hostPath("/no/such"))))
                .isEqualTo("Path '/no/such' in HOST_PATH volume does not exist");
        assertThat(refusal(volume("/mnt").setSource(hostPath("/tmp"))))
                .startsWith("The 'linux' launcher and 'filesystem/linux' isolator must be enabled");
        for (String path : List.of("a/../../b", "../..", "..", "../b", ".", "a/..", "")) {
            assertThat(refusal(volume(path).setSource(hostPath("/tmp"))))
                    .isEqualTo("Invalid volume: container_path: '" + path + "' (expected: a path below the sandbox)");
        }
        assertThat(refusal(volume("a\0").setSource(hostPath("/tmp")))).startsWith("Invalid volume: container_path: ");
        assertThat(refusal(volume("a").setSource(hostPath("/tmp\0")))).startsWith("Invalid volume: HOST_PATH volume: ");
        assertThat(refusal(volume("a").setSource(sandboxPath(SandboxPath.Type.PARENT, "shared"))))
                .isEqualTo("SANDBOX_PATH volume PARENT type only works for nested container");
        assertThat(refusal(volume("a").setSource(sandboxPath(SandboxPath.Type.SELF, "own"))))
                .isEqualTo("'container_path' is relative for SANDBOX_PATH volume SELF type");
        assertThat(refusal(volume("a").setSource(Source.newBuilder().setType(Source.Type.DOCKER_VOLUME))))
                .isEqualTo("Volumes of type DOCKER_VOLUME are not supported");
    }

    @Test
    void tasksOfAPodShareADirectoryOfTheirParents() throws Exception {
        ContainerSpec pod = host.spec("unused");
        Path parent = pod.sandbox();
        LaunchedTask one = host.launch(nested(pod, "one", "echo hello > data/file"));
        assertThat(one.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        LaunchedTask two = host.launch(nested(pod, "two", "cat data/file"));
        assertThat(two.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(two.stdout()).isEqualTo("hello\n");
        assertThat(parent.resolve("shared/deep/file")).hasContent("hello");
    }

    @Test
    void tasksOfAPodShareTheVolumeOfTheirExecutor() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        ContainerSpec pod = with(host.spec("unused"), new TaskVolume(volume, "shared", false, false));
        host.enclose(pod);
        LaunchedTask task = host.launch(nested(pod, "one", "echo hello > data/file"));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(volume.resolve("deep/file")).hasContent("hello");
        host.isolation().destroy(pod.id());
    }

    @Test
    void whatIsFetchedGoesIntoThem() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "text");
        Path persistent = Files.createDirectory(directory.resolve("persistent"));
        Path data = Files.createDirectory(directory.resolve("data"));
        ContainerSpec pod = host.spec("unused");
        Workload workload = new Workload(
                "task",
                Optional.of(CommandInfo.newBuilder()
                        .setValue("cat p/file a/host/deep/file shared/file")
                        .addUris(uri(file, "p/file"))
                        .addUris(uri(file, "a/host/deep/file"))
                        .addUris(uri(file, "shared/file"))
                        .build()),
                workload(
                                "unused",
                                volume("a/host")
                                        .setSource(hostPath(data.toString()))
                                        .build(),
                                volume("shared")
                                        .setSource(sandboxPath(SandboxPath.Type.PARENT, "of/pod"))
                                        .build(),
                                volume("secret").setSource(secret("x")).build())
                        .container(),
                List.of(),
                Map.of());
        ContainerSpec spec = with(nested(pod, "one", workload), new TaskVolume(persistent, "p", true, false));
        try (UriFetcher fetcher = new UriFetcher(FetcherConfig.STANDARD, new ManualTime(0))) {
            host.fetchWith(fetcher);
            LaunchedTask task = host.launch(spec);
            assertThat(task.await().message()).isEqualTo("Command exited with status 0");
            assertThat(task.stdout()).isEqualTo("texttexttext");
        }
        assertThat(persistent.resolve("file")).hasContent("text");
        assertThat(data.resolve("deep/file")).hasContent("text");
        assertThat(pod.sandbox().resolve("of/pod/file")).hasContent("text");
    }

    private static CommandInfo.URI uri(Path file, String outputFile) {
        return CommandInfo.URI
                .newBuilder()
                .setValue(file.toString())
                .setOutputFile(outputFile)
                .build();
    }

    private static ContainerSpec with(ContainerSpec spec, TaskVolume volume) {
        return new ContainerSpec(
                spec.id(),
                spec.frameworkId(),
                spec.workload(),
                spec.sandbox(),
                spec.runtimeDir(),
                spec.environment(),
                spec.user(),
                List.of(volume));
    }

    @Test
    void linkThatAnotherPutIntoTheSandboxIsNotFollowedWithTheAgentsRights() throws Exception {
        Path secret = Files.createDirectory(
                directory.resolve("of-root"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ContainerSpec spec = ProcessFixture.as(
                "nobody",
                spec("true", volume("trap/made").setSource(hostPath("/tmp")).build()));
        Files.createSymbolicLink(spec.sandbox().resolve("trap"), secret);
        assertThat(host.launch(spec).await().message()).startsWith("Failed to launch container: trap/made: ");
        assertThat(secret).isEmptyDirectory();
    }

    @Test
    void secretIsAFileThatOnlyItsUserReads() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        ContainerSpec spec = ProcessFixture.as(
                "nobody",
                spec(
                        "cat conf/password; stat -L -c '%a %U' conf/password",
                        volume("conf/password").setSource(secret("s3\0cret")).build()));
        LaunchedTask task = host.launch(spec);
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).isEqualTo("s3\0cret600 nobody\n");
        assertThat(spec.sandbox().resolve("conf/password").toRealPath())
                .startsWith(spec.runtimeDir().toRealPath());
    }

    @Test
    void secretThatIsAReferenceIsRefused() throws Exception {
        Source reference = Source.newBuilder()
                .setType(Source.Type.SECRET)
                .setSecret(Secret.newBuilder()
                        .setType(Secret.Type.REFERENCE)
                        .setReference(Secret.Reference.newBuilder().setName("vault")))
                .build();
        assertThat(refusalOf(spec("true", volume("a").setSource(reference).build())))
                .isEqualTo("Default secret resolver cannot resolve references");
        CommandInfo command = CommandInfo.newBuilder()
                .setValue("true")
                .setEnvironment(Environment.newBuilder()
                        .addVariables(Environment.Variable.newBuilder()
                                .setName("PASSWORD")
                                .setType(Environment.Variable.Type.SECRET)
                                .setSecret(reference.getSecret())))
                .build();
        assertThat(refusalOf(host.spec(command))).isEqualTo("Default secret resolver cannot resolve references");
    }

    private LaunchedTask launch(String command, Volume... volumes) throws IOException {
        return host.launch(spec(command, volumes));
    }

    private String refusal(Volume.Builder volume) throws Exception {
        return launch("true", volume.build()).await().message().replaceFirst("^Failed to launch container: ", "");
    }

    private static String refusalOf(ContainerSpec spec) {
        try {
            ContainerVolumes.writeSecrets(spec);
            return "none";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private ContainerSpec spec(String command, Volume... volumes) throws IOException {
        return host.spec(workload(command, volumes));
    }

    private static Workload workload(String command, Volume... volumes) {
        return new Workload(
                "task",
                Optional.of(CommandInfo.newBuilder().setValue(command).build()),
                Optional.of(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .addAllVolumes(List.of(volumes))
                        .build()),
                List.of(),
                Map.of());
    }

    private ContainerSpec nested(ContainerSpec pod, String name, String command) throws IOException {
        return nested(
                pod,
                name,
                workload(
                        command,
                        volume("data")
                                .setSource(sandboxPath(SandboxPath.Type.PARENT, "shared/deep"))
                                .build()));
    }

    private static ContainerSpec nested(ContainerSpec pod, String name, Workload workload) throws IOException {
        return new ContainerSpec(
                pod.id().child(name),
                pod.frameworkId(),
                workload,
                Files.createDirectories(pod.sandbox().resolve("containers").resolve(name)),
                Files.createDirectories(pod.runtimeDir().resolve("containers").resolve(name)),
                pod.environment(),
                Optional.empty(),
                List.of());
    }

    private static Volume.Builder volume(String containerPath) {
        return Volume.newBuilder().setContainerPath(containerPath).setMode(Volume.Mode.RW);
    }

    private static Source hostPath(String path) {
        return Source.newBuilder()
                .setType(Source.Type.HOST_PATH)
                .setHostPath(Source.HostPath.newBuilder().setPath(path))
                .build();
    }

    private static Source sandboxPath(SandboxPath.Type type, String path) {
        return Source.newBuilder()
                .setType(Source.Type.SANDBOX_PATH)
                .setSandboxPath(SandboxPath.newBuilder().setType(type).setPath(path))
                .build();
    }

    private static Source secret(String value) {
        return Source.newBuilder()
                .setType(Source.Type.SECRET)
                .setSecret(Secret.newBuilder()
                        .setType(Secret.Type.VALUE)
                        .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8(value))))
                .build();
    }
}
