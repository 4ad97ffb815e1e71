package io.stoa.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "driver",
        description = {
            "Print where the jar of the Mesos driver is.",
            "First on the class path of a framework in Java, it takes the place of Mesos' native library."
        })
final class DriverCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** The launcher builds the jar and names it. */
    @Override
    public void run() {
        Path jar = Path.of(System.getProperty("stoa.driver", "stoa-driver.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new CommandException(ExitCode.FAILED, "no driver in " + jar + "; start by bin/stoa driver");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(jar);
        out.flush();
    }
}
