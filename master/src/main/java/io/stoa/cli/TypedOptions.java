package io.stoa.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Options of commands that have commands below them, with the same options. */
final class TypedOptions {

    private TypedOptions() {}

    /** The option's value where it was typed, be it before the name of this command; the last one counts. */
    static <T> Optional<T> find(CommandSpec command, String name) {
        for (CommandSpec spec = command; spec != null; spec = spec.parent()) {
            ParseResult typed = spec.commandLine().getParseResult();
            if (typed != null && typed.hasMatchedOption(name)) {
                return Optional.ofNullable(typed.matchedOptionValue(name, null));
            }
        }
        return Optional.empty();
    }
}
