package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.files.AttachedPaths;
import io.stoa.http.files.FileEndpoints;
import io.stoa.master.operator.AboutMaster;
import io.stoa.time.ManualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EndpointsReferenceTest {

    private static final Path PAGE = Path.of("../docs/reference/endpoints.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(/[^`]*)` \\|");

    @Test
    void thePageNamesWhatTheMasterServes() throws Exception {
        AboutMaster about = new AboutMaster(
                () -> CompletableFuture.completedFuture(new TreeMap<>()), new ManualTime(0), Runnable::run);
        try (FileEndpoints files = new FileEndpoints(new AttachedPaths())) {
            MasterRoutes routes = new MasterRoutes(
                    Optional::empty, any -> false, MasterEndpoints.ofEveryMaster(about, Map.of()), files, Map.of());
            List<String> served = routes.following(MasterEndpoints.LEADERS_PATHS).paths().stream()
                    .filter(path -> !path.startsWith("/" + MasterRoutes.PROCESS + "/"))
                    .toList();
            assertThat(named()).containsExactlyInAnyOrderElementsOf(served);
        }
    }

    private static List<String> named() throws Exception {
        String page = Files.readString(PAGE);
        String master = page.substring(page.indexOf("\n## The master\n"), page.indexOf("\n## Calls of operators\n"));
        return ROW.matcher(master).results().map(row -> row.group(1)).toList();
    }
}
