package io.stoa.v0;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelpEndpointTest {

    private static final HttpHandler NOBODY = (request, reply) -> {};

    private final HttpRoutes.Builder routes = HttpRoutes.of("slave(1)")
            .route("/state", NOBODY)
            .route("/api/v1", NOBODY)
            .global("/files/read", NOBODY)
            .global("/redirect", NOBODY);
    private final HelpEndpoint help = new HelpEndpoint("slave(1)", routes.paths());

    @Test
    void everythingThatIsServedIsNamedOnce() {
        HttpResponse all = ask("/help", "format=json", "");
        assertThat(all.headers()).anyMatch(header -> header.getValue().equals("application/json"));
        assertThat(text(all).replaceAll(",\"text\":\"[^\"]*\"", "")).isEqualTo("""
                        {"processes":[\
                        {"id":"files","endpoints":[{"name":"/read"}]},\
                        {"id":"redirect","endpoints":[{"name":"/"}]},\
                        {"id":"slave(1)","endpoints":[{"name":"/api/v1"},{"name":"/state"}]}]}""");
    }

    @Test
    void pagesLeadToEachOther() {
        assertThat(text(ask("/help", "", "Mozilla"))).contains("<a href=\"/help/slave(1)\">/slave(1)</a>");
        assertThat(text(ask("/help/", "", "Mozilla"))).isEqualTo(text(ask("/help", "", "Mozilla")));
        assertThat(text(ask("/help/slave(1)", "", "Mozilla")))
                .contains("<a href=\"/help/slave(1)/api/v1\">/slave(1)/api/v1</a>");
        assertThat(text(ask("/help/slave(1)/api/v1", "", "Mozilla"))).contains("/slave(1)/api/v1, or /api/v1: ");
        assertThat(text(ask("/help/redirect", "", "Mozilla"))).contains("<a href=\"/help/redirect/\">");
        assertThat(text(ask("/help/redirect/", "", "Mozilla"))).contains("/redirect/: ");
    }

    @Test
    void toolsOfTheCommandLineGetMarkdown() {
        HttpResponse page = ask("/help/files", "", "curl/8.1");
        assertThat(page.headers()).anyMatch(header -> header.getValue().equals("text/x-markdown"));
        assertThat(text(page)).isEqualTo("## /files ##\n> [/files/read](/help/files/read)\n");
    }

    @Test
    void nobodyHelpsWithWhatIsNotThere() {
        for (String path : List.of("/help/nosuch", "/help/nosuch/state", "/help/files/nosuch", "/help/slave(1)/")) {
            assertThat(ask(path, "", "").status()).as(path).isEqualTo(404);
        }
    }

    private HttpResponse ask(String path, String query, String client) {
        HttpHeaders headers = new DefaultHttpHeaders().set("User-Agent", client);
        return help.answer(new HttpRequest("GET", path, query, headers, new byte[0], new InetSocketAddress(0)));
    }

    private static String text(HttpResponse response) {
        return new String(response.body(), UTF_8);
    }
}
