package io.stoa.itests.golden;

import io.stoa.agent.http.AgentEndpoints;
import io.stoa.agent.http.ContainerOrders;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpServer;
import io.stoa.http.files.AttachedPaths;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What recorded operators asked of an agent, one request after the other. */
@Timeout(120)
class AgentReplayTest {

    private static final String V1 = "/golden/operator-http-v1/";
    private static final String FRAMEWORK = "146b3dea-bf7e-4b1f-907d-af3b92e04fb5-0000";
    private static final String RUN = "/var/lib/mesos/agent1/slaves/146b3dea-bf7e-4b1f-907d-af3b92e04fb5-S0/frameworks/"
            + FRAMEWORK + "/executors/running-1/runs/a1f256e4-3de6-4e9a-83ce-fa2832812e30";

    @TempDir
    Path sandbox;

    @ParameterizedTest
    @ValueSource(strings = {"agent-get-calls.txt", "agent-errors.txt"})
    void theOperatorApiAnswersAsRecorded(String recording) throws Exception {
        Files.writeString(sandbox.resolve("stdout"), "hello\n");
        Files.writeString(sandbox.resolve("stderr"), "x".repeat(527));
        AttachedPaths paths = new AttachedPaths();
        paths.attach(RUN, sandbox);
        paths.attach("/frameworks/" + FRAMEWORK + "/executors/running-1/runs/latest", sandbox);
        RecordedAgent agent = RecordedAgent.in(V1 + "agent-get-calls.txt");
        try (SystemTime time = new SystemTime();
                AgentEndpoints endpoints = endpoints(agent, paths, time);
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        endpoints.routes(),
                        List.of(),
                        HttpLimits.STANDARD,
                        time)) {
            Answers.assertAsRecorded(recording, RecordingParser.parse(V1 + recording), server.address());
        }
    }

    private static AgentEndpoints endpoints(RecordedAgent agent, AttachedPaths paths, SystemTime time) {
        return new AgentEndpoints(
                new AgentEndpoints.Parts(
                        agent,
                        new ContainerOrders(
                                agent.containers(), agent.report().join().paths(), true, Runnable::run),
                        containers -> agent.usage(),
                        (request, reply) -> reply.send(HttpResponse.notFound())),
                Map.of("port", "5051"),
                paths,
                time);
    }
}
