package io.stoa.agent.check;

import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.NetworkInfo;

/**
 * What is tried, and when.
 *
 * @param name for logs: {@code TCP health check}
 * @param delayMs from the start of the task to the first attempt
 * @param intervalMs from the end of an attempt to the next one
 * @param timeoutMs for one attempt; 0: for ever
 */
record CheckPlan(String name, Target target, long delayMs, long intervalMs, long timeoutMs) {

    /** However small an interval is asked for: the agent is not there for one task only. */
    private static final long MIN_INTERVAL_MS = 100;

    private static final long MAX_MS = 365L * 24 * 60 * 60 * 1_000;

    /** What is tried. */
    sealed interface Target {}

    record Command(CommandInfo command) implements Target {}

    /** @param path begins with a slash, or is empty */
    record Http(boolean secure, boolean ipv6, int port, String path) implements Target {}

    record Tcp(boolean ipv6, int port) implements Target {}

    static CheckPlan of(CheckInfo check) {
        Target target = switch (check.getType()) {
            case COMMAND -> new Command(check.getCommand().getCommand());
            case HTTP ->
                new Http(
                        false, false, check.getHttp().getPort(), check.getHttp().getPath());
            case TCP -> new Tcp(false, check.getTcp().getPort());
            case UNKNOWN -> throw new IllegalArgumentException("check type: UNKNOWN");
        };
        return of(
                check.getType() + " check",
                target,
                check.getDelaySeconds(),
                check.getIntervalSeconds(),
                check.getTimeoutSeconds());
    }

    static CheckPlan of(HealthCheck check) {
        Target target = switch (check.getType()) {
            case COMMAND -> new Command(check.getCommand());
            case HTTP ->
                new Http(
                        check.getHttp().getScheme().equals("https"),
                        check.getHttp().getProtocol() == NetworkInfo.Protocol.IPv6,
                        check.getHttp().getPort(),
                        check.getHttp().getPath());
            case TCP ->
                new Tcp(
                        check.getTcp().getProtocol() == NetworkInfo.Protocol.IPv6,
                        check.getTcp().getPort());
            case UNKNOWN -> throw new IllegalArgumentException("health check type: UNKNOWN");
        };
        return of(
                check.getType() + " health check",
                target,
                check.getDelaySeconds(),
                check.getIntervalSeconds(),
                check.getTimeoutSeconds());
    }

    private static CheckPlan of(String name, Target target, double delay, double interval, double timeout) {
        return new CheckPlan(
                name,
                target,
                milliseconds(delay),
                Math.max(MIN_INTERVAL_MS, milliseconds(interval)),
                timeout > 0 ? Math.max(1, milliseconds(timeout)) : 0);
    }

    /** Nobody waits longer than a year, infinity included. */
    static long milliseconds(double seconds) {
        return Math.max(0, Math.min(MAX_MS, (long) (seconds * 1_000)));
    }
}
