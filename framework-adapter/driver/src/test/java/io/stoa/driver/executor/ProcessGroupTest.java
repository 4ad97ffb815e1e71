package io.stoa.driver.executor;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ProcessGroupTest {

    private static final int KILLED = 137;

    /** Has a child, and kills its group when it is told a line. */
    static final class Parent {

        public static void main(String[] arguments) throws IOException {
            Process child = new ProcessBuilder("sleep", "1011").start();
            System.out.println(child.pid());
            int unused = System.in.read();
            ProcessGroup.kill();
        }
    }

    @Test
    void aGroupIsKilledWithItsMemberWhoeverLeadsIt() throws Exception {
        // The shell leads the group, not the JVM; and it is not that of this test.
        Process shell = new ProcessBuilder(
                        "setsid",
                        "sh",
                        "-c",
                        "\"$0\" \"$@\"; exit $?",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = shell.inputReader(StandardCharsets.US_ASCII)) {
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();

            shell.getOutputStream().write('\n');
            shell.getOutputStream().flush();

            assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(shell.exitValue()).isEqualTo(KILLED);
            await().until(() -> !child.isAlive());
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }
}
