package io.stoa.cli;

import io.stoa.cli.demo.DemoCommand;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code stoa}: the way into every command, and the one place that turns failures into exit codes. */
@Command(
        name = "stoa",
        description = "A Mesos-compatible cluster manager on a durable shared state.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AgentsCommand.class,
            FrameworksCommand.class,
            TasksCommand.class,
            RolesCommand.class,
            QuotaCommand.class,
            WeightsCommand.class,
            ReserveCommand.class,
            UnreserveCommand.class,
            VolumesCommand.class,
            TaskCommand.class,
            ExplainCommand.class,
            RunCommand.class,
            LogsCommand.class,
            ExecCommand.class,
            AttachCommand.class,
            FilesCommand.class,
            StatsCommand.class,
            KillCommand.class,
            DemoCommand.class,
            DriverCommand.class,
            VersionCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "'stoa COMMAND --help' tells more. Commands on a running cluster find its master by --master or STOA_MASTER;",
            "127.0.0.1:5050 otherwise."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; 'run' has the exit status of the task that ended worst, 'exec' that of its command",
            "2:the command line is wrong",
            "3:no master answers, none leads, or the agent that is asked does not answer",
            "4:the master or the agent knows no such task, framework, agent, volume, container or file",
            "130:ended by Ctrl-C",
            "141:nobody reads what it prints any more, as behind '| head'"
        })
public final class Stoa implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Stoa() {}

    public static void main(String[] args) {
        Optional<Server> server = args.length == 0 ? Optional.empty() : Server.named(args[0]);
        if (server.isPresent()) {
            server.get().run(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        // ZooKeeper's client logs much that is of no use to somebody who types a command.
        System.setProperty("logback.configurationFile", "io/stoa/cli/logback-quiet.xml");
        StandardStream.install();
        System.exit(commandLine().execute(args));
    }

    /** All commands, ready to be executed; none of them ends the process by itself. */
    public static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Stoa());
        for (Server server : Server.values()) {
            CommandSpec spec = CommandSpec.create();
            spec.usageMessage().description(server.description());
            root.addSubcommand(server.command(), spec);
        }
        addHelp(root);
        root.getCommandSpec()
                .versionProvider(() -> new String[] {"stoa " + VersionCommand.own()})
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("Show the version of this command.")
                        .build());
        root.setExpandAtFiles(false);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpLongOptionsMaxWidth(28);
        root.setUsageHelpWidth(110);
        root.setExecutionStrategy(Stoa::execute);
        root.setParameterExceptionHandler(Stoa::refuse);
        root.setExecutionExceptionHandler(Stoa::fail);
        return root;
    }

    /** Without a command there is nothing to be done. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this.")
                        .build());
        command.getSubcommands().values().forEach(Stoa::addHelp);
    }

    /** To the library a help that cannot be printed is no command that fails. */
    private static int execute(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutputException e) {
            return fail(e, parsed.commandSpec().commandLine());
        }
    }

    private static int refuse(ParameterException exception, String[] args) {
        CommandLine command = exception.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("stoa: " + exception.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(exception, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitCode.USAGE;
    }

    private static int fail(Exception exception, CommandLine command, ParseResult parsed) throws Exception {
        if (exception instanceof CommandException failure) {
            return fail(failure, command);
        }
        throw exception;
    }

    private static int fail(CommandException failure, CommandLine command) {
        if (failure.exitCode() != ExitCode.NOBODY_READS) {
            Terminal.tell(command.getErr(), failure.getMessage());
        }
        return failure.exitCode();
    }
}
