package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stoa.agent.AgentCommand;
import io.stoa.cli.Stoa;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.MasterMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * A master, which can be killed and started again where it was, and agents, each a process of its own; and what
 * operators ask of it and do.
 */
final class ProcessCluster implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Path directory;
    private final List<String> masterFlags;
    private final Map<String, StoaProcess> agents = new LinkedHashMap<>();
    private final String address;
    private StoaProcess master;
    /** Agents that are held while there is no master. */
    private List<StoaProcess> held = List.of();

    private ProcessCluster(Path directory, List<String> masterFlags) throws IOException {
        this.directory = directory;
        this.masterFlags = masterFlags;
        master = startMaster(0, List.of());
        address = Candidates.awaitAddress(master);
    }

    /**
     * A master that leads, and offers soon what came free, without agents.
     *
     * @param masterFlags besides those about addresses and directories
     */
    static ProcessCluster start(Path directory, String... masterFlags) throws IOException {
        List<String> flags = new ArrayList<>(List.of("--allocation_interval=50ms"));
        flags.addAll(List.of(masterFlags));
        return new ProcessCluster(directory, flags);
    }

    private StoaProcess startMaster(int port, List<String> moreFlags) throws IOException {
        List<String> flags = new ArrayList<>(List.of(
                "--ip=127.0.0.1",
                "--hostname=127.0.0.1",
                "--port=" + port,
                "--work_dir=" + directory.resolve("master")));
        flags.addAll(masterFlags);
        flags.addAll(moreFlags);
        StoaProcess started =
                StoaProcess.start(directory.resolve("master.log"), MasterMain.class, flags.toArray(String[]::new));
        try {
            await().failFast(() ->
                            assertThat(started.isAlive()).as(started.said()).isTrue())
                    .until(() -> started.said().contains("Leading id="));
        } catch (RuntimeException | Error e) {
            started.close(); // Nobody else has it.
            throw e;
        }
        return started;
    }

    /** Of the master. */
    String address() {
        return address;
    }

    /**
     * As {@code kill -9}; frameworks and agents wait for the next. Agents do nothing until it leads: the longer they
     * look for a master in vain the longer they wait before they look again, up to 1 min.
     */
    void killMaster() throws IOException, InterruptedException {
        held = agents.values().stream().filter(StoaProcess::isRunning).toList();
        for (StoaProcess agent : held) {
            agent.signal("STOP");
        }
        master.kill();
    }

    /**
     * Returns when it leads.
     *
     * @param moreFlags for this life
     */
    void restartMaster(String... moreFlags) throws IOException, InterruptedException {
        master = startMaster(Integer.parseInt(address.substring(address.indexOf(':') + 1)), List.of(moreFlags));
        for (StoaProcess agent : held) {
            agent.signal("CONT");
        }
        held = List.of();
    }

    /**
     * An agent that was not there before, or has ended.
     *
     * @param name of its directories
     * @param flags at least {@code --resources}
     */
    StoaProcess agent(String name, String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--master=" + address,
                "--ip=127.0.0.1",
                "--no-hostname_lookup",
                "--registration_backoff_factor=10ms",
                "--executor_shutdown_grace_period=1secs",
                "--docker_remove_delay=0secs",
                "--runtime_dir=" + directory.resolve(name + "-run"),
                "--work_dir=" + directory.resolve(name)));
        all.addAll(List.of(flags));
        if (all.stream().noneMatch(flag -> flag.startsWith("--port="))) {
            all.add("--port=0");
        }
        if (!all.contains("--switch_user")) {
            all.add("--no-switch_user");
        }
        StoaProcess agent =
                StoaProcess.start(directory.resolve(name + ".log"), AgentCommand.class, all.toArray(String[]::new));
        agents.put(name, agent);
        return agent;
    }

    /** Subscribes as soon as the master serves. */
    SchedulerClient subscribe(FrameworkInfo.Builder info) {
        return subscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
    }

    SchedulerClient subscribe(Call.Subscribe.Builder subscribe) {
        return await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe(address, subscribe), client -> true);
    }

    /** What a command of {@code bin/stoa} that succeeds says; it runs in this process. */
    String stoa(String... arguments) {
        StringWriter said = new StringWriter();
        int status = run(said, arguments);
        assertThat(status).as(said.toString()).isZero();
        return said.toString();
    }

    /** Whether a command of {@code bin/stoa} succeeds. */
    boolean tryStoa(String... arguments) {
        return run(new StringWriter(), arguments) == 0;
    }

    private int run(StringWriter said, String... arguments) {
        PrintWriter out = new PrintWriter(said, true);
        return Stoa.commandLine()
                .setOut(out)
                .setErr(out)
                .execute(Stream.concat(Stream.of(arguments), Stream.of("--master=" + address))
                        .toArray(String[]::new));
    }

    /** A command of {@code bin/stoa}, in which nothing is taken from behind {@code --}. */
    StoaProcess startStoa(String... arguments) throws IOException {
        Path said = Files.createTempFile(directory, "stoa", ".said");
        return StoaProcess.start(
                said,
                Stoa.class,
                Stream.concat(
                                Stream.of(arguments[0], "--master=" + address),
                                Stream.of(arguments).skip(1))
                        .toArray(String[]::new));
    }

    /** What the master answers at a path. */
    JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = ask(address, path);
        if (answer.statusCode() != 200) {
            throw new IOException(path + " is answered with " + answer.statusCode() + ": " + answer.body());
        }
        return json.readTree(answer.body());
    }

    /** What any server answers at a path. */
    HttpResponse<String> ask(String server, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + server + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** As an operator who is to take an agent away; returns when nothing is left there. */
    void drain(String hostname) {
        stoa("agents", "drain", hostname);
        await().ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(drainState(hostname)).isEqualTo("DRAINED"));
    }

    private String drainState(String hostname) throws IOException, InterruptedException {
        for (JsonNode agent : get("/slaves").path("slaves")) {
            if (agent.path("hostname").asText().equals(hostname)) {
                return agent.path("drain_info").path("state").asText();
            }
        }
        return "";
    }

    /** As an operator who gives an agent up. */
    void markGone(AgentID id) throws IOException, InterruptedException {
        post(
                "/api/v1",
                "application/json",
                "{\"type\":\"MARK_AGENT_GONE\",\"mark_agent_gone\":{\"agent_id\":{\"value\":\"" + id.getValue()
                        + "\"}}}");
    }

    private void post(String path, String contentType, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://" + address + path))
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Ends all frameworks, and their tasks with them. */
    void tearDownFrameworks() throws IOException, InterruptedException {
        for (JsonNode framework : get("/frameworks").path("frameworks")) {
            post(
                    "/teardown",
                    "application/x-www-form-urlencoded",
                    "frameworkId=" + framework.path("id").asText());
        }
        awaitNothingRuns();
    }

    /** Ends a framework that has had a cluster to itself, and its tasks with it. */
    void end(SchedulerClient framework) throws IOException, InterruptedException {
        try {
            tearDownFrameworks();
        } finally {
            framework.close();
        }
    }

    /** Returns when nothing of frameworks runs on this machine. */
    void awaitNothingRuns() {
        await().untilAsserted(() ->
                assertThat(strangers()).extracting(Inhabitants::command).isEmpty());
    }

    /** What else has to do with the directory than the servers. */
    private List<ProcessHandle> strangers() {
        return Inhabitants.of(directory).stream()
                .filter(process -> !isServer(process))
                .toList();
    }

    private boolean isServer(ProcessHandle process) {
        return master.is(process) || isAgent(process) || startsShims(process);
    }

    private boolean isAgent(ProcessHandle process) {
        return agents.values().stream().anyMatch(agent -> agent.is(process));
    }

    /** An agent's own child; what it starts has the same command. */
    private boolean startsShims(ProcessHandle process) {
        return Inhabitants.command(process).contains("/stoa-shim ")
                && process.parent().filter(this::isAgent).isPresent();
    }

    /** Ends all of it, frameworks and tasks as well. */
    @Override
    public void close() throws IOException, InterruptedException {
        try {
            tearDownFrameworks();
        } finally {
            agents.values().forEach(StoaProcess::close);
            master.close();
            // None where the tear-down did what it is for.
            strangers().forEach(ProcessHandle::destroyForcibly);
        }
    }
}
