package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpServer;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MasterRoutesTest {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/scheduler", "/master/api/v1/scheduler", "/state", "/redirect"})
    void whoComesBeforeThereIsALeaderIsToTryAgain(String path) throws Exception {
        try (SystemTime time = new SystemTime();
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        MasterRoutes.starting(MasterEndpoints.LEADERS_PATHS),
                        List.of(),
                        HttpLimits.STANDARD,
                        time)) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + server.address().getPort() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("No leader elected");
        }
    }
}
