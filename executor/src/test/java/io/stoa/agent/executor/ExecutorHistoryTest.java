package io.stoa.agent.executor;

import static io.stoa.agent.executor.ExecutorFixture.executor;
import static io.stoa.agent.executor.ExecutorFixture.framework;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.sandbox.AgentPaths.Run;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.junit.jupiter.api.Test;

class ExecutorHistoryTest {

    private final Set<String> present = new HashSet<>();
    private final ExecutorHistory history = new ExecutorHistory(2, present::contains);

    @Test
    void frameworksThatAreGoneMakeNoneForgottenThatIsThere() {
        present.add("here");
        ended("here", 1);
        for (int i = 0; i < 52; i++) {
            ended("f" + i, 1);
        }
        assertThat(frameworks()).hasSize(51).contains("here", "f2", "f51").doesNotContain("f0", "f1");

        present.remove("here");
        ended("here", 1);
        assertThat(frameworks()).as("it is the newest of them").hasSize(50).contains("here", "f3");
        ended("f52", 1);
        assertThat(frameworks()).hasSize(50).contains("here").doesNotContain("f3");
    }

    @Test
    void oldestExecutorsOfAFrameworkAreForgottenFirst() {
        ended("f", 3);
        assertThat(history.executors())
                .extracting(executor -> executor.run().executorId())
                .containsExactly("e1", "e2");
    }

    private List<String> frameworks() {
        return history.executors().stream()
                .map(executor -> executor.run().frameworkId())
                .distinct()
                .toList();
    }

    private void ended(String framework, int executors) {
        for (int i = 0; i < executors; i++) {
            history.ended(new ExecutorView(
                    new Run("a", framework, "e" + i, framework + "-c" + i),
                    framework().build(),
                    executor("e" + i, ExecutorInfo.Type.CUSTOM),
                    false,
                    List.of(),
                    true));
        }
    }
}
