package io.stoa.agent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.stoa.agent.executor.ExecutorPolicy;
import io.stoa.agent.executor.ExecutorTimeouts;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How an agent deals with its executors: Mesos' names, forms and defaults. */
final class ExecutorFlags {

    private static final Flag<Duration> SHUTDOWN_GRACE_PERIOD = Flag.of(
                    "executor_shutdown_grace_period",
                    FlagType.DURATION,
                    "How long executors that are to end, and tasks of a framework that is gone, have to end.")
            .withDefault("5secs");
    private static final Flag<Duration> REGISTRATION_TIMEOUT = Flag.of(
                    "executor_registration_timeout",
                    FlagType.DURATION,
                    "How long a custom executor may take from its launch until it subscribes.")
            .withDefault("1mins");
    private static final Flag<Duration> REREGISTRATION_TIMEOUT = Flag.of(
                    "executor_reregistration_timeout",
                    FlagType.DURATION,
                    "How long a custom executor may take to subscribe again after a restart of the agent.")
            .withDefault("2secs");
    private static final Flag<Duration> RECOVERY_TIMEOUT = Flag.of(
                    "recovery_timeout",
                    FlagType.DURATION,
                    "How long custom executors of checkpointing frameworks are told to wait for an agent that is away.")
            .withDefault("15mins");
    private static final Flag<Map<String, String>> ENVIRONMENT_VARIABLES = Flag.of(
                    "executor_environment_variables",
                    new FlagType<>("JSON", true, ExecutorFlags::environment),
                    "Variables of executors and of their tasks, but for those in pods: {\"NAME\":\"VALUE\"}. Mesos' own"
                            + " and those of the command win.")
            .withDefault("{}");
    private static final Flag<Integer> MAX_COMPLETED = Flag.of(
                    "max_completed_executors_per_framework",
                    FlagType.INTEGER,
                    "How many executors of a framework are shown that have ended.")
            .withDefault("150");

    static final List<Flag<?>> ALL = List.of(
            SHUTDOWN_GRACE_PERIOD,
            REGISTRATION_TIMEOUT,
            REREGISTRATION_TIMEOUT,
            RECOVERY_TIMEOUT,
            ENVIRONMENT_VARIABLES,
            MAX_COMPLETED);

    private ExecutorFlags() {}

    private static Map<String, String> environment(String json) {
        Map<String, String> environment = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("Failed to parse JSON: '" + json + "' (expected: an object)");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw new IllegalArgumentException(
                            "`executor_environment_variables` must only contain string values");
                }
                environment.put(name, parser.getText());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("Failed to parse JSON: " + e.getMessage(), e);
        }
        return environment;
    }

    /** @throws IllegalArgumentException with a message for people */
    static ExecutorPolicy policy(FlagValues values) {
        return new ExecutorPolicy(
                new ExecutorTimeouts(
                        values.get(SHUTDOWN_GRACE_PERIOD).toMillis(),
                        values.get(REGISTRATION_TIMEOUT).toMillis(),
                        values.get(REREGISTRATION_TIMEOUT).toMillis(),
                        values.get(RECOVERY_TIMEOUT).toMillis()),
                values.get(ENVIRONMENT_VARIABLES),
                values.get(MAX_COMPLETED));
    }
}
