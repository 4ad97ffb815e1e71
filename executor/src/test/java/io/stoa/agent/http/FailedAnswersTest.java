package io.stoa.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.stoa.agent.container.Containers;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpServer;
import io.stoa.http.HttpStream;
import io.stoa.http.call.MediaType;
import io.stoa.time.ManualTime;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.agent.Protos.Call;
import org.junit.jupiter.api.Test;

/** Whoever asks is answered, also where that does not work out. */
class FailedAnswersTest {

    private final Containers containers = new Containers(List.of());
    private final Answers answers = new Answers();

    @Test
    void whatContainersUseCannotBeTold() throws Exception {
        ContainersReport report = new ContainersReport(new FailingAgent(), asked -> Map.of(), Runnable::run);
        for (HttpHandler handler : List.of(report.containersEndpoint(), report.statisticsEndpoint())) {
            handler.handle(
                    new HttpRequest(
                            "GET",
                            "/",
                            "",
                            new DefaultHttpHeaders(),
                            new byte[0],
                            InetSocketAddress.createUnresolved("127.0.0.1", 0)),
                    answers);
        }
        assertThat(answers.statuses).containsExactly(500, 500);
    }

    @Test
    void aSessionCannotBeLaunched() {
        AgentPaths paths = new AgentPaths(Path.of("work"), Path.of("run"));
        StreamCalls streams = new StreamCalls(
                containers,
                new ContainerOrders(containers, paths, true, Runnable::run),
                new ManualTime(0),
                Runnable::run);
        Call call = Call.newBuilder()
                .setType(Call.Type.LAUNCH_NESTED_CONTAINER_SESSION)
                .setLaunchNestedContainerSession(Call.LaunchNestedContainerSession.newBuilder()
                        .setContainerId(ContainerID.newBuilder().setValue("no\0name")))
                .build();
        streams.answer(call, new RequestForms(MediaType.JSON, false, MediaType.JSON, true), answers);
        assertThat(answers.statuses).containsExactly(500);
    }

    @Test
    void anAgentThatRecoversAsksForPatience() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (HttpServer server =
                new HttpServer(any, AgentEndpoints.recovering(), List.of(), HttpLimits.STANDARD, new ManualTime(0))) {
            for (String path : List.of("/api/v1", "/slave(1)/api/v1/executor", "/state")) {
                var answer = get(server, path);
                assertThat(answer.statusCode()).as(path).isEqualTo(503);
                assertThat(answer.body()).isEqualTo("Agent has not finished recovery");
            }
            assertThat(get(server, "/health").statusCode()).isEqualTo(200);
        }
    }

    private static java.net.http.HttpResponse<String> get(HttpServer server, String path) throws Exception {
        URI target = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(target).build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
    }

    private final class FailingAgent implements AgentSource {

        @Override
        public CompletableFuture<AgentReport> report() {
            return CompletableFuture.failedFuture(new IllegalStateException("closed"));
        }

        @Override
        public CompletableFuture<SortedMap<String, Double>> figures() {
            return new CompletableFuture<>();
        }

        @Override
        public Containers containers() {
            return containers;
        }
    }

    private static final class Answers implements HttpReply {

        private final List<Integer> statuses = new ArrayList<>();

        @Override
        public Executor eventLoop() {
            return Runnable::run;
        }

        @Override
        public void send(HttpResponse response) {
            statuses.add(response.status());
        }

        @Override
        public HttpStream stream(HttpResponse head, Runnable closed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(HttpResponse head, long length, InputStream body, Executor reader) {
            throw new UnsupportedOperationException();
        }
    }
}
