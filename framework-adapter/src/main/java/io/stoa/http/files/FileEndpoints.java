package io.stoa.http.files;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /files/browse}, {@code read}, {@code download} and {@code debug}. Reading is done by a few threads; what waits
 * for them is at most one request a connection.
 */
public final class FileEndpoints implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileEndpoints.class);
    private static final int THREADS = 4;

    private final AttachedPaths attached;
    private final ExecutorService readers = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "files");
        thread.setDaemon(true);
        return thread;
    });

    public FileEndpoints(AttachedPaths attached) {
        this.attached = attached;
    }

    /** Adds the routes. */
    public HttpRoutes.Builder addTo(HttpRoutes.Builder routes) {
        return routes.global("/files/browse", onReader(this::browse))
                .global("/files/read", onReader(this::read))
                .global("/files/download", onReader(this::download))
                .global("/files/debug", (request, reply) -> reply.send(FilesJson.attached(attached.all())));
    }

    /** The same by calls of the v1 operator API. */
    public FileCalls calls() {
        return new FileCalls(attached, readers);
    }

    /** A few threads, for what reads files otherwise. */
    public Executor readers() {
        return readers;
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }

    private HttpHandler onReader(PathHandler handler) {
        return (request, reply) -> {
            String path = request.parameter("path").orElse("");
            if (path.isEmpty()) {
                reply.send(HttpResponse.text(400, "Expecting 'path=value' in query.\n"));
                return;
            }
            try {
                readers.execute(() -> answer(handler, request, path, reply));
            } catch (RejectedExecutionException e) {
                reply.send(HttpResponse.text(503, "The files are closed.\n"));
            }
        };
    }

    private static void answer(PathHandler handler, HttpRequest request, String path, HttpReply reply) {
        try {
            handler.handle(request, path, reply);
        } catch (InaccessiblePathException e) {
            reply.send(HttpResponse.text(400, e.getMessage() + ".\n"));
        } catch (NoSuchFileException | FileNotFoundException e) {
            reply.send(HttpResponse.text(404, ""));
        } catch (IOException | RuntimeException e) {
            LOG.warn("file not read path={}", path, e);
            reply.send(HttpResponse.text(500, "Failed to read '" + path + "': " + e.getMessage() + ".\n"));
        }
    }

    private void browse(HttpRequest request, String path, HttpReply reply) throws IOException {
        Path directory = find(path);
        reply.send(FilesJson.listing(path, directory));
    }

    private void read(HttpRequest request, String path, HttpReply reply) throws IOException {
        long offset;
        OptionalLong length;
        try {
            offset = number(request, "offset").orElse(-1);
            length = number(request, "length");
        } catch (IllegalArgumentException e) {
            reply.send(HttpResponse.text(400, e.getMessage() + ".\n"));
            return;
        }
        Path file = find(path);
        if (!isRegular(file, "read", reply)) {
            return;
        }
        FileSlice slice = FileSlice.read(file, offset, length);
        reply.send(offset < 0 ? FilesJson.data(slice.size(), slice.data()) : FilesJson.data(offset, slice.data()));
    }

    private void download(HttpRequest request, String path, HttpReply reply) throws IOException {
        Path file;
        try {
            file = find(path);
        } catch (NoSuchFileException e) {
            reply.send(HttpResponse.notFound());
            return;
        }
        if (!isRegular(file, "download", reply)) {
            return;
        }
        InputStream body = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        HttpResponse head = new HttpResponse(
                200,
                List.of(
                        Map.entry("Content-Disposition", "attachment; filename=" + headerText(file)),
                        Map.entry("Content-Type", "application/octet-stream")),
                new byte[0]);
        reply.send(head, Files.size(file), body, readers);
    }

    private Path find(String path) throws IOException {
        return attached.resolve(path).orElseThrow(() -> new NoSuchFileException(path));
    }

    /** A pipe would keep its reader for ever. */
    private static boolean isRegular(Path file, String verb, HttpReply reply) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        reply.send(unreadable(file, verb));
        return false;
    }

    static HttpResponse unreadable(Path file, String verb) {
        String kind = Files.isDirectory(file) ? "directory" : "special file";
        return HttpResponse.text(400, "Cannot " + verb + " a " + kind + ".\n");
    }

    /** The name of a file is what a task likes: it must not become a header of its own. */
    private static String headerText(Path file) {
        return String.valueOf(file.getFileName()).replaceAll("[^ -~]", "_");
    }

    /** @return at least -1 */
    private static OptionalLong number(HttpRequest request, String name) {
        String text = request.parameter(name).orElse("");
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Failed to parse " + name + ": Failed to convert '" + text + "' to number", e);
        }
        if (number < -1) {
            throw new IllegalArgumentException("Negative " + name + " provided: " + number);
        }
        return OptionalLong.of(number);
    }

    private interface PathHandler {
        void handle(HttpRequest request, String path, HttpReply reply) throws IOException;
    }
}
