package io.stoa.master.operator.v1;

import io.stoa.master.operator.OperatorContext;
import io.stoa.v1.ServerMessages;
import java.util.Map;
import java.util.SortedMap;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;

/** What a master says of itself. */
final class MasterCalls {

    /** Mesos' INFO. */
    private static final int LOGGING_LEVEL = 0;

    private final OperatorContext context;

    MasterCalls(OperatorContext context) {
        this.context = context;
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.GET_HEALTH, (call, form) -> form.show(health()),
                Call.Type.GET_VERSION, (call, form) -> form.show(version()),
                Call.Type.GET_FLAGS, (call, form) -> form.show(flags()),
                Call.Type.GET_METRICS,
                        (call, form) -> new CallAnswer.Said(
                                context.figures().thenApply(figures -> form.whole(metrics(figures)))),
                Call.Type.GET_LOGGING_LEVEL, (call, form) -> form.show(loggingLevel()),
                Call.Type.GET_MASTER, (call, form) -> form.show(master()));
    }

    private static Response health() {
        return Response.newBuilder()
                .setType(Response.Type.GET_HEALTH)
                .setGetHealth(Response.GetHealth.newBuilder().setHealthy(true))
                .build();
    }

    private static Response version() {
        return Response.newBuilder()
                .setType(Response.Type.GET_VERSION)
                .setGetVersion(Response.GetVersion.newBuilder().setVersionInfo(ServerMessages.version()))
                .build();
    }

    private Response flags() {
        return Response.newBuilder()
                .setType(Response.Type.GET_FLAGS)
                .setGetFlags(Response.GetFlags.newBuilder()
                        .addAllFlags(ServerMessages.flags(context.facts().flags())))
                .build();
    }

    private static Response metrics(SortedMap<String, Double> figures) {
        return Response.newBuilder()
                .setType(Response.Type.GET_METRICS)
                .setGetMetrics(Response.GetMetrics.newBuilder().addAllMetrics(ServerMessages.metrics(figures)))
                .build();
    }

    private static Response loggingLevel() {
        return Response.newBuilder()
                .setType(Response.Type.GET_LOGGING_LEVEL)
                .setGetLoggingLevel(Response.GetLoggingLevel.newBuilder().setLevel(LOGGING_LEVEL))
                .build();
    }

    private Response master() {
        return Response.newBuilder()
                .setType(Response.Type.GET_MASTER)
                .setGetMaster(Response.GetMaster.newBuilder()
                        .setMasterInfo(context.facts().info())
                        .setStartTime(context.facts().startedMs() / 1000.0)
                        .setElectedTime(context.facts().electedMs() / 1000.0))
                .build();
    }
}
