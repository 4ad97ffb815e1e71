package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpResponse;
import io.stoa.http.files.AttachedPaths;
import io.stoa.http.files.FileEndpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EndpointsReferenceTest {

    private static final Path PAGE = Path.of("../docs/reference/endpoints.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(/[^`]*)` \\|");

    @Test
    void thePageNamesWhatTheAgentServes() throws Exception {
        try (FileEndpoints files = new FileEndpoints(new AttachedPaths())) {
            List<String> served = AgentEndpoints.routes(
                            Map.of(),
                            () -> CompletableFuture.completedFuture(new byte[0]),
                            (request, reply) -> reply.send(HttpResponse.empty(200)),
                            files)
                    .paths()
                    .stream()
                    .filter(path -> !path.startsWith("/slave(1)/"))
                    .toList();
            String page = Files.readString(PAGE);
            List<String> named = ROW.matcher(page.substring(page.indexOf("\n## The agent\n")))
                    .results()
                    .map(row -> row.group(1))
                    .toList();
            assertThat(named).containsExactlyInAnyOrderElementsOf(served);
        }
    }
}
