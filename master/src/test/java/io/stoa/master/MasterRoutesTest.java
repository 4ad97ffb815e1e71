package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.authentication.BasicAuthentication;
import io.stoa.authentication.Credentials;
import io.stoa.detector.LeadingMaster;
import io.stoa.http.HttpCounts;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.http.files.AttachedPaths;
import io.stoa.http.files.FileEndpoints;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class MasterRoutesTest {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/scheduler", "/master/api/v1/scheduler", "/state", "/redirect"})
    void whoComesBeforeThereIsALeaderIsToTryAgain(String path) throws Exception {
        HttpResponse<String> answer = ask(MasterRoutes.starting(MasterEndpoints.LEADERS_PATHS), path);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("No leader elected");
    }

    @Test
    void whoeverDoesNotLeadSendsClientsToWhoDoes() throws Exception {
        HttpResponse<String> answer = ask(following(master("other")), "/master/state?x=1");

        assertThat(answer.statusCode()).isEqualTo(307);
        assertThat(answer.headers().firstValue("Location")).contains("//other:5050/master/state?x=1");
    }

    @Test
    void whoeverIsElectedAndDoesNotServeYetSendsNobodyToItself() throws Exception {
        HttpResponse<String> answer = ask(following(master("this")), "/api/v1/scheduler");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("Master has not finished recovery");
    }

    @Test
    void theRedirectOfAMasterThatIsElectedIsItself() throws Exception {
        HttpResponse<String> answer = ask(following(master("this")), "/redirect");

        assertThat(answer.headers().firstValue("Location")).contains("//this:5050");
    }

    @Test
    void whoHasToProveWhoHeIsHasToBeforeHeIsSentToTheLeader() throws Exception {
        BasicAuthentication guard = new BasicAuthentication("a realm", Credentials.NONE);
        HttpResponse<String> refusal = ask(
                routes(master("other"), Map.of("/state", handler -> guard.guard(handler, new HttpCounts())))
                        .following(MasterEndpoints.LEADERS_PATHS),
                "/master/state");

        assertThat(refusal.statusCode()).isEqualTo(401);
        assertThat(refusal.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"a realm\"");
    }

    private static LeadingMaster master(String name) {
        MasterInfo info =
                MasterInfo.newBuilder().setId(name).setIp(0).setPort(5050).build();
        return new LeadingMaster(name, 5050, name, Optional.of(info));
    }

    private static HttpRoutes following(LeadingMaster leader) {
        return routes(leader, Map.of()).following(MasterEndpoints.LEADERS_PATHS);
    }

    private static MasterRoutes routes(LeadingMaster leader, Map<String, UnaryOperator<HttpHandler>> guards) {
        return new MasterRoutes(
                () -> Optional.of(leader),
                info -> info.getId().equals("this"),
                Map.of(),
                new FileEndpoints(new AttachedPaths()),
                guards);
    }

    private static HttpResponse<String> ask(HttpRoutes routes, String path) throws Exception {
        try (SystemTime time = new SystemTime();
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        routes,
                        List.of(),
                        HttpLimits.STANDARD,
                        time)) {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + server.address().getPort() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }
    }
}
