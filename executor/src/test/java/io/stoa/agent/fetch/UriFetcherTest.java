package io.stoa.agent.fetch;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.stoa.testing.FreePorts;
import io.stoa.time.ManualTime;
import io.stoa.time.SystemTime;
import io.stoa.time.Time;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UriFetcherTest {

    private static final Optional<String> OWN_USER = Optional.empty();
    private static final Optional<String> NOBODY = Optional.of("nobody");

    @TempDir
    private Path directory;

    private final SystemTime time = new SystemTime();
    private final ExecutorService serving = Executors.newCachedThreadPool();
    private HttpServer server;
    private UriFetcher fetcher;
    private Path sandbox;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(serving);
        server.start();
        fetcher = new UriFetcher(FetcherConfig.STANDARD, time);
        sandbox = Files.createDirectory(directory.resolve("7f3a"));
    }

    @AfterEach
    void stop() {
        fetcher.close();
        server.stop(0);
        serving.shutdownNow();
        time.close();
    }

    @Test
    void aFileComesOverHttp() throws Exception {
        serve("/dir/hello.txt", "hello");
        fetch(uri("/dir/hello.txt"));
        assertThat(sandbox.resolve("hello.txt")).hasContent("hello");
        assertThat(Files.isExecutable(sandbox.resolve("hello.txt"))).isFalse();
    }

    @Test
    void aQueryIsSentAndStaysInTheName() throws Exception {
        server.createContext(
                "/hello",
                exchange -> answer(exchange, 200, exchange.getRequestURI().getQuery()));
        fetch(uri("/hello?a=1#here"));
        assertThat(sandbox.resolve("hello?a=1#here")).hasContent("a=1");
    }

    @Test
    void anOutputFileGetsItsDirectories() throws Exception {
        serve("/x", "x");
        fetch(uri("/x").toBuilder().setOutputFile("a/b/c").build());
        assertThat(sandbox.resolve("a/b/c")).hasContent("x");
    }

    @Test
    void anExecutableIsMarkedAndNotUnpacked() throws Exception {
        serve("/run.gz", "#!/bin/sh\n");
        fetch(uri("/run.gz").toBuilder().setExecutable(true).build());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(sandbox.resolve("run.gz"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(sandbox.resolve("run")).doesNotExist();
    }

    @Test
    void aLocalFileIsCopied() throws Exception {
        Path file = Files.writeString(directory.resolve("local"), "here");
        fetch(CommandInfo.URI.newBuilder().setValue("file://" + file).build());
        assertThat(sandbox.resolve("local")).hasContent("here");
        fetch(CommandInfo.URI
                .newBuilder()
                .setValue(file.toString())
                .setOutputFile("again")
                .build());
        assertThat(sandbox.resolve("again")).hasContent("here");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> fetch(
                        CommandInfo.URI.newBuilder().setValue("/no/such/file").build()))
                .hasMessage("Failed to fetch all URIs for container '7f3a': Failed to fetch '/no/such/file':"
                        + " Failed to copy '/no/such/file': No such file or directory");
    }

    @Test
    void anErrorOfTheServerIsSaidWithItsCode() {
        serve("/there", "x");
        assertThatThrownBy(() -> fetch(uri("/missing")))
                .hasMessageContaining("Error downloading resource, received HTTP return code 404");
    }

    @Test
    void aServerThatDoesNotListenIsAnError() {
        String address = "127.0.0.1:" + FreePorts.next();
        assertThatThrownBy(() -> fetch(CommandInfo.URI
                        .newBuilder()
                        .setValue("http://" + address + "/x")
                        .build()))
                .hasMessageEndingWith("Failed to fetch 'http://" + address + "/x': Error downloading resource:"
                        + " Couldn't connect to server " + address);
    }

    @Test
    void aHostThatNobodyKnowsIsSaid() {
        // With a dot at its end it is looked for in no other domain, some of which know any name.
        assertThatThrownBy(() -> fetch(CommandInfo.URI
                        .newBuilder()
                        .setValue("http://no-such-host.invalid./x")
                        .build()))
                .hasMessageEndingWith("Couldn't resolve host name 'no-such-host.invalid.'");
    }

    @Test
    void aServerThatSpeaksSomethingElseIsSaid() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            serving.execute(() -> {
                try (Socket client = other.accept()) {
                    client.getInputStream().read();
                    client.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            String address = "127.0.0.1:" + other.getLocalPort();
            assertThatThrownBy(() -> fetch(CommandInfo.URI
                            .newBuilder()
                            .setValue("http://" + address + "/x")
                            .build()))
                    .hasMessageContaining(
                            "Error downloading resource: " + address + " does not answer in HTTP: Invalid status line");
        }
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        serve("/end", "found");
        redirect("/start", "/middle");
        redirect("/middle", base() + "/end");
        fetch(uri("/start"));
        assertThat(sandbox.resolve("start")).hasContent("found");
    }

    @Test
    void redirectsInACircleEnd() {
        redirect("/round", "/round");
        assertThatThrownBy(() -> fetch(uri("/round"))).hasMessageContaining("more than 30 redirects");
    }

    @Test
    void aRedirectToALocalFileIsRefused() {
        redirect("/trap", "file:///etc/passwd");
        assertThatThrownBy(() -> fetch(uri("/trap"))).hasMessageContaining("redirect to file:///etc/passwd");
        assertThat(sandbox.toFile().list()).containsExactlyInAnyOrder("stdout", "stderr");
    }

    @Test
    void credentialsGoToTheHostOfTheUriOnly() throws Exception {
        List<String> seen = new ArrayList<>();
        server.createContext("/from", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getResponseHeaders().add("Location", base() + "/to");
            answer(exchange, 302, "");
        });
        server.createContext("/to", exchange -> {
            seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            answer(exchange, 200, "x");
        });
        fetch(CommandInfo.URI
                .newBuilder()
                .setValue(base().replace("://", "://me:secret@") + "/from")
                .build());
        assertThat(seen).containsExactly("Basic bWU6c2VjcmV0", "null");
    }

    @Test
    void aDownloadThatStallsEnds() throws Exception {
        hang("/slow");
        ManualTime still = new ManualTime(0);
        limit(new FetcherConfig(1, 1, 60_000, 1 << 20, 10, "", Optional.empty()), still);
        CompletableFuture<Void> slow = fetcher.fetch(List.of(uri("/slow")), new Destination(sandbox, OWN_USER));
        await().until(() -> still.nextDueMs().isPresent());
        still.advance(59_999);
        assertThat(slow).isNotDone();
        // More than once where what had come was read only meanwhile.
        await().until(() -> {
            still.advance(60_000);
            return slow.isDone();
        });
        assertThatThrownBy(slow::get).hasMessageContaining("nothing came for 60000 ms");
    }

    @Test
    void aDownloadThatIsCutOffIsAnError() {
        server.createContext("/cut", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.close();
        });
        assertThatThrownBy(() -> fetch(uri("/cut")))
                .hasMessageContaining("Failed to fetch '" + base() + "/cut': Error downloading resource:"
                        + " the connection broke after 10 bytes (expected: 1000)");
    }

    @Test
    void anArchiveThatIsCutOffIsSaid() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(new byte[100_000]);
        }
        Path file = Files.write(directory.resolve("a.gz"), Arrays.copyOf(zipped.toByteArray(), 50));
        assertThatThrownBy(() -> fetch(
                        CommandInfo.URI.newBuilder().setValue(file.toString()).build()))
                .hasMessageEndingWith("Failed to extract archive 'a.gz': it ends before it is complete");
    }

    @Test
    void whatIsThereAndWhatIsMissingIsSaidInTheSandbox() throws Exception {
        serve("/good", "x");
        assertThatThrownBy(() -> fetch(uri("/good"), uri("/missing"), uri("/never")))
                .hasMessageContaining("return code 404");
        assertThat(sandbox.resolve("good")).hasContent("x");
        assertThat(sandbox.resolve("stdout")).isEmptyFile();
        assertThat(sandbox.resolve("stderr"))
                .hasContent("Fetched '" + base() + "/good' to '" + sandbox.resolve("good") + "'\n"
                        + "Failed to fetch '" + base() + "/missing':"
                        + " Error downloading resource, received HTTP return code 404\n");
        assertThat(directory.toFile().list()).containsExactly("7f3a");
    }

    @Test
    void aDownloadLargerThanTheLimitIsRefusedWithAndWithoutALength() throws Exception {
        serve("/large", "x".repeat(2000));
        server.createContext("/chunked", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[2000]);
            exchange.close();
        });
        limit(new FetcherConfig(1, 1, 60_000, 1000, 10, "", Optional.empty()));
        assertThatThrownBy(() -> fetch(uri("/large"))).hasMessageContaining("2000 bytes (expected: <= 1000)");
        assertThatThrownBy(() -> fetch(uri("/chunked"))).hasMessageContaining("larger than 1000 bytes");
    }

    @Test
    void cancellingEndsTheDownloadAndFreesItsThread() throws Exception {
        CountDownLatch asked = hang("/slow");
        limit(new FetcherConfig(1, 1, 60_000, 1 << 20, 10, "", Optional.empty()));
        CompletableFuture<Void> slow = fetcher.fetch(List.of(uri("/slow")), new Destination(sandbox, OWN_USER));
        asked.await();
        assertThat(slow.cancel(true)).isTrue();
        serve("/next", "next");
        // The only thread would still be with the first.
        fetch(uri("/next"));
        assertThat(sandbox.resolve("next")).hasContent("next");
    }

    @Test
    void closingLeavesNoThreadBehind() throws Exception {
        CountDownLatch asked = hang("/slow");
        fetcher.fetch(List.of(uri("/slow")), new Destination(sandbox, OWN_USER));
        asked.await();
        fetcher.close();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("fetcher-")));
    }

    @Test
    void onlySoManyAreFetchedAtOnceAndOnlySoManyWait() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        server.createContext("/slow", exchange -> {
            asked.incrementAndGet();
            awaitQuietly(release);
            answer(exchange, 200, "x");
        });
        limit(new FetcherConfig(2, 3, 60_000, 1 << 20, 10, "", Optional.empty()));
        List<CompletableFuture<Void>> fetches = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Path own = Files.createDirectory(directory.resolve("box" + i));
            fetches.add(fetcher.fetch(List.of(uri("/slow")), new Destination(own, OWN_USER)));
        }
        assertThatThrownBy(() -> fetch(uri("/slow"))).hasMessageContaining("3 tasks wait for it already");
        await().until(() -> asked.get() == 2);
        release.countDown();
        CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new)).get();
        assertThat(asked).hasValue(5);
    }

    @Test
    void whatNeedsALibraryThatIsNotThereFailsTheTask() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(zipped)) {
            zip.putNextEntry(new ZipEntry("x"));
            zip.write('x');
        }
        byte[] archive = zipped.toByteArray();
        ByteBuffer directory = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
        int begin = directory.getInt(archive.length - 22 + 16);
        directory.putShort(begin + 10, (short) ZipMethod.ZSTD.getCode());
        Path file = Files.write(this.directory.resolve("a.zip"), archive);
        assertThatThrownBy(() -> fetch(
                        CommandInfo.URI.newBuilder().setValue(file.toString()).build()))
                .hasMessageContaining("NoClassDefFoundError");
    }

    @Test
    void oneBadUriKeepsAllFromBeingFetched() {
        serve("/good", "x");
        assertThatThrownBy(() -> fetch(
                        uri("/good"),
                        CommandInfo.URI.newBuilder().setValue("hdfs://x/y").build()))
                .hasMessageContaining("Scheme 'hdfs' is not supported");
        assertThat(sandbox.toFile().list()).containsExactlyInAnyOrder("stdout", "stderr");
    }

    @Test
    void filesBelongToTheTasksUser() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")));
        serve("/x", "x");
        fetcher.fetch(List.of(uri("/x").toBuilder().setOutputFile("a/x").build()), new Destination(sandbox, NOBODY))
                .get();
        assertThat(Files.getOwner(sandbox.resolve("a"))).hasToString("nobody");
        assertThat(Files.getOwner(sandbox.resolve("a/x"))).hasToString("nobody");
    }

    @Test
    void aTaskGetsNoFileThatItsUserCannotRead() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")));
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        CommandInfo.URI uri =
                CommandInfo.URI.newBuilder().setValue(secret.toString()).build();
        assertThatThrownBy(() -> fetcher.fetch(List.of(uri), new Destination(sandbox, NOBODY))
                        .get())
                .hasMessageContaining("Permission denied");
        Path open = Files.writeString(directory.resolve("open"), "open");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        fetcher.fetch(List.of(uri.toBuilder().setValue(open.toString()).build()), new Destination(sandbox, NOBODY))
                .get();
        assertThat(sandbox.resolve("open")).hasContent("open");
    }

    @Test
    void anUnknownUserIsSaid() {
        ThrowingCallable fetch =
                () -> fetcher.fetch(List.of(uri("/x")), new Destination(sandbox, Optional.of("no-such-user")))
                        .get();
        assertThatThrownBy(fetch).hasMessageContaining("User 'no-such-user' does not exist");
    }

    private void fetch(CommandInfo.URI... uris) throws Exception {
        try {
            fetcher.fetch(List.of(uris), new Destination(sandbox, OWN_USER)).get();
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private void limit(FetcherConfig config) throws IOException {
        limit(config, time);
    }

    private void limit(FetcherConfig config, Time its) throws IOException {
        fetcher.close();
        fetcher = new UriFetcher(config, its);
    }

    private String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private CommandInfo.URI uri(String path) {
        return CommandInfo.URI.newBuilder().setValue(base() + path).build();
    }

    private void serve(String path, String content) {
        HttpHandler handler = exchange -> answer(exchange, 200, content);
        server.createContext(path, handler);
    }

    private void redirect(String path, String location) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            answer(exchange, 302, "");
        });
    }

    /** Sends a part of a body, then nothing. */
    private CountDownLatch hang(String path) {
        CountDownLatch asked = new CountDownLatch(1);
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            asked.countDown();
            awaitQuietly(new CountDownLatch(1));
        });
        return asked;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
