package io.stoa.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.Containers;
import io.stoa.agent.container.LiveContainer;
import io.stoa.agent.executor.ExecutorView;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.MediaType;
import io.stoa.proto.json.MesosJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.Response;
import org.apache.mesos.v1.agent.Protos.Response.GetContainers.Container;
import org.jspecify.annotations.Nullable;

/** What containers there are, and what they use: GET_CONTAINERS, {@code /containers}, {@code /monitor/statistics}. */
final class ContainersReport {

    private final AgentSource agent;
    private final ContainerUsage usage;
    private final Executor blocking;

    /** @param blocking where the usage is asked for */
    ContainersReport(AgentSource agent, ContainerUsage usage, Executor blocking) {
        this.agent = agent;
        this.usage = usage;
        this.blocking = blocking;
    }

    /**
     * A container that is there.
     *
     * @param info of the executor that it is of
     */
    private record Shown(LiveContainer container, Optional<ExecutorInfo> info) {}

    CompletableFuture<HttpResponse> answer(Call.GetContainers call, MediaType accepted) {
        return agent.report()
                .thenApplyAsync(
                        report -> {
                            List<Shown> shown = new ArrayList<>(executors(report, executor -> true));
                            shown.addAll(others(report, call.getShowNested(), call.getShowStandalone()));
                            Map<ContainerId, ResourceStatistics> used = used(shown);
                            Response.GetContainers.Builder containers = Response.GetContainers.newBuilder();
                            shown.forEach(each -> containers.addContainers(message(each, used)));
                            return accepted.answer(Response.newBuilder()
                                    .setType(Response.Type.GET_CONTAINERS)
                                    .setGetContainers(containers)
                                    .build());
                        },
                        blocking);
    }

    private Map<ContainerId, ResourceStatistics> used(List<Shown> shown) {
        try {
            return usage.of(shown.stream().map(each -> each.container().id()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException("what containers use", e);
        }
    }

    private static Container message(Shown shown, Map<ContainerId, ResourceStatistics> used) {
        ContainerId id = shown.container().id();
        Container.Builder container = Container.newBuilder()
                // As Mesos, which shows the parent in the status only.
                .setContainerId(ContainerID.newBuilder().setValue(id.value()))
                .setContainerStatus(status(shown.container()));
        shown.info()
                .ifPresent(info -> container
                        .setFrameworkId(info.getFrameworkId())
                        .setExecutorId(info.getExecutorId())
                        .setExecutorName(info.getName()));
        ResourceStatistics statistics = used.get(id);
        return statistics == null
                ? container.build()
                : container.setResourceStatistics(statistics).build();
    }

    /** Addresses that are the host's own are not a container's. */
    private static ContainerStatus status(LiveContainer container) {
        boolean onHost = container
                .spec()
                .workload()
                .container()
                .map(info -> info.getType() == ContainerInfo.Type.MESOS && info.getNetworkInfosCount() == 0)
                .orElse(true);
        return onHost ? container.status().toBuilder().clearNetworkInfos().build() : container.status();
    }

    private List<Shown> executors(AgentReport report, Predicate<ExecutorView> wanted) {
        return report.executors().stream()
                .filter(executor -> !executor.isCompleted() && wanted.test(executor))
                .flatMap(executor -> containers()
                        .find(ContainerId.of(executor.run().containerId()))
                        .map(container -> new Shown(container, Optional.of(executor.info())))
                        .stream())
                .toList();
    }

    private List<Shown> others(AgentReport report, boolean nested, boolean standalone) {
        Set<String> executors = new HashSet<>();
        report.executors().forEach(executor -> executors.add(executor.run().containerId()));
        return containers().all().stream()
                .filter(LiveContainer::isLive)
                .filter(container -> container.id().parent().isPresent()
                        ? nested
                        : standalone && !executors.contains(container.id().value()))
                .map(container -> new Shown(container, Optional.empty()))
                .toList();
    }

    private Containers containers() {
        return agent.containers();
    }

    /** {@code /containers}. */
    HttpHandler containersEndpoint() {
        return (request, reply) -> {
            Optional<String> container = request.parameter("container_id");
            Optional<String> framework = request.parameter("framework_id");
            Optional<String> executor = request.parameter("executor_id");
            if ((container.isPresent() && (executor.isPresent() || framework.isPresent()))
                    || (executor.isPresent() && framework.isEmpty())) {
                reply.send(HttpResponse.text(
                        400,
                        "Supported query parameters are container_id only, framework_id only, or executor_id and"
                                + " framework_id only"));
                return;
            }
            print(selected(request), true, reply);
        };
    }

    /** {@code /monitor/statistics}. */
    HttpHandler statisticsEndpoint() {
        return (request, reply) -> print(executor -> true, false, reply);
    }

    private static Predicate<ExecutorView> selected(HttpRequest request) {
        Map<String, Function<ExecutorView, String>> parameters = Map.of(
                "container_id", executor -> executor.run().containerId(),
                "framework_id", executor -> executor.run().frameworkId(),
                "executor_id", executor -> executor.run().executorId());
        return executor -> parameters.entrySet().stream()
                .allMatch(parameter -> request.parameter(parameter.getKey())
                        .map(value -> value.equals(parameter.getValue().apply(executor)))
                        .orElse(true));
    }

    private void print(Predicate<ExecutorView> wanted, boolean whole, HttpReply reply) {
        agent.report()
                .thenApplyAsync(report -> print(executors(report, wanted), whole), blocking)
                .whenComplete((response, failure) -> reply.send(
                        failure == null
                                ? response
                                : HttpResponse.text(500, "No containers: " + failure.getMessage() + "\n")));
    }

    private HttpResponse print(List<Shown> shown, boolean whole) {
        Map<ContainerId, ResourceStatistics> used = used(shown);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = MesosJson.generator(bytes)) {
            out.writeStartArray();
            for (Shown each : shown) {
                write(each, used.get(each.container().id()), whole, out);
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
        return HttpResponse.json(bytes.toByteArray());
    }

    /** The fields are sorted, as Mesos has them there. */
    private static void write(Shown shown, @Nullable ResourceStatistics statistics, boolean whole, JsonGenerator out)
            throws IOException {
        ExecutorInfo info = shown.info().orElseThrow();
        ContainerSpec spec = shown.container().spec();
        out.writeStartObject();
        if (whole) {
            out.writeStringField("container_id", spec.containerId());
        }
        out.writeStringField("executor_id", info.getExecutorId().getValue());
        out.writeStringField("executor_name", info.getName());
        out.writeStringField("framework_id", info.getFrameworkId().getValue());
        out.writeStringField("source", ExecutorView.source(info));
        if (statistics != null) {
            out.writeFieldName("statistics");
            MesosJson.writeSorted(statistics, out);
        }
        if (whole) {
            out.writeFieldName("status");
            MesosJson.writeSorted(status(shown.container()), out);
        }
        out.writeEndObject();
    }
}
