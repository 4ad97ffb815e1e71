package io.stoa.agent.docker;

import io.stoa.time.Time;
import java.io.IOException;

/**
 * An engine, and how it is dealt with. Commands beside those that containers run, of which checks may want any number,
 * have threads of their own, so that they and launches do not wait for each other.
 *
 * @param outputs what its containers print
 * @param calls where it is called
 * @param execs where it is told of such commands
 * @param execEnds where it is asked how they ended, which is not to wait for others that are to begin
 * @param left what ended in it
 */
record EngineAccess(
        Engine engine,
        OutputLoop outputs,
        EngineCalls calls,
        EngineCalls execs,
        EngineCalls execEnds,
        LeftContainers left,
        Time time)
        implements AutoCloseable {

    /** A call takes the engine some 10 to 500 ms; it does not do more of them at the same time. */
    private static final int CALL_THREADS = 16;

    private static final int EXEC_THREADS = 4;
    /** They only ask, which takes a few milliseconds. */
    private static final int EXEC_END_THREADS = 2;

    static EngineAccess of(Engine engine, OutputLoop outputs, DockerConfig config, String owner, Time time) {
        EngineCalls calls = new EngineCalls(time, "docker", CALL_THREADS);
        return new EngineAccess(
                engine,
                outputs,
                calls,
                new EngineCalls(time, "docker-exec", EXEC_THREADS),
                new EngineCalls(time, "docker-exec-end", EXEC_END_THREADS),
                new LeftContainers(engine, calls, config, owner),
                time);
    }

    @Override
    public void close() throws IOException {
        calls.close();
        execs.close();
        execEnds.close();
        outputs.close();
        engine.close();
    }
}
