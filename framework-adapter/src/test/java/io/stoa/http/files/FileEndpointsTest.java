package io.stoa.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.http.LocalServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileEndpointsTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final AttachedPaths attached = new AttachedPaths();
    private final FileEndpoints endpoints = new FileEndpoints(attached);

    @TempDir
    private Path disk;

    private Path sandbox;
    private HttpServer server;

    @BeforeEach
    void aSandboxAndASecretBesideIt() throws IOException {
        sandbox = Files.createDirectory(disk.resolve("sandbox"));
        Files.writeString(sandbox.resolve("stdout"), "hello\n");
        Files.createDirectory(sandbox.resolve("sub"));
        Files.writeString(disk.resolve("secret"), "secret");
        Files.writeString(Files.createDirectory(disk.resolve("sandbox2")).resolve("secret"), "secret");
        attached.attach("/box/", sandbox);
        server = LocalServer.of(endpoints.addTo(HttpRoutes.of("slave(1)")).build());
    }

    @AfterEach
    void close() {
        server.close();
        endpoints.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                   | {\"data\":\"\",\"offset\":6}",
                "&offset=-1           | {\"data\":\"\",\"offset\":6}",
                "&offset=-1&length=-1 | {\"data\":\"\",\"offset\":6}",
                "&offset=0            | {\"data\":\"hello\\n\",\"offset\":0}",
                "&offset=0&length=-1  | {\"data\":\"hello\\n\",\"offset\":0}",
                "&offset=0&length=200 | {\"data\":\"hello\\n\",\"offset\":0}",
                "&offset=2&length=3   | {\"data\":\"llo\",\"offset\":2}",
                "&offset=100000       | {\"data\":\"\",\"offset\":100000}"
            })
    void readingGivesThePieceThatWasAskedFor(String rest, String expected) throws Exception {
        HttpResponse<String> answer = get("read", "/box/stdout", rest);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "&offset=x  | Failed to parse offset: Failed to convert 'x' to number.",
                "&offset=-2 | Negative offset provided: -2.",
                "&length=-2 | Negative length provided: -2."
            })
    void numbersThatAreNoneAreRefused(String rest, String expected) throws Exception {
        HttpResponse<String> answer = get("read", "/box/stdout", rest);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(expected + "\n");
    }

    @Test
    void onePieceHasAtMostSixteenPages() throws Exception {
        Files.writeString(sandbox.resolve("large"), "x".repeat(100_000));
        assertThat(get("read", "/box/large", "&offset=0&length=100000").body())
                .hasSize("{\"data\":\"\",\"offset\":0}".length() + 65_536);
    }

    @Test
    void browsingShowsWhatLsShows() throws Exception {
        Path file = sandbox.resolve("stdout");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_795_218_486_700L));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.delete(sandbox.resolve("sub"));
        Files.createSymbolicLink(sandbox.resolve("broken"), sandbox.resolve("nosuch"));
        PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
        String owner = attributes.owner().getName();
        String group = attributes.group().getName();
        HttpResponse<String> answer = get("browse", "/box", "");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("[{\"gid\":\"" + group + "\",\"mode\":\"-rw-r-----\",\"mtime\":1795218486.0,\"nlink\":1,"
                        + "\"path\":\"/box/stdout\",\"size\":6,\"uid\":\"" + owner + "\"}]");
        assertThat(get("browse", "/box/stdout", "").body()).isEqualTo("[]");
    }

    @Test
    void aDownloadIsTheWholeFile() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Files.write(sandbox.resolve("sub/core \"1\""), content);
        HttpResponse<byte[]> answer =
                client.send(request("download", "/box/sub/core \"1\"", ""), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.headers().firstValue("Content-Length")).contains("3000000");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment; filename=core \"1\"");
        assertThat(answer.body()).isEqualTo(content);
    }

    @Test
    void anEmptyFileCanBeDownloadedOverAndOver() throws Exception {
        Files.createFile(sandbox.resolve("empty"));
        for (int i = 0; i < 20; i++) {
            assertThat(get("download", "/box/empty", "").body()).isEmpty();
        }
    }

    @Test
    void aFileNameCannotBecomeAHeader() throws Exception {
        Files.writeString(sandbox.resolve("a\r\nX-Forged: 1"), "x");
        HttpResponse<String> answer = get("download", "/box/a\r\nX-Forged: 1", "");
        assertThat(answer.headers().firstValue("X-Forged")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Disposition")).contains("attachment; filename=a__X-Forged: 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/box/../secret",
                "/box/sub/../../secret",
                "/box/../sandbox2/secret",
                "/box/out",
                "/box/out-of-directory/secret",
                "/box/..",
                "/box/out-of-directory"
            })
    void nothingOutsideWhatIsAttachedCanBeReached(String path) throws Exception {
        Files.createSymbolicLink(sandbox.resolve("out"), disk.resolve("secret"));
        Files.createSymbolicLink(sandbox.resolve("out-of-directory"), disk.resolve("sandbox2"));
        for (String verb : List.of("read", "download", "browse")) {
            HttpResponse<String> answer = get(verb, path, "&offset=0");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).endsWith("' is inaccessible.\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/",
                "box",
                "/boxes",
                "/box/nosuch",
                "/box/%2e%2e/secret",
                "/box/\0",
                "/box/stdout/x"
            })
    void whatIsNotAttachedIsNotFound(String path) throws Exception {
        assertThat(get("read", path, "&offset=0").statusCode()).isEqualTo(404);
        assertThat(get("read", path, "&offset=0").body()).isEmpty();
        assertThat(get("download", path, "").body()).isEqualTo("404 Not Found.");
    }

    @Test
    void aLinkInsideIsFollowed() throws Exception {
        Files.createSymbolicLink(sandbox.resolve("latest"), sandbox.resolve("stdout"));
        assertThat(get("read", "/box/latest", "&offset=0").body()).contains("hello");
    }

    @Test
    void aPipeDoesNotHoldItsReader() throws Exception {
        Path pipe = sandbox.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(get("browse", "/box/pipe", "").body()).isEqualTo("[]");
        assertThat(get("read", "/box/pipe", "&offset=0").body()).isEqualTo("Cannot read a special file.\n");
        assertThat(get("download", "/box/pipe", "").body()).isEqualTo("Cannot download a special file.\n");
    }

    @Test
    void directoriesAreNotReadAndAPathIsRequired() throws Exception {
        assertThat(get("read", "/box/sub", "").body()).isEqualTo("Cannot read a directory.\n");
        assertThat(get("download", "/box/sub", "").body()).isEqualTo("Cannot download a directory.\n");
        for (String verb : List.of("browse", "read", "download")) {
            assertThat(get(verb, "", "").statusCode()).isEqualTo(400);
            assertThat(get(verb, "", "").body()).isEqualTo("Expecting 'path=value' in query.\n");
        }
    }

    @Test
    void debugListsWhatIsAttachedAndDetachedPathsAreGone() throws Exception {
        assertThat(get("debug", "", "").body()).isEqualTo("{\"/box\":\"" + sandbox.toRealPath() + "\"}");
        attached.detach("/box");
        assertThat(get("debug", "", "").body()).isEqualTo("{}");
        assertThat(get("read", "/box/stdout", "").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String verb, String path, String rest) throws IOException, InterruptedException {
        return client.send(request(verb, path, rest), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String verb, String path, String rest) {
        String query = "path=" + URLEncoder.encode(path, StandardCharsets.UTF_8) + rest;
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.address().getPort() + "/files/" + verb + "?" + query))
                .build();
    }
}
