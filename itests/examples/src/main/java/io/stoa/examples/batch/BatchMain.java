package io.stoa.examples.batch;

import io.stoa.client.SchedulerLoop;
import io.stoa.client.StoaClient;
import io.stoa.examples.ExitCodes;
import io.stoa.examples.Membership;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code batch --master=127.0.0.1:5050 --name=nightly jobs.json}. */
@Command(
        name = "batch",
        mixinStandardHelpOptions = true,
        description = "Runs the jobs of a file to their end, packed on as few hosts as will do.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:All tasks have finished",
            "1:Some have failed as often as they may",
            "2:Something is wrong with the flags or the file",
            "3:Another instance has taken over",
            "4:The masters refuse"
        })
public final class BatchMain implements Callable<Integer> {

    @Mixin
    private Membership membership = new Membership();

    @Option(
            names = "--tries",
            defaultValue = "4",
            description = "How often a task is tried, whatever ends it; by default: ${DEFAULT-VALUE}.")
    private int tries;

    @Parameters(
            paramLabel = "FILE",
            description = "[{\"name\": ..., \"command\": ..., \"image\": ..., \"cpus\": ..., \"memMb\": ...,"
                    + " \"count\": ...}, ...]; command or image, or both. Each task finds its number in $NUMBER.")
    private Path file = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        System.exit(new CommandLine(new BatchMain()).execute(args));
    }

    @Override
    public Integer call() {
        if (tries < 1) {
            throw new ParameterException(spec.commandLine(), "--tries: " + tries + " (expected: >= 1)");
        }
        PrintWriter out = spec.commandLine().getOut();
        CompletableFuture<SchedulerLoop> started = new CompletableFuture<>();
        BatchScheduler scheduler = new BatchScheduler(
                jobs(), membership.role(), tries, status -> started.thenAccept(loop -> loop.acknowledge(status)), out);
        try (StoaClient client = StoaClient.connect(membership.masters());
                SchedulerLoop loop = SchedulerLoop.start(client, membership.config(), scheduler)) {
            started.complete(loop);
            CompletableFuture.anyOf(scheduler.over(), loop.ended()).join();
            if (loop.ended().isDone()) {
                return ExitCodes.TAKEN_OVER;
            }
            Progress result = scheduler.over().join();
            // Only now the cluster forgets what was done.
            loop.tearDown().join();
            out.println("finished: " + result.finished() + ", failed: " + result.failed());
            return result.failed().isEmpty() ? ExitCodes.DONE : ExitCodes.FAILED;
        } catch (CompletionException e) {
            spec.commandLine().getErr().println(e.getCause());
            return ExitCodes.REFUSED;
        }
    }

    private List<Job> jobs() {
        try {
            return Job.read(file);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
