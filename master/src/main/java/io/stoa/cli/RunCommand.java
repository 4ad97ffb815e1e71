package io.stoa.cli;

import io.stoa.cli.run.RunRequest;
import io.stoa.cli.run.Subscription;
import io.stoa.cli.run.TaskRun;
import io.stoa.time.SystemTime;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Event;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = {
            "Run a command on the cluster and wait for its end.",
            "The tasks' output is shown as they write it. The exit status is that of the task that ended worst. Ctrl-C ends",
            "the tasks, and so does whoever takes no more output. A master that changes or goes away for a while is waited for.",
            "Output is shown as UTF-8 text. For its bytes, with the IP:PORT and the SANDBOX that 'stoa task ID' shows:",
            "curl 'http://IP:PORT/files/download?path=SANDBOX/stdout'"
        })
final class RunCommand implements Callable<Integer> {

    /** How long tasks go on when their run has died, or cannot be reached. */
    private static final double FAILOVER_TIMEOUT_S = 60;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private CredentialOptions credential = new CredentialOptions();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "run",
            description = "Of the framework and its tasks; by default ${DEFAULT-VALUE}.")
    private String name = "";

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "0.1",
            description = "Of each task; by default ${DEFAULT-VALUE}.")
    private double cpus;

    @Option(
            names = "--mem",
            paramLabel = "MB",
            defaultValue = "64",
            description = "Of each task; by default ${DEFAULT-VALUE}.")
    private double memMb;

    @Option(names = "--docker", paramLabel = "IMAGE", description = "Run it in a container of this image.")
    private Optional<String> dockerImage = Optional.empty();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many of it; by default ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "K=V",
            description = "Add a variable to its environment. May be repeated.")
    private Map<String, String> environment = new LinkedHashMap<>();

    @Parameters(
            paramLabel = "CMD",
            description = "One word: a line for the shell. Several: a program and its arguments.")
    private List<String> command = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        credential.check();
        check(count >= 1, "--count: " + count + " (expected: >= 1)");
        check(cpus > 0, "--cpus: " + cpus + " (expected: > 0)");
        check(memMb > 0, "--mem: " + memMb + " (expected: > 0)");
        check(!name.isEmpty(), "--name: it is empty (expected: what its tasks are called)");
        check(!environment.containsKey(""), "--env: a variable without a name (expected: K=V)");
        check(!command.isEmpty() || dockerImage.isPresent(), "nothing to run: neither CMD nor --docker");
        // Runs must not share task ids, so that 'stoa task ID' means one of them.
        String idPrefix = name + "-" + UUID.randomUUID().toString().substring(0, 8);
        RunRequest request = new RunRequest(name, idPrefix, count, cpus, memMb, dockerImage, environment, command);
        TaskRun run = new TaskRun(request);
        PrintWriter err = spec.commandLine().getErr();
        boolean shortageIsSaid = false;
        try (Subscription subscription = new Subscription(
                        () -> credential.authenticatedAt(cluster.connect()),
                        credential.ofPrincipal(framework()),
                        new SystemTime(),
                        line -> Terminal.tell(err, line));
                KillOnExit onExit = KillOnExit.arm(run, subscription);
                RunOutput output = new RunOutput(cluster::connect, request, spec.commandLine(), onExit::kill)) {
            while (!run.isDone()) {
                Event event = subscription.next();
                refuseError(event);
                run.handle(event).forEach(subscription::send);
                output.show(event);
                if (event.getType() == Event.Type.OFFERS && !shortageIsSaid) {
                    Optional<String> shortage = run.shortage(event.getOffers());
                    shortage.ifPresent(text -> Terminal.tell(err, text));
                    shortageIsSaid = shortage.isPresent();
                }
            }
            try {
                output.finish();
            } finally {
                subscription.tearDown(run.tearDown());
            }
        }
        return run.exitStatus();
    }

    private FrameworkInfo framework() {
        return FrameworkInfo.newBuilder()
                .setCheckpoint(true)
                .setName(name)
                .setUser(System.getProperty("user.name"))
                .setFailoverTimeout(FAILOVER_TIMEOUT_S)
                .build();
    }

    private static void refuseError(Event event) {
        if (event.getType() == Event.Type.ERROR) {
            throw new CommandException(ExitCode.FAILED, event.getError().getMessage());
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
