package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stoa.itests.SchedulerClient;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo.URI;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a framework has fetched for its tasks, from a web server and from the host. */
@Timeout(120)
class FetchTest {

    @TempDir
    Path directory;

    private final int port = FreePorts.next();
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Path files;
    private ProcessCluster cluster;
    private SchedulerClient client;
    private AgentID agentId;
    private Offer offer;

    @BeforeEach
    void start() throws Exception {
        files = Files.createDirectory(directory.resolve("files"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] content = Files.readAllBytes(
                    files.resolve(exchange.getRequestURI().getPath().substring(1)));
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
        server.start();
        cluster = ProcessCluster.start(directory);
        cluster.agent("agent", "--port=" + port, "--resources=cpus:4;mem:1024;disk:1024");
        client = cluster.subscribe(framework("f"));
        offer = client.awaitOpenOffer(any -> true);
        agentId = offer.getAgentId();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        cluster.close();
        server.stop(0);
        threads.shutdown();
    }

    private void shell(String line) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("sh", "-ec", line)
                        .directory(files.toFile())
                        .inheritIO()
                        .start()
                        .waitFor())
                .as(line)
                .isZero();
    }

    private URI.Builder uri(String file) {
        return URI.newBuilder()
                .setValue("http://127.0.0.1:" + server.getAddress().getPort() + "/" + file);
    }

    private TaskInfo task(String id, String command, URI.Builder... uris) {
        TaskInfo.Builder task = shellTask(id, agentId, command).toBuilder();
        Stream.of(uris).forEach(task.getCommandBuilder()::addUris);
        return task.build();
    }

    @Test
    void archivesAreUnpackedAndOtherFilesAreWhereTheyAreToBe() throws Exception {
        shell("""
                mkdir app && echo inside > app/in-tar && tar -cf plain.tar app
                for kind in gz bz2 xz; do
                    mkdir $kind && echo $kind > $kind/content && tar -caf $kind.tar.$kind $kind
                done
                echo 'echo it runs' > tool
                echo kept > data
                echo local > local
                """);
        Path zipped = files.resolve("app.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(zipped))) {
            zip.putNextEntry(new ZipEntry("zipped/content"));
            zip.write("zip".getBytes(UTF_8));
        }
        client.call(accept(
                offer,
                launch(task(
                        "t",
                        """
                        set -e
                        test "$(cat app/in-tar)" = inside
                        for kind in gz bz2 xz; do test "$(cat $kind/content)" = $kind; done
                        test -s zipped/content
                        test "$(./tool)" = 'it runs'
                        test "$(cat below/other)" = kept
                        test "$(cat local)" = local
                        test -e not-unpacked.tar && test ! -e not-unpacked
                        """,
                        uri("plain.tar"),
                        uri("gz.tar.gz"),
                        uri("bz2.tar.bz2"),
                        uri("xz.tar.xz"),
                        uri("app.zip"),
                        uri("tool").setExecutable(true),
                        uri("data").setOutputFile("below/other"),
                        URI.newBuilder().setValue(files.resolve("local").toString()),
                        uri("plain.tar").setExtract(false).setOutputFile("not-unpacked.tar")))));
        client.awaitState("t", TaskState.TASK_FINISHED);
    }

    @Test
    void hostileArchivesHarmNothingAndTheTaskSaysWhy() throws Exception {
        shell("""
                echo evil > escaped && tar -cPf leaves.tar ../files/escaped && rm escaped
                ln -s %s out && tar -cf link.tar out && rm out
                head -c 1000 /dev/urandom > rubbish.tar.gz
                """.formatted(directory));
        client.call(accept(
                offer,
                launch(
                        task("leaves", "exec sleep 1000", uri("leaves.tar")),
                        task("link", "exec sleep 1000", uri("link.tar")),
                        task("rubbish", "exec sleep 1000", uri("rubbish.tar.gz")),
                        task("missing", "exec sleep 1000", uri("missing")))));
        for (String id : List.of("leaves", "link", "rubbish", "missing")) {
            TaskStatus failed = client.awaitState(id, TaskState.TASK_FAILED);
            assertThat(failed.getReason()).isEqualTo(TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED);
            assertThat(failed.getMessage()).contains("Failed to fetch all URIs for container");
        }
        assertThat(named("escaped")).isEmpty();
    }

    /** All files of that name; the cluster goes on meanwhile, and removes what it does not need any more. */
    private List<Path> named(String name) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.endsWith(name)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    @Test
    void tasksThatWantTheSameCachedUriShareOneDownload() throws Exception {
        shell("head -c 5000000 /dev/zero > large");
        URI.Builder large = uri("large").setCache(true);
        String command = "test $(wc -c < large) = 5000000";
        client.call(
                accept(offer, launch(task("a", command, large), task("b", command, large), task("c", command, large))));
        for (String id : List.of("a", "b", "c")) {
            client.awaitState(id, TaskState.TASK_FINISHED);
        }
        assertThat(requests).hasValue(1);
        assertThat(cluster.ask("127.0.0.1:" + port, "/metrics/snapshot").body())
                .contains("\"containerizer/fetcher/cache_size_used_bytes\":5000000.0");

        Offer next = client.awaitOpenOffer(any -> true);
        client.call(accept(next, launch(task("later", command, large))));
        client.awaitState("later", TaskState.TASK_FINISHED);
        assertThat(requests).hasValue(1);
    }
}
