package io.stoa.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stoa.http.HttpCounts;
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
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(120)
class BasicAuthenticationTest {

    private final BasicAuthentication guard =
            new BasicAuthentication("the realm", Credentials.of(Map.of("marathon", "run:far", "empty", "")));

    private final HttpCounts counts = new HttpCounts();
    private final SystemTime time = new SystemTime();
    private final HttpServer server = new HttpServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            HttpRoutes.of("master")
                    .route(
                            "/who",
                            guard.guard(
                                    (request, reply) -> reply.send(HttpResponse.text(
                                            200, request.principal().orElse("nobody"))),
                                    counts))
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
        assertThat(refused()).isZero();
    }

    /** The scheme is HTTP's, where the case does not matter. */
    @ParameterizedTest
    @ValueSource(strings = {"basic ", "BASIC "})
    void theSchemeMayBeWrittenInAnyCase(String scheme) throws Exception {
        assertThat(ask(scheme + base64("marathon:run:far")).body()).isEqualTo("marathon");
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
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aRefusalIsLoggedWithWhoWasNamedAndWhereItCameFrom() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(BasicAuthentication.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            ask("Basic " + base64("mara\nthon:secret"));
            ask("");
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("authentication refused principal=mara?thon peer=/127.0.0.1:")
                                .endsWith(" path=/who")
                                .doesNotContain("secret"),
                        second -> assertThat(second).startsWith("authentication refused principal=none peer="));
    }

    private double refused() {
        Map<String, Double> figures = new TreeMap<>();
        counts.addTo(figures);
        return figures.getOrDefault("stoa/http/authentications_refused", -1.0);
    }

    @Test
    void oneBlankStandsBehindTheSchemeAsInMesos() throws Exception {
        assertThat(ask("Basic  " + base64("marathon:run:far")).statusCode()).isEqualTo(401);
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
