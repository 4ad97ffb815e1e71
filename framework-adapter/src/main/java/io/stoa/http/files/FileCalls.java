package io.stoa.http.files;

import io.stoa.http.HttpResponse;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.FileInfo;
import org.apache.mesos.v1.Protos.TimeInfo;

/** What {@code LIST_FILES} and {@code READ_FILE} of the v1 operator APIs are answered, at the master and at agents. */
public final class FileCalls {

    private final AttachedPaths attached;
    private final Executor readers;

    FileCalls(AttachedPaths attached, Executor readers) {
        this.attached = attached;
        this.readers = readers;
    }

    /** @param answer to a directory's entries, sorted by name */
    public CompletableFuture<HttpResponse> list(String path, Function<List<FileInfo>, HttpResponse> answer) {
        return read(() -> answer.apply(infos(path)));
    }

    /**
     * @param offset of the first byte; at or behind the end nothing is read
     * @param length that is wanted; at most 64 kB are read
     * @param answer to the size of the whole file and what was read of it
     */
    public CompletableFuture<HttpResponse> read(
            String path, long offset, OptionalLong length, BiFunction<Long, byte[], HttpResponse> answer) {
        return read(() -> {
            Path file = find(path);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return FileEndpoints.unreadable(file, "read");
            }
            FileSlice slice = FileSlice.read(file, offset, length);
            return answer.apply(slice.size(), slice.data());
        });
    }

    private CompletableFuture<HttpResponse> read(Reading reading) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return reading.read();
                    } catch (InaccessiblePathException e) {
                        return HttpResponse.text(400, e.getMessage() + ".\n");
                    } catch (NoSuchFileException | FileNotFoundException e) {
                        return HttpResponse.text(404, "");
                    } catch (IOException e) {
                        return HttpResponse.text(500, String.valueOf(e.getMessage()));
                    }
                },
                readers);
    }

    private List<FileInfo> infos(String path) throws IOException {
        String parent = path.endsWith("/") ? path : path + "/";
        List<FileInfo> infos = new ArrayList<>();
        for (Path entry : FilesJson.entries(find(path))) {
            infos.add(info(entry, parent + entry.getFileName()));
        }
        return infos;
    }

    private static FileInfo info(Path entry, String path) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(entry, PosixFileAttributes.class);
        // To the second, as with Mesos.
        long seconds = attributes.lastModifiedTime().to(TimeUnit.SECONDS);
        return FileInfo.newBuilder()
                .setPath(path)
                .setNlink((Integer) Files.getAttribute(entry, "unix:nlink"))
                .setSize(attributes.size())
                .setMtime(TimeInfo.newBuilder().setNanoseconds(TimeUnit.SECONDS.toNanos(seconds)))
                .setMode((Integer) Files.getAttribute(entry, "unix:mode"))
                .setUid(attributes.owner().getName())
                .setGid(attributes.group().getName())
                .build();
    }

    private Path find(String path) throws IOException {
        return attached.resolve(path).orElseThrow(() -> new NoSuchFileException(path));
    }

    private interface Reading {
        HttpResponse read() throws IOException;
    }
}
