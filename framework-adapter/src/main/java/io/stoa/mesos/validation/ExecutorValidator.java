package io.stoa.mesos.validation;

import com.google.protobuf.TextFormat;
import io.stoa.state.resources.Resources;
import io.stoa.v1.IdValidator;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Resource;

/** The rules for the executor of a task that is launched with LAUNCH. */
final class ExecutorValidator {

    private static final String RULE = "------------------------------------------------------------\n";

    private static final Pattern SCALAR = Pattern.compile("(scalar \\{\n *value: )([-0-9.E]+)");

    private ExecutorValidator() {}

    /** @param resources those of the executor, added up */
    static Optional<String> invalidity(ExecutorInfo executor, Resources resources, LaunchContext context) {
        return general(executor, resources, context).or(() -> custom(executor, resources));
    }

    /** The rules for every executor, whatever launches it. */
    static Optional<String> general(ExecutorInfo executor, Resources resources, LaunchContext context) {
        return type(executor)
                .or(() -> IdValidator.invalidity(executor.getExecutorId().getValue()))
                .or(() -> executor.getShutdownGracePeriod().getNanoseconds() < 0
                        ? Optional.of("ExecutorInfo's 'shutdown_grace_period' must be non-negative")
                        : Optional.empty())
                .or(() -> ContainerValidator.command(executor.getCommand())
                        .map(error -> "Executor's `CommandInfo` is invalid: " + error))
                .or(() -> executor.hasContainer()
                        ? ContainerValidator.container(executor.getContainer())
                                .map(error -> "Executor's `ContainerInfo` is invalid: " + error)
                        : Optional.empty())
                .or(() -> frameworkId(executor, context.frameworkId().value()))
                .or(() -> resources(executor, resources))
                .or(() -> compatible(executor, context));
    }

    private static Optional<String> type(ExecutorInfo executor) {
        return switch (executor.getType()) {
            case DEFAULT -> {
                if (executor.hasCommand()) {
                    yield Optional.of("'ExecutorInfo.command' must not be set for 'DEFAULT' executor");
                }
                if (executor.hasContainer() && executor.getContainer().getType() != ContainerInfo.Type.MESOS) {
                    yield Optional.of("'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor");
                }
                yield executor.getContainer().getMesos().hasImage()
                        ? Optional.of("'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor")
                        : Optional.empty();
            }
            case CUSTOM ->
                executor.hasCommand()
                        ? Optional.empty()
                        : Optional.of("'ExecutorInfo.command' must be set for 'CUSTOM' executor");
            case UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<String> frameworkId(ExecutorInfo executor, String expected) {
        if (!executor.hasFrameworkId()) {
            return Optional.of("'ExecutorInfo.framework_id' must be set");
        }
        String actual = executor.getFrameworkId().getValue();
        return actual.equals(expected)
                ? Optional.empty()
                : Optional.of("ExecutorInfo has an invalid FrameworkID (Actual: " + actual + " vs Expected: " + expected
                        + ")");
    }

    private static Optional<String> resources(ExecutorInfo executor, Resources sum) {
        return ResourceRules.invalidity(executor.getResourcesList(), sum)
                .map(error -> "Executor uses invalid resources: " + error)
                .or(() -> ResourceRules.duplicatePersistenceId(executor.getResourcesList())
                        .map(error -> "Executor uses duplicate persistence ID: " + error))
                .or(() -> ResourceRules.severalRoles(executor.getResourcesList())
                        .map(error -> "Invalid executor resources: " + error))
                .or(() -> ResourceRules.revocableMix(executor.getResourcesList())
                        .map(error -> "Executor mixes revocable and non-revocable resources: " + error));
    }

    private static Optional<String> compatible(ExecutorInfo executor, LaunchContext context) {
        return context.executor(executor.getExecutorId().getValue())
                .filter(existing -> !existing.equals(executor))
                .map(existing -> "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n"
                        + RULE + "Existing ExecutorInfo:\n" + print(existing) + "\n" + RULE + "ExecutorInfo:\n"
                        + print(executor) + "\n" + RULE);
    }

    /** As C++ prints it, which shows a whole number without a fraction. */
    private static String print(ExecutorInfo executor) {
        return SCALAR.matcher(TextFormat.printer().printToString(executor))
                .replaceAll(scalar -> scalar.group(1)
                        + new BigDecimal(scalar.group(2)).stripTrailingZeros().toPlainString());
    }

    private static Optional<String> custom(ExecutorInfo executor, Resources resources) {
        if (executor.hasType() && executor.getType() != ExecutorInfo.Type.CUSTOM) {
            return Optional.of("'ExecutorInfo.type' must be 'CUSTOM'");
        }
        if (!executor.hasCommand()) {
            return Optional.of("'ExecutorInfo.command' must be set");
        }
        if (executor.getResourcesList().stream().anyMatch(Resource::hasShared)) {
            return Optional.of("Executor resources " + resources + " should not contain any shared resources");
        }
        return executor.getContainer().getLinuxInfo().getShareCgroups()
                        && executor.getContainer().getLinuxInfo().hasShareCgroups()
                ? Optional.of("The 'share_cgroups' field cannot be set to 'true' on executor containers")
                : Optional.empty();
    }
}
