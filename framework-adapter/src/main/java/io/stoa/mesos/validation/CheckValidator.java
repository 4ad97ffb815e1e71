package io.stoa.mesos.validation;

import java.util.Optional;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.HealthCheck;

/** The rules for checks and health checks. */
final class CheckValidator {

    private CheckValidator() {}

    static Optional<String> healthCheck(HealthCheck check) {
        if (!check.hasType()) {
            return Optional.of("HealthCheck must specify 'type'");
        }
        return kind(check)
                .or(() -> notNegative(check.getDelaySeconds(), "delay_seconds"))
                .or(() -> notNegative(check.getGracePeriodSeconds(), "grace_period_seconds"))
                .or(() -> notNegative(check.getIntervalSeconds(), "interval_seconds"))
                .or(() -> notNegative(check.getTimeoutSeconds(), "timeout_seconds"));
    }

    private static Optional<String> kind(HealthCheck check) {
        return switch (check.getType()) {
            case COMMAND ->
                check.hasCommand()
                        ? command(check.getCommand(), "Command health check", "Health check's")
                        : Optional.of("Expecting 'command' to be set for COMMAND health check");
            case HTTP -> http(check);
            case TCP ->
                check.hasTcp() ? Optional.empty() : Optional.of("Expecting 'tcp' to be set for TCP health check");
            case UNKNOWN -> Optional.of("'UNKNOWN' is not a valid health check type");
        };
    }

    private static Optional<String> http(HealthCheck check) {
        if (!check.hasHttp()) {
            return Optional.of("Expecting 'http' to be set for HTTP health check");
        }
        HealthCheck.HTTPCheckInfo http = check.getHttp();
        if (http.hasScheme()
                && !http.getScheme().equals("http")
                && !http.getScheme().equals("https")) {
            return Optional.of("Unsupported HTTP health check scheme: '" + http.getScheme() + "'");
        }
        return http.hasPath() && !http.getPath().startsWith("/")
                ? Optional.of("The path '" + http.getPath() + "' of HTTP health check must start with '/'")
                : Optional.empty();
    }

    static Optional<String> check(CheckInfo check) {
        if (!check.hasType()) {
            return Optional.of("CheckInfo must specify 'type'");
        }
        return kind(check)
                .or(() -> notNegative(check.getDelaySeconds(), "delay_seconds"))
                .or(() -> notNegative(check.getIntervalSeconds(), "interval_seconds"))
                .or(() -> notNegative(check.getTimeoutSeconds(), "timeout_seconds"));
    }

    private static Optional<String> kind(CheckInfo check) {
        return switch (check.getType()) {
            case COMMAND ->
                check.hasCommand()
                        ? command(check.getCommand().getCommand(), "Command check", "Check's")
                        : Optional.of("Expecting 'command' to be set for COMMAND check");
            case HTTP -> http(check);
            case TCP -> check.hasTcp() ? Optional.empty() : Optional.of("Expecting 'tcp' to be set for TCP check");
            case UNKNOWN -> Optional.of("'UNKNOWN' is not a valid check type");
        };
    }

    private static Optional<String> http(CheckInfo check) {
        if (!check.hasHttp()) {
            return Optional.of("Expecting 'http' to be set for HTTP check");
        }
        String path = check.getHttp().getPath();
        return check.getHttp().hasPath() && !path.startsWith("/")
                ? Optional.of("The path '" + path + "' of HTTP check must start with '/'")
                : Optional.empty();
    }

    private static Optional<String> command(CommandInfo command, String kind, String possessive) {
        if (!command.hasValue()) {
            return Optional.of(
                    kind + " must contain " + (command.getShell() ? "'shell command'" : "'executable path'"));
        }
        return ContainerValidator.command(command).map(error -> possessive + " `CommandInfo` is invalid: " + error);
    }

    private static Optional<String> notNegative(double seconds, String field) {
        return seconds < 0 ? Optional.of("Expecting '" + field + "' to be non-negative") : Optional.empty();
    }
}
