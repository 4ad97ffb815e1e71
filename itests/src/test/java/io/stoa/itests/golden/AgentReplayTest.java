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
import java.nio.file.attribute.FileTime;
import java.time.Instant;
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
    private static final String V0 = "/golden/v0-endpoints/";
    /** Of the agent whose v0 endpoints were recorded, and of the same tasks on the other agent. */
    private static final Map<String, String> IDS = Map.of(
            "56ad1be2-0cab-4d37-b1d3-fbf4a71e338c", "146b3dea-bf7e-4b1f-907d-af3b92e04fb5",
            "5814ccf5-8ea1-4c60-882a-68df70cb67b2", "91061a95-ca7d-4ba7-9b51-b3cc17399105",
            "f3901e33-24b7-4102-a232-478552e9ef2b", "b81f70be-4a26-4ca8-a267-730b393a66da",
            "c4564731-cd50-4418-8234-e11cb162cd5f", "a0bc6bd2-a692-494d-8263-4f9f3baab95b",
            "5684cd67-ae25-4218-ab9c-d9547fb21f67", "f5616d2c-3369-495c-b559-3c32b3abec67",
            "8f9dcf02-27a3-40c1-8bb7-d4e960cdfe7b", "a1f256e4-3de6-4e9a-83ce-fa2832812e30");

    private static final long WRITTEN_S = 1_795_218_486;
    private static final String FRAMEWORK = "146b3dea-bf7e-4b1f-907d-af3b92e04fb5-0000";
    private static final String RUN = "/var/lib/mesos/agent1/slaves/146b3dea-bf7e-4b1f-907d-af3b92e04fb5-S0/frameworks/"
            + FRAMEWORK + "/executors/running-1/runs/a1f256e4-3de6-4e9a-83ce-fa2832812e30";

    @TempDir
    Path sandbox;

    @ParameterizedTest
    @ValueSource(strings = {"agent-get-calls.txt", "agent-errors.txt"})
    void theOperatorApiAnswersAsRecorded(String recording) throws Exception {
        replay(V1, recording, Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent-containers.txt",
                "agent-files.txt",
                "agent-health-version-flags.txt",
                "agent-misc.txt",
                "agent-monitor-statistics.txt",
                "agent-state.txt"
            })
    void theV0EndpointsAnswerAsRecorded(String recording) throws Exception {
        replay(V0, recording, IDS);
    }

    private void replay(String directory, String recording, Map<String, String> ids) throws Exception {
        Files.writeString(sandbox.resolve("stdout"), "hello\n");
        Files.writeString(sandbox.resolve("stderr"), "x".repeat(directory.equals(V0) ? 528 : 527));
        for (String file : List.of("stdout", "stderr")) {
            Files.setLastModifiedTime(sandbox.resolve(file), FileTime.from(Instant.ofEpochSecond(WRITTEN_S)));
        }
        AttachedPaths paths = new AttachedPaths();
        paths.attach(RUN, sandbox);
        paths.attach("/frameworks/" + FRAMEWORK + "/executors/running-1/runs/latest", sandbox);
        RecordedAgent agent = RecordedAgent.in(RecordingParser.parse(V1 + "agent-get-calls.txt"));
        try (SystemTime time = new SystemTime();
                AgentEndpoints endpoints = endpoints(agent, paths, time);
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        endpoints.routes(),
                        List.of(),
                        HttpLimits.STANDARD,
                        time)) {
            Answers.assertAsRecorded(recording, RecordingParser.parse(directory + recording, ids), server.address());
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
