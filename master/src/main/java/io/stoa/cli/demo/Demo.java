package io.stoa.cli.demo;

import io.stoa.cli.CommandException;
import io.stoa.cli.ExitCode;
import io.stoa.cli.Waiting;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The steps of the demo: Singularity subscribes, deploys a service in three instances, which are asked for their page,
 * and runs a job to its end. A step that does not come true in time is a {@link CommandException}.
 */
public final class Demo {

    static final int INSTANCES = 3;
    private static final long SUBSCRIBE_TIMEOUT_S = 120;
    private static final long DEPLOY_TIMEOUT_S = 120;
    private static final long JOB_TIMEOUT_S = 60;
    private static final long POLL_INTERVAL_MS = 250;

    private static final String WEB_REQUEST = """
            {"id": "web", "requestType": "SERVICE", "instances": %d}""".formatted(INSTANCES);

    /** A page that tells the instances apart, served by Debian's busybox on the port that Singularity chose. */
    private static final String WEB_DEPLOY = """
            {"deploy": {
              "requestId": "web",
              "id": "v1",
              "command": "echo \\"hello from instance $INSTANCE_NO on port $PORT0\\" > index.html; exec busybox httpd -f -p $PORT0",
              "resources": {"cpus": 0.1, "memoryMb": 32, "numPorts": 1},
              "healthcheck": {"uri": "/", "startupTimeoutSeconds": 30}}}""";

    private static final String JOB_REQUEST = """
            {"id": "job", "requestType": "RUN_ONCE"}""";

    private static final String JOB_DEPLOY = """
            {"deploy": {
              "requestId": "job",
              "id": "v1",
              "command": "echo \\"the job ran in $PWD\\"",
              "resources": {"cpus": 0.1, "memoryMb": 32}}}""";

    private final Singularity singularity;
    private final SingularityApi api;
    private final Time time;
    private final Progress progress;

    public Demo(Singularity singularity, Time time, Progress progress) {
        this.singularity = singularity;
        this.api = new SingularityApi(singularity.url());
        this.time = time;
        this.progress = progress;
    }

    /** @return the id of the job's task, which has finished */
    public String run() {
        progress.tell("Singularity", "starting (it takes its time)");
        await(
                "Singularity subscribes",
                SUBSCRIBE_TIMEOUT_S,
                () -> api.isSubscribed() ? Optional.of(true) : Optional.empty());
        progress.tell("Singularity", "is subscribed to the master: " + singularity.url());
        deployWeb();
        return runJob();
    }

    private void deployWeb() {
        api.createRequest(WEB_REQUEST);
        api.deploy(WEB_DEPLOY);
        progress.tell("web", "deploying a web service in " + INSTANCES + " instances");
        String result = await("the deploy ends", DEPLOY_TIMEOUT_S, () -> api.deployResult("web", "v1"));
        if (!result.equals("SUCCEEDED")) {
            throw new CommandException(ExitCode.FAILED, "the deploy of 'web' ended with " + result);
        }
        List<String> pages = new ArrayList<>();
        for (String taskId : api.activeTasks("web")) {
            URI address = api.addressOf(taskId);
            String page = fetch(address);
            progress.tell("web", address + " says: " + page);
            pages.add(page);
        }
        if (pages.stream().distinct().count() != INSTANCES) {
            throw new CommandException(
                    ExitCode.FAILED, "different pages of 'web': " + pages + " (expected: " + INSTANCES + ")");
        }
    }

    private String runJob() {
        api.createRequest(JOB_REQUEST);
        api.deploy(JOB_DEPLOY);
        progress.tell("job", "running it once");
        SingularityApi.Ended job = await("the job ends", JOB_TIMEOUT_S, () -> api.endedTask("job"));
        if (!job.state().equals("TASK_FINISHED")) {
            throw new CommandException(ExitCode.FAILED, "the job ended with " + job.state());
        }
        progress.tell("job", "has finished");
        return job.taskId();
    }

    private <T> T await(String what, long timeoutS, Supplier<Optional<T>> condition) {
        long deadlineMs = time.monotonicMs() + TimeUnit.SECONDS.toMillis(timeoutS);
        while (time.monotonicMs() < deadlineMs) {
            singularity.checkAlive();
            Optional<T> result = condition.get();
            if (result.isPresent()) {
                return result.get();
            }
            Waiting.ms(POLL_INTERVAL_MS);
        }
        throw new CommandException(ExitCode.FAILED, "waited " + timeoutS + " s in vain until " + what);
    }

    private static String fetch(URI address) {
        try (InputStream in = address.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, address + " does not answer: " + e.getMessage());
        }
    }
}
