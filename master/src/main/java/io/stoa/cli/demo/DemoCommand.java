package io.stoa.cli.demo;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.time.SystemTime;
import io.stoa.time.Time;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Show Singularity on a cluster of this machine.",
            "It runs as its makers released it, deploys a web service in three instances, and runs a job."
        })
public final class DemoCommand implements Callable<Integer> {

    /** Below the home directory of Stoa, which the launcher names; the launcher also fills it. */
    private static final String LIB = "master/target/demo/lib";

    @Option(
            names = "--keep",
            description = "Leave all of it running when it is done, until Ctrl-C, and its directory for good.")
    private boolean keep;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "5050",
            description = "The master's port; by default ${DEFAULT-VALUE}. 0: any.")
    private int port;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path lib = Path.of(System.getProperty("stoa.home", "."), LIB);
        if (!Files.isDirectory(lib)) {
            throw new CommandException(ExitCode.FAILED, "no Singularity in " + lib + "; start by bin/stoa demo");
        }
        PrintWriter out = spec.commandLine().getOut();
        Time time = new SystemTime();
        Progress progress = new Progress(out, time);
        try (DemoCluster cluster = DemoCluster.create(keep, progress)) {
            Singularity singularity = cluster.start(lib, port);
            new Demo(singularity, time, progress).run();
            if (keep) {
                out.println("Singularity's page: " + singularity.url() + "; Ctrl-C ends all of it.");
                out.flush();
                new CountDownLatch(1).await();
            }
            cluster.succeeded();
        }
        progress.tell("demo", "done");
        return ExitCode.OK;
    }
}
