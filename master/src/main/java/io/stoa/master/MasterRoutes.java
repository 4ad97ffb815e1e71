package io.stoa.master;

import io.stoa.detector.LeadingMaster;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.files.FileEndpoints;
import io.stoa.v0.HelpEndpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * What a master serves. One that leads serves everything; one that does not answers about itself and sends everybody
 * else to the leader.
 */
final class MasterRoutes {

    static final String PROCESS = "master";

    private final Supplier<Optional<LeadingMaster>> leader;
    private final Predicate<MasterInfo> isThis;
    private final Map<String, HttpHandler> aboutItself;
    private final FileEndpoints files;
    private final Map<String, UnaryOperator<HttpHandler>> guards;

    /**
     * @param leader who leads, as far as this master knows
     * @param isThis whether a leader is this master
     * @param aboutItself what every master answers by itself
     * @param files of this master
     * @param guards by the paths that are only for those who prove who they are
     */
    MasterRoutes(
            Supplier<Optional<LeadingMaster>> leader,
            Predicate<MasterInfo> isThis,
            Map<String, HttpHandler> aboutItself,
            FileEndpoints files,
            Map<String, UnaryOperator<HttpHandler>> guards) {
        this.leader = leader;
        this.isThis = isThis;
        this.files = files;
        this.guards = Map.copyOf(guards);
        this.aboutItself = Map.copyOf(aboutItself);
    }

    /**
     * What a master answers before it has met ZooKeeper: a client that comes back at once is to try again, not to
     * believe that there is nothing.
     */
    static HttpRoutes starting(Iterable<String> paths) {
        HttpRoutes.Builder routes = HttpRoutes.of(PROCESS);
        for (String path : paths) {
            routes.route(path, (request, reply) -> reply.send(noLeader()));
        }
        return routes.route("/redirect", (request, reply) -> reply.send(noLeader()))
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .build();
    }

    /** @param ofLeader what only the leader answers, by path */
    HttpRoutes leading(Map<String, HttpHandler> ofLeader) {
        HttpRoutes.Builder routes = common();
        ofLeader.forEach((path, handler) -> routes.route(path, guarded(path, handler)));
        return withHelp(routes);
    }

    /** @param paths what only the leader answers */
    HttpRoutes following(Iterable<String> paths) {
        HttpRoutes.Builder routes = common();
        for (String path : paths) {
            routes.route(
                    path,
                    guarded(
                            path,
                            (request, reply) -> reply.send(
                                    isElected()
                                            ? HttpResponse.text(503, "Master has not finished recovery")
                                            : toLeader("/" + PROCESS + withoutProcess(request) + query(request)))));
        }
        return withHelp(routes);
    }

    private HttpHandler guarded(String path, HttpHandler handler) {
        UnaryOperator<HttpHandler> guard = guards.get(path);
        return guard == null ? handler : guard.apply(handler);
    }

    private static HttpRoutes withHelp(HttpRoutes.Builder routes) {
        return routes.global("/help", new HelpEndpoint(PROCESS, routes.paths())).build();
    }

    private HttpRoutes.Builder common() {
        HttpRoutes.Builder routes = files.addTo(HttpRoutes.of(PROCESS));
        aboutItself.forEach(routes::route);
        return routes.route("/redirect", this::redirect);
    }

    private void redirect(HttpRequest request, HttpReply reply) {
        boolean exact = withoutProcess(request).equals("/redirect");
        reply.send(exact ? toLeader("") : HttpResponse.notFound());
    }

    /** To send clients to oneself would keep them going in a circle until the term has begun. */
    private boolean isElected() {
        return leader.get().flatMap(LeadingMaster::info).filter(isThis).isPresent();
    }

    private HttpResponse toLeader(String path) {
        return leader.get()
                .map(master -> HttpResponse.temporaryRedirect("//" + master.hostname() + ":" + master.port() + path))
                .orElseGet(MasterRoutes::noLeader);
    }

    private static HttpResponse noLeader() {
        return HttpResponse.text(503, "No leader elected");
    }

    private static String withoutProcess(HttpRequest request) {
        String prefix = "/" + PROCESS;
        String path =
                request.path().startsWith(prefix + "/") ? request.path().substring(prefix.length()) : request.path();
        try {
            return new URI(null, null, path, null).getRawPath();
        } catch (URISyntaxException e) {
            return "";
        }
    }

    private static String query(HttpRequest request) {
        return request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    }
}
