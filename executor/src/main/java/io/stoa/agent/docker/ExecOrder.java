package io.stoa.agent.docker;

import io.stoa.agent.container.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;

/**
 * A command that is to run in a container.
 *
 * @param words the program and its arguments
 * @param environment beside the container's own, {@code NAME=VALUE}
 * @param user empty: the container's
 * @param input whether it gets any
 * @param terminal whether it has one
 */
record ExecOrder(List<String> words, List<String> environment, Optional<String> user, boolean input, boolean terminal) {

    ExecOrder {
        words = List.copyOf(words);
        environment = List.copyOf(environment);
    }

    /** Of which only the end matters. */
    static ExecOrder of(CommandInfo command) {
        return new ExecOrder(words(command), environment(command), Optional.empty(), false, false);
    }

    /**
     * Of somebody who talks with it: as for any process, its first argument is its own name, which is not passed on.
     */
    static ExecOrder interactive(CommandInfo command, boolean terminal) {
        CommandInfo.Builder named = command.toBuilder();
        if (!command.getShell() && command.getArgumentsCount() > 0) {
            named.clearArguments().addAllArguments(command.getArgumentsList().subList(1, command.getArgumentsCount()));
        }
        Optional<String> user = command.hasUser() ? Optional.of(command.getUser()) : Optional.empty();
        return new ExecOrder(words(named.build()), environment(command), user, true, terminal);
    }

    /** As Mesos hands them to {@code docker exec}: without a shell the value is the program, whatever its arguments. */
    private static List<String> words(CommandInfo command) {
        if (command.getShell()) {
            return List.of("sh", "-c", command.getValue());
        }
        List<String> words = new ArrayList<>();
        if (command.hasValue()) {
            words.add(command.getValue());
        }
        words.addAll(command.getArgumentsList());
        return words;
    }

    private static List<String> environment(CommandInfo command) {
        return Variables.of(command).entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }
}
