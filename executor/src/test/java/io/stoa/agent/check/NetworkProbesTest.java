package io.stoa.agent.check;

import static io.stoa.testing.Patience.join;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.stoa.agent.container.Containerizer.Container;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkProbesTest {

    private static final Container ON_THE_HOST = gracePeriodMs -> {};
    private static final String LOCAL = "127.0.0.1";
    private static final byte[] BODY = "hello".repeat(100_000).getBytes(US_ASCII);

    private final Dialer dialer = new Dialer();
    private final List<AutoCloseable> servers = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = serve(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    /** {@code /307/200}: a redirect to {@code /200}, which answers 200. */
    private HttpServer serve(HttpServer created) {
        created.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            int status = Integer.parseInt(path.split("[/?]", -1)[1]);
            String rest = path.substring(4);
            if (rest.startsWith("/")) {
                exchange.getResponseHeaders().set("Location", rest.equals("/self") ? path : rest);
            }
            exchange.sendResponseHeaders(status, status == 204 ? -1 : BODY.length);
            if (status != 204) {
                exchange.getResponseBody().write(BODY);
            }
            exchange.close();
        });
        created.start();
        servers.add(() -> created.stop(0));
        return created;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : servers) {
            each.close();
        }
        dialer.close();
    }

    @Test
    void httpProbeTellsTheStatus() throws Exception {
        assertThat(get("/200")).isEqualTo("200");
        assertThat(get("/204")).isEqualTo("204");
        assertThat(get("/404?really=yes")).isEqualTo("404");
        assertThat(get("/503")).isEqualTo("503");
        assertThat(get("/304")).as("a redirect to nowhere").isEqualTo("304");
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        assertThat(get("/301/302/307/200")).isEqualTo("200");
        assertThat(get("/308/500")).isEqualTo("500");
        assertThat(get("/302/self")).isEqualTo("Maximum (50) redirects followed");
        assertThat(get("/302//localhost:" + server.getAddress().getPort() + "/200"))
                .isEqualTo("200");
    }

    @Test
    void pathIsWhateverTheTaskSays() throws Exception {
        assertThat(get("/200?a b|c{é}[%zz%20")).isEqualTo("200");
        assertThat(get("/200#a#b")).isEqualTo("200");
        assertThat(await(http(false, -5, "/").attempt(() -> {}))).startsWith("GET http");
        CompletableFuture<String> asked = answerOnce("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        String head = asked.get();
        assertThat(head).startsWith("GET / HTTP/1.1\r\n").containsIgnoringCase("host: " + LOCAL + ":");
    }

    /** The path is empty. */
    private CompletableFuture<String> answerOnce(String answer) throws Exception {
        ServerSocket listener = listen();
        CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> {
            try (Socket connection = listener.accept()) {
                byte[] head = new byte[1_024];
                int length = connection.getInputStream().read(head);
                connection.getOutputStream().write(answer.getBytes(US_ASCII));
                return new String(head, 0, length, US_ASCII);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(await(http(false, listener.getLocalPort(), "").attempt(() -> {})))
                .isEqualTo("200");
        return asked;
    }

    private ServerSocket listen() throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        servers.add(listener);
        return listener;
    }

    @Test
    void certificatesAreNotLookedAt(@TempDir Path directory) throws Exception {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(selfSigned(directory)));
        serve(https);
        assertThat(await(http(true, https.getAddress().getPort(), "/200").attempt(() -> {})))
                .isEqualTo("200");
    }

    /** For somebody else's name, and long out of date. */
    private static SSLContext selfSigned(Path directory) throws Exception {
        Path store = directory.resolve("store");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=elsewhere",
                        "-startdate",
                        "2001/01/01",
                        "-validity",
                        "1",
                        "-alias",
                        "a",
                        "-storepass",
                        "secret",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        char[] password = "secret".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, password);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void whatIsNoWholeAnswerIsAFailure() throws Exception {
        assertThat(garbled("")).contains("ended before the answer");
        assertThat(garbled("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"))
                .contains("ended before the answer");
        assertThat(garbled("SSH-2.0-OpenSSH_9\r\n")).startsWith("GET http");
        assertThat(garbled("HTTP/1.1 100 Continue\r\n\r\n")).contains("ended before the answer");
        assertThat(garbled("HTTP/1.0 200 OK\r\n\r\nup to the end")).isEqualTo("200");
        assertThat(garbled("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo("201");
    }

    @Test
    void malformedRedirectIsAFailure() throws Exception {
        for (String location : List.of("1x://y", "http://[::1", "mailto:somebody", ":", "http://")) {
            assertThat(garbled("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n"))
                    .as(location)
                    .startsWith("GET ");
        }
    }

    private String garbled(String answer) throws Exception {
        ServerSocket listener = listen();
        CompletableFuture<Outcome> outcome =
                http(false, listener.getLocalPort(), "/").attempt(() -> {});
        try (Socket connection = listener.accept()) {
            connection.getInputStream().read(new byte[1_024]);
            connection.getOutputStream().write(answer.getBytes(US_ASCII));
            connection.shutdownOutput();
            return await(outcome);
        }
    }

    @Test
    void cancellingEndsTheConnection() throws Exception {
        ServerSocket listener = listen();
        CompletableFuture<Outcome> outcome =
                http(false, listener.getLocalPort(), "/").attempt(() -> {});
        try (Socket connection = listener.accept()) {
            connection.getInputStream().read(new byte[1_024]);
            outcome.cancel(true);
            // Not on this thread, which nothing would wake.
            assertThat(join(CompletableFuture.supplyAsync(() -> read(connection))))
                    .isEqualTo(-1);
        }
    }

    private static int read(Socket connection) {
        try {
            return connection.getInputStream().read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tcpProbeTellsWhetherSomebodyListens() throws Exception {
        ServerSocket listener = listen();
        assertThat(await(tcp(listener.getLocalPort()).attempt(() -> {}))).isEqualTo("true");
        int silent = held().getLocalPort();
        assertThat(await(tcp(silent).attempt(() -> {}))).isEqualTo("false");
        assertThat(await(tcp(70_000).attempt(() -> {}))).isEqualTo("false");
        assertThat(await(http(false, silent, "/").attempt(() -> {}))).contains("refused");
        assertThat(await(http(false, 70_000, "/").attempt(() -> {}))).contains("expected: 1 to 65535");
    }

    /** A port at which nobody listens, nor will as long as the test has it. */
    private Socket held() throws IOException {
        Socket held = new Socket();
        servers.add(held);
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return held;
    }

    @Test
    void containerWithANetworkOfItsOwnIsAskedThere() throws Exception {
        ServerSocket listener = new ServerSocket();
        servers.add(listener);
        listener.bind(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), held().getLocalPort()));
        CheckPlan.Tcp target = new CheckPlan.Tcp(false, listener.getLocalPort());
        assertThat(await(new TcpProbe(dialer, at(Optional.of("127.0.0.2")), target).attempt(() -> {})))
                .isEqualTo("true");
        assertThat(await(new TcpProbe(dialer, ON_THE_HOST, target).attempt(() -> {})))
                .isEqualTo("false");
        assertThat(await(new TcpProbe(dialer, at(Optional.empty()), target).attempt(() -> {})))
                .as("never the host instead")
                .isEqualTo("false");
    }

    private static Container at(Optional<String> address) {
        return new Container() {
            @Override
            public void kill(long gracePeriodMs) {}

            @Override
            public Optional<String> address(boolean ipv6) {
                return address;
            }
        };
    }

    private Probe tcp(int port) {
        return new TcpProbe(dialer, ON_THE_HOST, new CheckPlan.Tcp(false, port));
    }

    private Probe http(boolean secure, int port, String path) {
        return new HttpProbe(dialer, ON_THE_HOST, new CheckPlan.Http(secure, false, port, path));
    }

    private String get(String path) throws Exception {
        return await(http(false, server.getAddress().getPort(), path).attempt(() -> {}));
    }

    /** The status, whether it succeeded, or why it did not. */
    private static String await(CompletableFuture<Outcome> outcome) throws Exception {
        if (outcome.get() instanceof Outcome.Answer answer) {
            return answer.status().hasHttp()
                    ? String.valueOf(answer.status().getHttp().getStatusCode())
                    : String.valueOf(answer.status().getTcp().getSucceeded());
        }
        return ((Outcome.Failure) outcome.get()).why();
    }
}
