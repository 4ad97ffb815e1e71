package io.stoa.examples.service;

import io.stoa.client.SchedulerLoop;
import io.stoa.client.StoaClient;
import io.stoa.examples.ExitCodes;
import io.stoa.examples.Membership;
import io.stoa.examples.service.ServiceScheduler.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code service --master=127.0.0.1:5050 --name=services services.json}. */
@Command(
        name = "service",
        mixinStandardHelpOptions = true,
        description =
                "Keeps the services of a file running until it is stopped; they run on then, and whoever is started"
                        + " with the same name takes over.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "2:Something is wrong with the flags or the file",
            "3:Another instance has taken over",
            "4:The masters refuse"
        })
public final class ServiceMain implements Callable<Integer> {

    @Mixin
    private Membership membership = new Membership();

    @Option(
            names = "--zone",
            defaultValue = "zone",
            paramLabel = "ATTRIBUTE",
            description = "Of agents; services are spread over its values; by default: ${DEFAULT-VALUE}.")
    private String zone = "";

    @Option(
            names = "--hot",
            defaultValue = "0.8",
            paramLabel = "PART",
            description =
                    "Of an agent's cpus or memory; where more is used, as measured, less important instances have to"
                            + " leave; by default: ${DEFAULT-VALUE}.")
    private double hot;

    @Option(
            names = "--measure-every",
            defaultValue = "5000",
            paramLabel = "MS",
            description = "How often agents are asked what is used; by default: ${DEFAULT-VALUE}.")
    private long measureEveryMs;

    @Option(
            names = "--restart-delay",
            defaultValue = "1000",
            paramLabel = "MS",
            description = "Before an instance that ended is started again, twice as long each time; by default:"
                    + " ${DEFAULT-VALUE}.")
    private long restartDelayMs;

    @Option(
            names = "--restart-delay-max",
            defaultValue = "60000",
            paramLabel = "MS",
            description =
                    "The most of that; an instance that ran for longer begins anew; by default: ${DEFAULT-VALUE}.")
    private long restartDelayMaxMs;

    @Parameters(
            paramLabel = "FILE",
            description = "[{\"name\": ..., \"command\": ..., \"image\": ..., \"cpus\": ..., \"memMb\": ...,"
                    + " \"instances\": ..., \"priority\": ...}, ...]; command or image, or both. Each instance finds its"
                    + " number in $NUMBER.")
    private Path file = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        System.exit(new CommandLine(new ServiceMain()).execute(args));
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Service> services = services();
        Settings settings = settings();
        try (Surroundings outside = new Surroundings(Duration.ofMillis(measureEveryMs));
                StoaClient client = StoaClient.connect(membership.masters());
                SchedulerLoop loop = SchedulerLoop.start(
                        client, membership.config(), new ServiceScheduler(services, settings, outside, out))) {
            outside.attach(loop);
            out.println("ended: " + loop.ended().join());
            return ExitCodes.TAKEN_OVER;
        } catch (CompletionException e) {
            spec.commandLine().getErr().println(e.getCause());
            return ExitCodes.REFUSED;
        }
    }

    private List<Service> services() {
        try {
            return Service.read(file);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Settings settings() {
        if (measureEveryMs < 1) {
            throw wrong("--measure-every: " + measureEveryMs + " (expected: >= 1)");
        }
        if (!(hot > 0)) {
            throw wrong("--hot: " + hot + " (expected: > 0)");
        }
        if (restartDelayMs < 1 || restartDelayMaxMs < restartDelayMs) {
            throw wrong("--restart-delay, --restart-delay-max: " + restartDelayMs + ", " + restartDelayMaxMs
                    + " (expected: 1 <= the first <= the second)");
        }
        return new Settings(membership.role(), zone, hot, new RestartDelay(restartDelayMs, restartDelayMaxMs));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
