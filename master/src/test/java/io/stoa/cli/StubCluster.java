package io.stoa.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/** An HTTP server that answers what a test tells it to, and commands that ask it. */
final class StubCluster implements AutoCloseable {

    /** What a command did. */
    record Outcome(int exitCode, String out, String err) {}

    /** Of task {@code t}, as long as nothing else is said. */
    static final String SANDBOX = "/w/frameworks/F1/executors/t/runs/c1";

    private static final String TASK = """
            {"framework":{"id":"F1","name":"web"},"agent":{"hostname":"one","address":"%s"},
             "state":"%s","active":%s,"resources":"cpus:0.1; mem:64",
             "info":{"task_id":{"value":"t"},"name":"n","agent_id":{"value":"S1"},
                     "command":{"value":"echo","arguments":["echo","hi"]}},
             "statuses":[{"state":"TASK_RUNNING","source":"SOURCE_EXECUTOR","timestamp":1795218486.5,
                          "container_status":{"container_id":{"value":"c1"}}},
                         {"state":"TASK_FAILED","source":"SOURCE_EXECUTOR","timestamp":1795218487.5,
                          "reason":"REASON_COMMAND_EXECUTOR_FAILED","message":"Command exited with status 7"}]}
            """;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<String> paths = new HashSet<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    StubCluster() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.start();
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Where nobody listens. */
    static String nobody() {
        return "127.0.0.1:" + FreePorts.next();
    }

    /** All requests so far: method and target. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    StubCluster answer(String path, int status, String body) {
        return on(path, exchange -> send(exchange, status, body));
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** From now on. */
    StubCluster on(String path, HttpHandler handler) {
        if (!paths.add(path)) {
            server.removeContext(path);
        }
        server.createContext(path, exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            handle(handler, exchange);
        });
        return this;
    }

    /** @param tasks that the master knows, see {@link #task} */
    StubCluster tasks(String... tasks) {
        return answer("/stoa/tasks", 200, "{\"tasks\":[" + String.join(",", tasks) + "]}");
    }

    /** Task {@code t} of framework {@code F1}, on an agent that the stub is, too, in a container {@code c1}. */
    String task(String state) {
        return TASK.formatted(address(), state, state.equals("TASK_RUNNING"));
    }

    /** The task in a group that executor {@code pod} runs in {@code c1}; its container is {@code n1}. */
    static String inGroup(String task) {
        return task.replace("\"name\":\"n\"", "\"executor\":{\"type\":\"DEFAULT\",\"executor_id\":{\"value\":\"pod\"}}")
                .replace("{\"value\":\"c1\"}", "{\"value\":\"n1\",\"parent\":{\"value\":\"c1\"}}");
    }

    /** An agent that shows sandboxes, if only where they are. */
    StubCluster sandboxes() {
        return answer("/files/debug", 200, "{\"/frameworks\":\"/w/frameworks\"}");
    }

    /** @param content of files by their paths, asked for anew each time */
    StubCluster sandboxes(UnaryOperator<String> content) {
        return sandboxes().on("/files/read", exchange -> {
            String query = URLDecoder.decode(exchange.getRequestURI().getQuery(), StandardCharsets.UTF_8);
            byte[] bytes =
                    content.apply(query.replaceAll("path=|&offset=.*", "")).getBytes(StandardCharsets.UTF_8);
            int offset = Integer.parseInt(query.replaceAll(".*offset=(-?\\d+).*", "$1"));
            if (offset == -1) {
                send(exchange, 200, "{\"data\":\"\",\"offset\":" + bytes.length + "}");
            } else {
                int length = Integer.parseInt(query.replaceAll(".*length=(\\d+).*", "$1"));
                String piece =
                        new String(bytes, offset, Math.min(bytes.length - offset, length), StandardCharsets.UTF_8);
                send(exchange, 200, "{\"data\":\"" + piece.replace("\n", "\\n") + "\",\"offset\":" + offset + "}");
            }
        });
    }

    /** Runs a command against this server. */
    Outcome run(String... args) {
        return run(new StringWriter(), args);
    }

    /** @param out where it prints to */
    Outcome run(Writer out, String... args) {
        StringWriter err = new StringWriter();
        CommandLine commands = Stoa.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(args));
        if (all.stream().noneMatch(arg -> arg.startsWith("--master="))) {
            all.add(1, "--master=" + address());
        }
        int exitCode = commands.execute(all.toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void handle(HttpHandler handler, HttpExchange exchange) throws IOException {
        try (exchange) {
            handler.handle(exchange);
        }
    }
}
