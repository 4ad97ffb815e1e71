package io.stoa.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A Docker image of the machine's busybox, as long as a test needs it. */
final class BusyboxImage implements AutoCloseable {

    private final DockerEngine engine;
    private final String name = "stoa-itest-" + UUID.randomUUID();

    /** @param directory an empty one, for the image's files */
    BusyboxImage(Path directory) throws IOException, InterruptedException {
        this(directory, DockerEngine.machines());
    }

    BusyboxImage(Path directory, DockerEngine engine) throws IOException, InterruptedException {
        this.engine = engine;
        Path bin = Files.createDirectories(directory.resolve("bin"));
        shell("cp \"$(command -v busybox)\" " + bin + "/busybox");
        for (String program : List.of("sh", "echo", "sleep", "cat")) {
            Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
        }
        Files.writeString(directory.resolve("marker"), "inside");
        shell("tar -C " + directory + " -cf " + directory + ".tar .");
        engine.docker("import", directory + ".tar", name);
    }

    String name() {
        return name;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        engine.docker("rmi", "--force", name);
    }

    private static void shell(String line) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(line).isZero();
    }
}
