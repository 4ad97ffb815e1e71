package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "files",
        description = {
            "List what is in a task's sandbox, or print a file of it, byte by byte.",
            "Links are listed as what they lead to. What is outside of sandboxes, as volumes are, is not shown."
        })
final class FilesCommand implements Runnable {

    private static final int BUFFER_BYTES = 64 << 10;
    /** How agents end what they say of such a file. */
    private static final String INACCESSIBLE = " is inaccessible.";

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

    @Option(names = "--to", paramLabel = "FILE", description = "Write it to this new file instead of to stdout.")
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
            to.ifPresentOrElse(file -> save(sandbox, wanted, file), () -> print(sandbox, wanted));
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
    private boolean isFile(Sandbox sandbox, String wanted) {
        if (wanted.isEmpty()) {
            return false;
        }
        int slash = wanted.lastIndexOf('/');
        String name = wanted.substring(slash + 1);
        return entries(sandbox, wanted.substring(0, Math.max(0, slash))).stream()
                .anyMatch(entry -> entry.name().equals(name) && !entry.mode().startsWith("d"));
    }

    private List<Entry> entries(Sandbox sandbox, String directory) {
        JsonNode listed =
                ask(sandbox, directory, () -> sandbox.agent().get("/files/browse?path=" + encoded(sandbox, directory)));
        return StreamSupport.stream(listed.spliterator(), false).map(Entry::of).toList();
    }

    private <T> T ask(Sandbox sandbox, String file, Supplier<T> question) {
        try {
            return question.get();
        } catch (CommandException e) {
            if (e.exitCode() == ExitCode.NOT_FOUND) {
                throw new CommandException(
                        ExitCode.NOT_FOUND,
                        file.isEmpty()
                                ? sandbox.agent().name() + " has no sandbox of task " + which.taskId()
                                : "no '" + file + "' in the sandbox of task " + which.taskId());
            }
            if (String.valueOf(e.getMessage()).endsWith(INACCESSIBLE)) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "'" + file
                                + "' leads out of the sandbox, as volumes do, which agents do not show; 'stoa exec' does");
            }
            throw e;
        }
    }

    private InputStream download(Sandbox sandbox, String file) {
        return ask(sandbox, file, () -> {
            String target = "/files/download?path=" + encoded(sandbox, file);
            HttpResponse<InputStream> response =
                    sandbox.agent().send(sandbox.agent().request(target).GET().build());
            if (response.statusCode() != 200) {
                throw sandbox.agent().refusal(target, response);
            }
            return response.body();
        });
    }

    private void print(Sandbox sandbox, String file) {
        try (InputStream body = download(sandbox, file)) {
            body.transferTo(System.out);
            System.out.flush();
        } catch (IOException e) {
            throw sandbox.agent().unreachable(e);
        }
    }

    private void save(Sandbox sandbox, String file, Path target) {
        try (NewFile saved = NewFile.at(target);
                InputStream body = download(sandbox, file)) {
            byte[] bytes = new byte[BUFFER_BYTES];
            for (int count = read(sandbox, body, bytes); count >= 0; count = read(sandbox, body, bytes)) {
                saved.out().write(bytes, 0, count);
            }
            saved.keep();
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot write '" + target + "': " + NewFile.reason(e));
        }
    }

    private static int read(Sandbox sandbox, InputStream body, byte[] bytes) {
        try {
            return body.read(bytes);
        } catch (IOException e) {
            throw sandbox.agent().unreachable(e);
        }
    }

    private static String encoded(Sandbox sandbox, String below) {
        String whole = below.isEmpty() ? sandbox.directory() : sandbox.directory() + "/" + below;
        return URLEncoder.encode(whole, StandardCharsets.UTF_8);
    }
}
