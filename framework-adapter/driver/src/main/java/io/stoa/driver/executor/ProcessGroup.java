package io.stoa.driver.executor;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes that the agent ends when it ends the executor without a container to hold them: the executor's own
 * group.
 *
 * <p>A JVM cannot signal a group, but a shell that it starts is in its group, and {@code kill -KILL 0} means the group
 * of whoever says it. So it is killed whether or not this process leads it, as libmesos' {@code killpg(0)} does. What
 * has left the group, by {@code setsid}, is not reached, there neither; the agent ends that.
 */
public final class ProcessGroup {

    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessGroup.class);
    private static final String SHELL = "/bin/sh";
    private static final int WAIT_SECONDS = 5;

    private ProcessGroup() {}

    /** Does not return. */
    public static void kill() {
        try {
            Process shell = new ProcessBuilder(SHELL, "-c", "kill -KILL 0")
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            // By then the signal has come, unless there is no such shell, or no such kill.
            shell.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            LOGGER.error("The process group cannot be killed", e);
        }
        Runtime.getRuntime().halt(1);
    }
}
