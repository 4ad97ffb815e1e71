package io.stoa.agent.http;

import com.google.protobuf.ByteString;
import io.stoa.flags.LoggingLevel;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.MediaType;
import io.stoa.http.files.FileCalls;
import io.stoa.v1.ServerMessages;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;

/** What an agent says of its program: health, version, flags, figures, log level, files. */
final class AboutCalls {

    private static final CompletableFuture<HttpResponse> DONE =
            CompletableFuture.completedFuture(HttpResponse.empty(200));

    private final AgentSource agent;
    private final Map<String, String> flags;
    private final LoggingLevel logging;
    private final FileCalls files;

    AboutCalls(AgentSource agent, Map<String, String> flags, LoggingLevel logging, FileCalls files) {
        this.agent = agent;
        this.flags = flags;
        this.logging = logging;
        this.files = files;
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.GET_HEALTH, (call, accepted) -> show(health(), accepted),
                Call.Type.GET_VERSION, (call, accepted) -> show(version(), accepted),
                Call.Type.GET_FLAGS, (call, accepted) -> show(flags(), accepted),
                Call.Type.GET_METRICS, (call, accepted) -> metrics(accepted),
                Call.Type.GET_LOGGING_LEVEL, (call, accepted) -> show(loggingLevel(), accepted),
                Call.Type.SET_LOGGING_LEVEL, (call, accepted) -> setLoggingLevel(call.getSetLoggingLevel()),
                Call.Type.LIST_FILES, (call, accepted) -> list(call.getListFiles(), accepted),
                Call.Type.READ_FILE, (call, accepted) -> read(call.getReadFile(), accepted),
                // There is no store of images that could be pruned: Docker keeps its own.
                Call.Type.PRUNE_IMAGES, (call, accepted) -> DONE);
    }

    private static CompletableFuture<HttpResponse> show(Response.Builder response, MediaType accepted) {
        return CompletableFuture.completedFuture(accepted.answer(response.build()));
    }

    private static Response.Builder of(Response.Type type) {
        return Response.newBuilder().setType(type);
    }

    private static Response.Builder health() {
        return of(Response.Type.GET_HEALTH)
                .setGetHealth(Response.GetHealth.newBuilder().setHealthy(true));
    }

    private static Response.Builder version() {
        return of(Response.Type.GET_VERSION)
                .setGetVersion(Response.GetVersion.newBuilder().setVersionInfo(ServerMessages.version()));
    }

    private Response.Builder flags() {
        return of(Response.Type.GET_FLAGS)
                .setGetFlags(Response.GetFlags.newBuilder().addAllFlags(ServerMessages.flags(flags)));
    }

    private CompletableFuture<HttpResponse> metrics(MediaType accepted) {
        return agent.figures()
                .thenApply(figures -> accepted.answer(of(Response.Type.GET_METRICS)
                        .setGetMetrics(Response.GetMetrics.newBuilder().addAllMetrics(ServerMessages.metrics(figures)))
                        .build()));
    }

    private Response.Builder loggingLevel() {
        return of(Response.Type.GET_LOGGING_LEVEL)
                .setGetLoggingLevel(Response.GetLoggingLevel.newBuilder().setLevel(logging.level()));
    }

    private CompletableFuture<HttpResponse> setLoggingLevel(Call.SetLoggingLevel call) {
        long ms = TimeUnit.NANOSECONDS.toMillis(call.getDuration().getNanoseconds());
        logging.set(call.getLevel(), Math.max(0, ms));
        return DONE;
    }

    private CompletableFuture<HttpResponse> list(Call.ListFiles call, MediaType accepted) {
        return files.list(
                call.getPath(),
                infos -> accepted.answer(of(Response.Type.LIST_FILES)
                        .setListFiles(Response.ListFiles.newBuilder().addAllFileInfos(infos))
                        .build()));
    }

    private CompletableFuture<HttpResponse> read(Call.ReadFile call, MediaType accepted) {
        return files.read(
                call.getPath(),
                call.getOffset(),
                call.hasLength() ? OptionalLong.of(call.getLength()) : OptionalLong.empty(),
                (size, data) -> accepted.answer(of(Response.Type.READ_FILE)
                        .setReadFile(
                                Response.ReadFile.newBuilder().setSize(size).setData(ByteString.copyFrom(data)))
                        .build()));
    }
}
