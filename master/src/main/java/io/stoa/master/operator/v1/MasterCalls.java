package io.stoa.master.operator.v1;

import io.stoa.master.operator.OperatorContext;
import io.stoa.proto.mesos.MesosVersion;
import io.stoa.v0.BuildFacts;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Flag;
import org.apache.mesos.v1.Protos.Metric;
import org.apache.mesos.v1.Protos.VersionInfo;
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
                .setGetVersion(Response.GetVersion.newBuilder()
                        .setVersionInfo(VersionInfo.newBuilder()
                                .setVersion(MesosVersion.EMULATED)
                                .setBuildDate(BuildFacts.date())
                                .setBuildTime(BuildFacts.timeS())
                                .setBuildUser("")))
                .build();
    }

    private Response flags() {
        Response.GetFlags.Builder flags = Response.GetFlags.newBuilder();
        new TreeMap<>(context.facts().flags())
                .forEach((name, value) ->
                        flags.addFlags(Flag.newBuilder().setName(name).setValue(value)));
        return Response.newBuilder()
                .setType(Response.Type.GET_FLAGS)
                .setGetFlags(flags)
                .build();
    }

    /** All of them: none takes so long that a timeout would matter. */
    private static Response metrics(SortedMap<String, Double> figures) {
        Response.GetMetrics.Builder metrics = Response.GetMetrics.newBuilder();
        figures.forEach((name, value) ->
                metrics.addMetrics(Metric.newBuilder().setName(name).setValue(value)));
        return Response.newBuilder()
                .setType(Response.Type.GET_METRICS)
                .setGetMetrics(metrics)
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
