package io.stoa.cli;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", description = "Show all commands, or how one of them is used.")
final class HelpCommand implements Runnable {

    @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "Which one.")
    private Optional<String> name = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = spec.commandLine().getOut();
        if (name.isEmpty()) {
            root.usage(out);
            return;
        }
        CommandLine command = root.getSubcommands().get(name.get());
        if (command == null) {
            throw new ParameterException(spec.commandLine(), "no command '" + name.get() + "'");
        }
        Server.named(name.get())
                .ifPresentOrElse(server -> out.print(server.flags().help()), () -> command.usage(out));
        out.flush();
    }
}
