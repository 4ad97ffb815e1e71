package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.quota.Protos.QuotaRequest;

/** Mesos' v0 endpoints {@code /weights} and {@code /quota}. */
final class RoleEndpoints {

    private static final String QUOTA = "/master/quota";

    private final RoleDesk desk;

    RoleEndpoints(RoleDesk desk) {
        this.desk = desk;
    }

    /** Handlers by path. */
    Map<String, HttpHandler> handlers(Answers answers) {
        return Map.of("/weights", answers.later(this::weights), "/quota", answers.later(this::quota));
    }

    private CompletableFuture<HttpResponse> weights(HttpRequest request) {
        return switch (request.method()) {
            case "GET" -> shown(HttpResponse.json(weights().getBytes(UTF_8)));
            case "PUT" -> updateWeights(request);
            default -> shown(HttpResponse.methodNotAllowed(List.of("GET", "PUT"), request.method()));
        };
    }

    /** Fields in the order of their names, as everything that Mesos puts into a JSON object first. */
    private String weights() {
        return desk.weights().stream()
                .map(weight -> new String(MesosJson.printSorted(weight), UTF_8))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private CompletableFuture<HttpResponse> updateWeights(HttpRequest request) {
        try {
            return desk.update(MesosJson.parseArray(request.body(), WeightInfo.getDefaultInstance()));
        } catch (MesosJsonException e) {
            return refused(
                    "Failed to parse update weights request JSON",
                    "Failed to convert weights JSON array to protobuf",
                    '[',
                    request,
                    e);
        }
    }

    private CompletableFuture<HttpResponse> quota(HttpRequest request) {
        return switch (request.method()) {
            case "GET" -> shown(HttpResponse.json(MesosJson.print((Message) desk.quotas())));
            case "POST" -> setQuota(request);
            case "DELETE" -> removeQuota(request);
            default -> shown(HttpResponse.methodNotAllowed(List.of("GET", "POST", "DELETE"), request.method()));
        };
    }

    private CompletableFuture<HttpResponse> setQuota(HttpRequest request) {
        try {
            return desk.set(
                    MesosJson.parse(request.body(), QuotaRequest.newBuilder()).build());
        } catch (MesosJsonException e) {
            return refused(
                    "Failed to parse set quota request JSON",
                    "Failed to validate set quota request JSON",
                    '{',
                    request,
                    e);
        }
    }

    /** The path counts with the name of the process, whether the request has it or not. */
    private CompletableFuture<HttpResponse> removeQuota(HttpRequest request) {
        String path = request.path().startsWith(QUOTA) ? request.path() : "/master" + request.path();
        String role = path.substring(QUOTA.length()).replaceFirst("^/+", "");
        return role.isEmpty()
                ? Commits.refused(
                        400,
                        "Failed to parse remove quota request for path '" + path
                                + "': expected 3 tokens, found 2 tokens")
                : desk.remove(role, Optional.of(path));
    }

    /** @param begin of a text of the right kind */
    private static CompletableFuture<HttpResponse> refused(
            String unparsed, String unconverted, char begin, HttpRequest request, MesosJsonException cause) {
        String body = new String(request.body(), UTF_8);
        boolean isOfKind = body.strip().indexOf(begin) == 0;
        String text = cause.step() == MesosJsonException.Step.CONVERT && isOfKind ? unconverted : unparsed;
        String what = cause.step() == MesosJsonException.Step.CONVERT && !isOfKind
                ? "Unexpected JSON type parsed"
                : cause.getMessage();
        return Commits.refused(400, text + " '" + body + "': " + what);
    }

    private static CompletableFuture<HttpResponse> shown(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
