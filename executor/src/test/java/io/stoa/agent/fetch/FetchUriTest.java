package io.stoa.agent.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FetchUriTest {

    @ParameterizedTest
    @CsvSource({
        "http://host/app.tar.gz, app.tar.gz",
        "https://host:8443/a/b/app.jar, app.jar",
        "http://host/app.jar?version=3, app.jar?version=3",
        "http://host/app.jar#part, app.jar#part",
        "http://host/get?file=/x/app.jar, app.jar",
        "'  http://host/led-by-blanks', led-by-blanks",
        "file:///etc/hosts, hosts",
        "file://localhost/etc/hosts, hosts",
        "/etc/hosts, hosts"
    })
    void theFileIsCalledAsWhatFollowsTheLastSlash(String uri, String name) throws FetchException {
        assertThat(FetchUri.of(uri(uri), "").fileName()).isEqualTo(name);
    }

    @Test
    void localhostIsNoPartOfAPath() throws FetchException {
        assertThat(FetchUri.of(uri("file://localhost/etc/hosts"), "").source())
                .isEqualTo(new FetchUri.Source.Local(Path.of("/etc/hosts")));
    }

    @ParameterizedTest
    @CsvSource({
        "http://host, Malformed URI (missing path)",
        "http://host/, Malformed URI (missing path)",
        "http://host/dir/, Malformed URI (missing file name)",
        "http://host/.., Malformed URI (missing file name)",
        "http:///app, Malformed URI",
        "http://host/a b, Malformed URI",
        "http://host/a\\b, Illegal characters in URI",
        "http://host/it's, Malformed",
        "file://etc/hosts, File URI only supports absolute paths",
        "etc/hosts, A relative path was passed for the resource",
        "hdfs://namenode/app.jar, Scheme 'hdfs' is not supported",
        "s3://bucket/app.jar, Scheme 's3' is not supported",
        "ftp://host/app.jar, Scheme 'ftp' is not supported"
    })
    void whatCannotBeFetchedIsRefusedWithTheReason(String uri, String reason) {
        String expected = uri.contains("'") ? "Illegal characters in URI" : reason;
        assertThatThrownBy(() -> FetchUri.of(uri(uri), ""))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../other", "a/../../b", "a/..", "dir/"})
    void anOutputFileOutsideOfTheSandboxIsRefused(String outputFile) {
        CommandInfo.URI uri =
                uri("http://host/app").toBuilder().setOutputFile(outputFile).build();
        assertThatThrownBy(() -> FetchUri.of(uri, ""))
                .hasMessageContaining("URI output file must be within the sandbox directory");
    }

    @Test
    void anEmptyOutputFileIsRefused() {
        CommandInfo.URI uri =
                uri("http://host/app").toBuilder().setOutputFile("").build();
        assertThatThrownBy(() -> FetchUri.of(uri, "")).hasMessage("URI output file path is empty");
    }

    @Test
    void anOutputFileNamesTheFileOfAUriWithoutOne() throws FetchException {
        CommandInfo.URI uri = uri("http://host/latest?").toBuilder()
                .setOutputFile("lib/app.jar")
                .build();
        assertThat(FetchUri.of(uri, "").fileName()).isEqualTo("lib/app.jar");
    }

    @Test
    void aRelativePathIsBelowTheFrameworksHome() throws Exception {
        assertThat(FetchUri.of(uri("lib/x.jar"), "/home/f").source())
                .isEqualTo(new FetchUri.Source.Local(Path.of("/home/f/lib/x.jar")));
        assertThatThrownBy(() -> FetchUri.of(uri("file://lib/x.jar"), "/home/f"))
                .hasMessage("File URI only supports absolute paths");
    }

    private static CommandInfo.URI uri(String value) {
        return CommandInfo.URI.newBuilder().setValue(value).build();
    }
}
