package io.stoa.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.http.HttpResponse;
import io.stoa.http.files.AttachedPaths;
import io.stoa.time.ManualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EndpointsReferenceTest {

    private static final Path PAGE = Path.of("../docs/reference/endpoints.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]*)` \\|");

    @Test
    void thePageNamesWhatTheAgentServes() throws Exception {
        String page = Files.readString(PAGE);
        String ofAgent = page.substring(page.indexOf("\n## The agent\n"));
        int calls = ofAgent.indexOf("\n### Calls of operators to an agent\n");
        try (AgentEndpoints endpoints = endpoints()) {
            List<String> served = endpoints.routes().paths().stream()
                    .filter(path -> !path.startsWith("/slave(1)/"))
                    .toList();
            assertThat(named(ofAgent.substring(0, calls))).containsExactlyInAnyOrderElementsOf(served);
            assertThat(named(ofAgent.substring(calls)))
                    .containsExactlyInAnyOrderElementsOf(
                            endpoints.calls().stream().map(Enum::name).toList());
        }
    }

    private static AgentEndpoints endpoints() {
        SilentAgent agent = new SilentAgent();
        AgentPaths paths = new AgentPaths(Path.of("work"), Path.of("run"));
        return new AgentEndpoints(
                new AgentEndpoints.Parts(
                        agent,
                        new ContainerOrders(agent.containers(), paths, true, Runnable::run),
                        containers -> Map.of(),
                        (request, reply) -> reply.send(HttpResponse.notFound())),
                Map.of(),
                new AttachedPaths(),
                new ManualTime(0));
    }

    private static List<String> named(String page) {
        return ROW.matcher(page).results().map(row -> row.group(1)).toList();
    }
}
