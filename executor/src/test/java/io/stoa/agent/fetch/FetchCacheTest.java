package io.stoa.agent.fetch;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stoa.time.SystemTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that want the same URIs, and a server that counts how often it is asked. */
@Timeout(120)
class FetchCacheTest {

    private static final int CACHE_BYTES = 10;

    @TempDir
    Path directory;

    private final SystemTime time = new SystemTime();
    private final ExecutorService serving = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger boxes = new AtomicInteger();
    private HttpServer server;
    private UriFetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(serving);
        server.start();
        fetcher = open();
    }

    @AfterEach
    void stop() {
        fetcher.close();
        server.stop(0);
        serving.shutdownNow();
        time.close();
    }

    @Test
    void secondTaskGetsItWithoutAnotherDownload() throws Exception {
        serve("/x", "1234");
        assertThat(fetch(cached("/x")).resolve("x")).hasContent("1234");
        assertThat(fetch(cached("/x").setOutputFile("y")).resolve("y")).hasContent("1234");
        assertThat(asked).hasValue(1);
        fetch(cached("/x").setCache(false));
        assertThat(asked).hasValue(2);
        // Whoever waits for a fetch may hear of its end before it is counted.
        await().untilAsserted(() -> assertThat(figures())
                .containsEntry("containerizer/fetcher/cache_size_total_bytes", 10.0)
                .containsEntry("containerizer/fetcher/cache_size_used_bytes", 4.0)
                .containsEntry("containerizer/fetcher/task_fetches_succeeded", 3.0)
                .containsEntry("containerizer/fetcher/task_fetches_failed", 0.0));
    }

    @Test
    void tasksThatComeMeanwhileWaitForTheFirst() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        server.createContext("/x", exchange -> {
            asked.incrementAndGet();
            awaitQuietly(release);
            answer(exchange, 200, "x");
        });
        List<Path> own = List.of(box(), box(), box(), box());
        List<CompletableFuture<Void>> fetches =
                own.stream().map(box -> begin(box, cached("/x"))).toList();
        await().until(() -> asked.get() == 1);
        release.countDown();
        for (CompletableFuture<Void> fetch : fetches) {
            fetch.get();
        }
        assertThat(own).allSatisfy(box -> assertThat(box.resolve("x")).hasContent("x"));
        assertThat(asked).hasValue(1);
    }

    @Test
    void theNextTaskDownloadsWhatTheFirstGaveUp() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        server.createContext("/x", exchange -> {
            if (asked.incrementAndGet() > 1) {
                answer(exchange, 200, "whole");
                return;
            }
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write('w');
            exchange.getResponseBody().flush();
            begun.countDown();
            awaitQuietly(new CountDownLatch(1));
        });
        CompletableFuture<Void> first = begin(box(), cached("/x"));
        begun.await();
        Path second = box();
        CompletableFuture<Void> waiting = begin(second, cached("/x"));
        first.cancel(true);
        waiting.get();
        assertThat(second.resolve("x")).hasContent("whole");
        fetch(cached("/x"));
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatIsLongestUnusedMakesRoom() throws Exception {
        serve("/a", "aaaa");
        serve("/b", "bbbb");
        serve("/c", "cccc");
        fetch(cached("/a"));
        fetch(cached("/b"));
        fetch(cached("/a"));
        fetch(cached("/c"));
        assertThat(asked).hasValue(3);
        assertThat(figures()).containsEntry("containerizer/fetcher/cache_size_used_bytes", 8.0);
        fetch(cached("/a"));
        assertThat(asked).hasValue(3);
        fetch(cached("/b"));
        assertThat(asked).hasValue(4);
        try (var files = Files.list(directory.resolve("cache"))) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void nothingGoesWhereRoomIsNotToBeHadAllTheSame() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        serve("/a", "aaaa");
        serve("/c", "cccccccc");
        server.createContext("/b", exchange -> {
            exchange.sendResponseHeaders(200, 6);
            exchange.getResponseBody().write('b');
            exchange.getResponseBody().flush();
            begun.countDown();
            awaitQuietly(release);
            exchange.getResponseBody().write("bbbbb".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        fetch(cached("/a"));
        CompletableFuture<Void> used = begin(box(), cached("/b"));
        begun.await();
        await().untilAsserted(
                        () -> assertThat(figures()).containsEntry("containerizer/fetcher/cache_size_used_bytes", 10.0));
        assertThat(fetch(cached("/c")).resolve("c")).hasContent("cccccccc");
        int soFar = asked.get();
        fetch(cached("/a"));
        assertThat(asked).hasValue(soFar);
        release.countDown();
        used.get();
    }

    @Test
    void whatIsGoneFromTheDirectoryIsDownloadedAgain() throws Exception {
        serve("/x", "1234");
        fetch(cached("/x"));
        try (var files = Files.list(directory.resolve("cache"))) {
            Files.delete(files.findFirst().orElseThrow());
        }
        assertThat(fetch(cached("/x")).resolve("x")).hasContent("1234");
        fetch(cached("/x"));
        assertThat(asked).hasValue(2);
        assertThat(figures()).containsEntry("containerizer/fetcher/cache_size_used_bytes", 4.0);
    }

    @Test
    void whatDoesNotFitOrSaysNoSizeComesWithoutTheCache() throws Exception {
        serve("/large", "x".repeat(CACHE_BYTES + 1));
        server.createContext("/sizeless", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.close();
        });
        assertThat(fetch(cached("/large")).resolve("large")).hasSize(CACHE_BYTES + 1);
        assertThat(fetch(cached("/sizeless")).resolve("sizeless")).hasContent("x");
        assertThat(directory.resolve("cache")).isEmptyDirectory();
        assertThat(figures()).containsEntry("containerizer/fetcher/cache_size_used_bytes", 0.0);
    }

    @Test
    void aFailureIsTheTasksAndIsNotKept() throws Exception {
        AtomicInteger status = new AtomicInteger(500);
        server.createContext("/x", exchange -> answer(exchange, status.get(), "x"));
        assertThatThrownBy(() -> fetch(cached("/x"))).hasMessageContaining("HTTP return code 500");
        status.set(200);
        assertThat(fetch(cached("/x")).resolve("x")).hasContent("x");
        await().untilAsserted(
                        () -> assertThat(figures()).containsEntry("containerizer/fetcher/task_fetches_failed", 1.0));
    }

    @Test
    void ofAnArchiveInTheCacheOnlyWhatIsInItComes() throws Exception {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write("unpacked".getBytes(StandardCharsets.UTF_8));
        }
        fetcher.close();
        fetcher = open(1_000);
        Path archive = Files.write(directory.resolve("a.gz"), zipped.toByteArray());
        CommandInfo.URI.Builder uri =
                CommandInfo.URI.newBuilder().setValue(archive.toString()).setCache(true);
        for (int i = 0; i < 2; i++) {
            Path box = fetch(uri);
            assertThat(box.resolve("a")).hasContent("unpacked");
            assertThat(box.resolve("a.gz")).doesNotExist();
        }
        Path box = fetch(uri.clone().setExecutable(true));
        assertThat(Files.isExecutable(box.resolve("a.gz"))).isTrue();
        assertThat(fetch(uri).resolve("a")).hasContent("unpacked");
    }

    @Test
    void whatOneUserMayReadAnotherDoesNotGet() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")));
        Path secret = Files.writeString(directory.resolve("s"), "s");
        Files.setAttribute(secret, "unix:mode", 0600);
        CommandInfo.URI.Builder uri =
                CommandInfo.URI.newBuilder().setValue(secret.toString()).setCache(true);
        fetch(uri);
        assertThatThrownBy(() -> fetcher.fetch(List.of(uri.build()), new Destination(box(), Optional.of("nobody")))
                        .get())
                .hasMessageContaining("Permission denied");
    }

    @Test
    void everyLifeBeginsWithNothing() throws Exception {
        serve("/x", "x");
        fetch(cached("/x"));
        fetcher.close();
        fetcher = open();
        assertThat(directory.resolve("cache")).isEmptyDirectory();
        fetch(cached("/x"));
        assertThat(asked).hasValue(2);
    }

    private UriFetcher open() throws IOException {
        return open(CACHE_BYTES);
    }

    private UriFetcher open(long cacheBytes) throws IOException {
        return new UriFetcher(
                FetcherConfig.STANDARD.with(
                        60_000, "", new FetcherConfig.Cache(directory.resolve("cache"), cacheBytes)),
                time);
    }

    private Path box() throws IOException {
        return Files.createDirectory(directory.resolve("box" + boxes.incrementAndGet()));
    }

    private Path fetch(CommandInfo.URI.Builder uri) throws Exception {
        Path box = box();
        begin(box, uri).get();
        return box;
    }

    private CompletableFuture<Void> begin(Path box, CommandInfo.URI.Builder uri) {
        return fetcher.fetch(List.of(uri.build()), new Destination(box, Optional.empty()));
    }

    private CommandInfo.URI.Builder cached(String path) {
        return CommandInfo.URI
                .newBuilder()
                .setValue("http://127.0.0.1:" + server.getAddress().getPort() + path)
                .setCache(true);
    }

    private SortedMap<String, Double> figures() {
        SortedMap<String, Double> figures = new TreeMap<>();
        fetcher.addTo(figures);
        return figures;
    }

    private void serve(String path, String content) {
        server.createContext(path, exchange -> {
            asked.incrementAndGet();
            answer(exchange, 200, content);
        });
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
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
