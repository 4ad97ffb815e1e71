package io.stoa.driver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "master, http://master:5050/path",
        "10.0.0.1:6060, http://10.0.0.1:6060/path",
        "http://master, http://master:5050/path",
        "HTTP://master:80/, http://master:80/path",
        "[::1]:7070, http://[::1]:7070/path",
        "[fe80::1], http://[fe80::1]:5050/path",
    })
    void hostAndPortAreReadWithAndWithoutAScheme(String text, String endpoint) {
        assertThat(Endpoint.parse(text, 5050, "/path")).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                ":80",
                "host:",
                "host:port",
                "host:0",
                "host:70000",
                "a b:80",
                "user@host:80",
                "zk://a:1/mesos",
                "host:80/path",
                "a\r\nX: y:80"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text, 5050, "/path")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "//other:6060/master/api, http://other:6060/master/api",
        "http://other:6060/x, http://other:6060/x",
        "//other:6060, http://other:6060/path",
        "//[::1]:6060/x, http://[::1]:6060/x",
        "/x, http://master:5050/x",
    })
    void aRedirectLeadsToAnotherHostOrPath(String location, String endpoint) {
        assertThat(new Endpoint("master", 5050, "/path").redirectedTo(location)).hasToString(endpoint);
    }

    @Test
    void aRedirectToNowhereIsRefused() {
        Endpoint endpoint = new Endpoint("master", 5050, "/path");

        assertThatThrownBy(() -> endpoint.redirectedTo("https://other/x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> endpoint.redirectedTo("/x y")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTokenWithALineBreakIsRefused() {
        assertThat(Authorization.bearer("abc.def")).isEqualTo("Bearer abc.def");
        assertThatThrownBy(() -> Authorization.bearer("a\r\nb"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Character 13 at 1 of the token (expected: visible ASCII)");
    }
}
