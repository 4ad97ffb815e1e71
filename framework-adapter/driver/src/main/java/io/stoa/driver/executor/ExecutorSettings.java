package io.stoa.driver.executor;

import io.stoa.driver.DurationText;
import io.stoa.driver.http.Authorization;
import io.stoa.driver.http.ConnectionLimits;
import io.stoa.driver.http.Endpoint;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent tells the executor that it starts, by the environment: who it is, where the agent is, and how patient
 * it shall be. Immutable.
 */
public final class ExecutorSettings {

    private static final int AGENT_PORT = 5051;
    private static final String PATH = "/api/v1/executor";
    private static final long USUAL_GRACE_MS = 5_000;
    private static final long USUAL_LAST_CALLS_MS = 5_000;
    private static final long USUAL_RECOVERY_MS = 15 * 60_000;
    private static final long USUAL_BACKOFF_MS = 2_000;

    private final Map<String, String> environment;
    private final Endpoint agent;
    private final String agentId;
    private final String frameworkId;
    private final String executorId;
    private final @Nullable String authorization;
    private final long recoveryMs;
    private final long backoffMs;
    private final long graceMs;
    private final long lastCallsMs;

    /**
     * @throws IllegalArgumentException where something that an executor cannot do without is missing or cannot be
     *     understood; libmesos ends the process then
     */
    public ExecutorSettings(Map<String, String> environment) {
        this(environment, USUAL_LAST_CALLS_MS);
    }

    /** @param lastCallsMs how long the last updates may take when the executor stops */
    public ExecutorSettings(Map<String, String> environment, long lastCallsMs) {
        this.environment = environment;
        this.lastCallsMs = lastCallsMs;
        agentId = required("MESOS_SLAVE_ID");
        frameworkId = required("MESOS_FRAMEWORK_ID");
        executorId = required("MESOS_EXECUTOR_ID");
        required("MESOS_DIRECTORY");
        agent = endpoint();
        String token = environment.get("MESOS_EXECUTOR_AUTHENTICATION_TOKEN");
        authorization = token == null ? null : Authorization.bearer(token);
        recoveryMs = duration("MESOS_RECOVERY_TIMEOUT", USUAL_RECOVERY_MS);
        backoffMs = duration("MESOS_SUBSCRIPTION_BACKOFF_MAX", USUAL_BACKOFF_MS);
        graceMs = duration("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", USUAL_GRACE_MS);
    }

    private String required(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException("Expecting '" + name + "' to be set in the environment");
        }
        return value;
    }

    private long duration(String name, long otherwise) {
        String value = environment.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return DurationText.millis(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Failed to parse value '" + value + "' of '" + name + "': " + e.getMessage(), e);
        }
    }

    /**
     * The pid names the agent's process, which is a part of its path; an agent without processes says only where it is.
     */
    private Endpoint endpoint() {
        String pid = environment.get("MESOS_SLAVE_PID");
        if (pid == null) {
            return Endpoint.parse(required("MESOS_AGENT_ENDPOINT"), AGENT_PORT, PATH);
        }
        int at = pid.indexOf('@');
        if (at <= 0) {
            throw new IllegalArgumentException("Cannot parse MESOS_SLAVE_PID '" + pid + "' (expected: id@host:port)");
        }
        return Endpoint.parse(pid.substring(at + 1), AGENT_PORT, "/" + pid.substring(0, at) + PATH);
    }

    Endpoint agent() {
        return agent;
    }

    String agentId() {
        return agentId;
    }

    String frameworkId() {
        return frameworkId;
    }

    String executorId() {
        return executorId;
    }

    /** Value of the header, null for none. */
    @Nullable
    String authorization() {
        return authorization;
    }

    /** Whether it is to wait for an agent that restarts. */
    boolean checkpoint() {
        return "1".equals(environment.get("MESOS_CHECKPOINT"));
    }

    /** Whether it shares its process with others, so that no process may be killed. */
    boolean local() {
        return environment.containsKey("MESOS_LOCAL");
    }

    /** How long it waits for an agent that restarts. */
    long recoveryMs() {
        return recoveryMs;
    }

    /** How long at most it waits between two attempts to reach such an agent. */
    long backoffMs() {
        return backoffMs;
    }

    /** How long it may take to shut down. */
    long graceMs() {
        return graceMs;
    }

    /** How long the last updates may take when the executor stops. */
    long lastCallsMs() {
        return lastCallsMs;
    }

    /** An agent that has nothing to say to an executor is silent. */
    ConnectionLimits limits() {
        return ConnectionLimits.usual().withIdleTimeoutMs(0);
    }
}
