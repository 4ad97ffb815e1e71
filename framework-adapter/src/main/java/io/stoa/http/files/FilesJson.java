package io.stoa.http.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The answers of {@code /files}, their fields in the order of Mesos'. */
final class FilesJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private FilesJson() {}

    static HttpResponse attached(Map<String, Path> paths) {
        return print(out -> {
            out.writeStartObject();
            for (Map.Entry<String, Path> path : paths.entrySet()) {
                out.writeStringField(path.getKey(), path.getValue().toString());
            }
            out.writeEndObject();
        });
    }

    /** @param data what of it is not UTF-8 is replaced, or the answer would be no JSON */
    static HttpResponse data(long offset, byte[] data) {
        return print(out -> {
            out.writeStartObject();
            out.writeStringField("data", new String(data, UTF_8));
            out.writeNumberField("offset", offset);
            out.writeEndObject();
        });
    }

    /**
     * What is in a directory, sorted; nothing for what is no directory. Links are shown as what they lead to; one that
     * leads nowhere is not shown.
     */
    static List<Path> entries(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of(); // To open a pipe, even to see what it is, takes for ever.
        }
        try (Stream<Path> listed = Files.list(directory)) {
            return listed.filter(Files::exists).sorted().toList();
        } catch (NotDirectoryException e) {
            return List.of();
        }
    }

    static HttpResponse listing(String virtualPath, Path directory) throws IOException {
        List<Path> entries = entries(directory);
        String parent = virtualPath.endsWith("/") ? virtualPath : virtualPath + "/";
        return print(out -> {
            out.writeStartArray();
            for (Path entry : entries) {
                writeEntry(out, entry, parent + entry.getFileName());
            }
            out.writeEndArray();
        });
    }

    private static void writeEntry(JsonGenerator out, Path entry, String path) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(entry, PosixFileAttributes.class);
        char kind = kind((Integer) Files.getAttribute(entry, "unix:mode"));
        out.writeStartObject();
        out.writeStringField("gid", attributes.group().getName());
        out.writeStringField("mode", kind + PosixFilePermissions.toString(attributes.permissions()));
        out.writeFieldName("mtime");
        out.writeNumber(attributes.lastModifiedTime().to(TimeUnit.SECONDS) + ".0"); // A double, as Mesos prints it.
        out.writeNumberField("nlink", (Integer) Files.getAttribute(entry, "unix:nlink"));
        out.writeStringField("path", path);
        out.writeNumberField("size", attributes.size());
        out.writeStringField("uid", attributes.owner().getName());
        out.writeEndObject();
    }

    /** @param mode as stat(2) has it */
    private static char kind(int mode) {
        return switch (mode & 0170000) {
            case 0100000 -> '-';
            case 0040000 -> 'd';
            case 0020000 -> 'c';
            case 0060000 -> 'b';
            case 0010000 -> 'p';
            case 0140000 -> 's';
            default -> '?';
        };
    }

    private static HttpResponse print(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            fields.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HttpResponse.json(bytes.toByteArray());
    }

    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }
}
