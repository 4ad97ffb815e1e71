package io.stoa.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BasicAuthenticationTest {

    private final BasicAuthentication guard =
            new BasicAuthentication("the realm", Credentials.of(Map.of("marathon", "run:far", "empty", "")));

    private final SystemTime time = new SystemTime();
    private final HttpServer server = new HttpServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpRoutes.of("master")
                    .route(
                            "/who",
                            guard.guard((request, reply) -> reply.send(
                                    HttpResponse.text(200, request.principal().orElse("nobody")))))
                    .build(),
            List.of(),
            HttpLimits.STANDARD,
            time);

    BasicAuthenticationTest() throws Exception {}

    @AfterEach
    void close() {
        server.close();
        time.close();
    }

    @Test
    void whoProvesWhoHeIsIsKnownByName() throws Exception {
        assertThat(ask("Basic " + base64("marathon:run:far")).body()).isEqualTo("marathon");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic ",
                "Basic !!!",
                "Bearer abc",
                "marathon",
                "marathon:wrong",
                "nobody:run:far",
                "nobody:",
                ":",
                "marathon:",
                "MARATHON:run:far"
            })
    void everybodyElseIsAskedWhoHeIs(String authorization) throws Exception {
        boolean pair = !authorization.isEmpty() && !authorization.startsWith("B");
        var answer = ask(pair ? "Basic " + base64(authorization) : authorization);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"the realm\"");
        assertThat(answer.body()).isEqualTo("401 Unauthorized.");
    }

    /** Mesos compares the scheme literally, and takes one blank. */
    @ParameterizedTest
    @ValueSource(strings = {"basic ", "BASIC ", "Basic  "})
    void theSchemeIsWrittenAsMesosWritesIt(String scheme) throws Exception {
        assertThat(ask(scheme + base64("marathon:run:far")).statusCode()).isEqualTo(401);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private java.net.http.HttpResponse<String> ask(String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.address().getPort() + "/who"));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
