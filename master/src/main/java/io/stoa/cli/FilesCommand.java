package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "files",
        description = {"List what is in a task's sandbox, or print a file of it, byte by byte."})
final class FilesCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private TaskOption which = new TaskOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "PATH",
            description = "A directory or a file in the sandbox; by default the sandbox.")
    private String path = "";

    @Option(names = "--to", paramLabel = "FILE", description = "Write the file there instead of to stdout.")
    private Optional<Path> to = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /**
     * What is in a directory.
     *
     * @param mode as {@code ls -l} has it
     * @param size in bytes
     * @param modified in UTC, ISO 8601
     */
    record Entry(String name, String mode, String owner, String group, long size, String modified) {

        private static Entry of(JsonNode file) {
            String path = file.path("path").asText();
            return new Entry(
                    path.substring(path.lastIndexOf('/') + 1),
                    file.path("mode").asText(),
                    file.path("uid").asText(),
                    file.path("gid").asText(),
                    file.path("size").asLong(),
                    Moment.ofSeconds(file.path("mtime").asDouble()));
        }
    }

    @Override
    public void run() {
        Sandbox sandbox = Sandbox.of(which.find(cluster.connect()))
                .orElseThrow(() ->
                        new CommandException(ExitCode.NOT_FOUND, "no agent has the sandbox of task " + which.taskId()));
        String wanted = path.replaceAll("^/+|/+$", "");
        if (List.of(wanted.split("/")).contains("..")) {
            throw new CommandException(ExitCode.USAGE, "'" + path + "' (expected: a path in the sandbox, without ..)");
        }
        if (isFile(sandbox, wanted)) {
            copy(sandbox, wanted);
        } else if (to.isPresent()) {
            throw new CommandException(ExitCode.USAGE, "'" + path + "' is a directory");
        } else {
            output.print(
                    new Listing<>(entries(sandbox, wanted))
                            .text("MODE", Entry::mode)
                            .text("OWNER", Entry::owner)
                            .text("GROUP", Entry::group)
                            .number("SIZE", entry -> Long.toString(entry.size()))
                            .text("MODIFIED", entry -> Moment.forPeople(entry.modified()))
                            .id("NAME", Entry::name),
                    spec.commandLine().getOut());
        }
    }

    /** Its directory says what it is. */
    private static boolean isFile(Sandbox sandbox, String wanted) {
        if (wanted.isEmpty()) {
            return false;
        }
        int slash = wanted.lastIndexOf('/');
        String name = wanted.substring(slash + 1);
        return entries(sandbox, wanted.substring(0, Math.max(0, slash))).stream()
                .anyMatch(entry -> entry.name().equals(name) && !entry.mode().startsWith("d"));
    }

    private static List<Entry> entries(Sandbox sandbox, String directory) {
        JsonNode listed = sandbox.agent().get("/files/browse?path=" + encoded(sandbox, directory));
        return StreamSupport.stream(listed.spliterator(), false).map(Entry::of).toList();
    }

    private void copy(Sandbox sandbox, String file) {
        String target = "/files/download?path=" + encoded(sandbox, file);
        HttpResponse<InputStream> response =
                sandbox.agent().send(sandbox.agent().request(target).GET().build());
        if (response.statusCode() != 200) {
            throw sandbox.agent().refusal(target, response);
        }
        try (InputStream body = response.body()) {
            if (to.isPresent()) {
                long unused = Files.copy(body, to.get());
            } else {
                body.transferTo(System.out);
                System.out.flush();
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot copy " + file + ": " + e);
        }
    }

    private static String encoded(Sandbox sandbox, String below) {
        String whole = below.isEmpty() ? sandbox.directory() : sandbox.directory() + "/" + below;
        return URLEncoder.encode(whole, StandardCharsets.UTF_8);
    }
}
