package io.stoa.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.operator.v1.OperatorHttpHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.mesos.v1.master.Protos.Call;
import org.junit.jupiter.api.Test;

class OperatorCallsReferenceTest extends OperatorFixture {

    private static final Path PAGE = Path.of("../docs/reference/endpoints.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|");

    @Test
    void thePageNamesTheCallsThatAreAnswered() throws Exception {
        String page = Files.readString(PAGE);
        List<Call.Type> named = ROW.matcher(
                        page.substring(page.indexOf("\n## Calls of operators\n"), page.indexOf("\n## The agent\n")))
                .results()
                .map(row -> Call.Type.valueOf(row.group(1)))
                .toList();
        assertThat(named).containsExactlyInAnyOrderElementsOf(new OperatorHttpHandler(context).calls());
    }
}
