package io.stoa.rpc.cluster;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.ListAgentsRequest;
import io.stoa.proto.v1.ListAgentsResponse;
import io.stoa.proto.v1.ListRolesRequest;
import io.stoa.proto.v1.ListRolesResponse;
import io.stoa.proto.v1.ListSchedulersRequest;
import io.stoa.proto.v1.ListSchedulersResponse;
import io.stoa.proto.v1.Scheduler;
import io.stoa.rpc.Requests;
import io.stoa.rpc.ScalarAmounts;
import io.stoa.rpc.entity.AgentMessages;
import io.stoa.rpc.entity.RoleMessages;
import io.stoa.rpc.entity.SchedulerMessages;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.resources.Resources;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Resource;

/** Answers what lists hosts, schedulers and roles: each page looks at all of them. Nothing is kept between pages. */
final class Lists {

    private final ClusterDesk desk;
    private final ClusterSnapshot snapshot;

    Lists(ClusterDesk desk) {
        this.desk = desk;
        snapshot = desk.snapshots().get();
    }

    ListAgentsResponse agents(ListAgentsRequest request) {
        Page<io.stoa.state.model.Agent> page =
                Page.of("agents", size(request.hasPageSize(), request.getPageSize()), request.getPageToken());
        Requests.checkCount("attributes", request.getAttributesList(), Requests.MAX_IDS);
        Resources free = resources(request.getFreeList());
        Optional<AgentStatus> status = status(request);
        Set<Attribute> attributes = new HashSet<>(request.getAttributesList());
        for (io.stoa.state.model.Agent agent : snapshot.agents()) {
            Page.Key key = new Page.Key("", agent.id().value());
            if (page.wants(key)
                    && status.map(agent.status()::equals).orElse(true)
                    && (attributes.isEmpty() || new HashSet<>(agent.info().getAttributesList()).containsAll(attributes))
                    && (free.isEmpty() || agent.free().contains(free))) {
                page.add(key, agent);
            }
        }
        ListAgentsResponse.Builder response = ListAgentsResponse.newBuilder().setVersion(version());
        page.write(AgentMessages::whole, response::addAgents).ifPresent(response::setNextPageToken);
        return response.build();
    }

    private static Optional<AgentStatus> status(ListAgentsRequest request) {
        if (!request.hasState()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (request.getState()) {
                    case REGISTERED -> AgentStatus.REGISTERED;
                    case UNREACHABLE -> AgentStatus.UNREACHABLE;
                    case UNKNOWN ->
                        throw Requests.invalid(
                                "state: " + Agent.State.UNKNOWN + " (expected: REGISTERED, UNREACHABLE)");
                });
    }

    private static Resources resources(List<Resource> wanted) {
        Requests.checkCount("free", wanted, Requests.MAX_IDS);
        for (int i = 0; i < wanted.size(); i++) {
            String field = "free[" + i + "]: ";
            invalidity(wanted.get(i)).ifPresent(why -> {
                throw Requests.invalid(field + why);
            });
        }
        return Resources.of(wanted);
    }

    private static Optional<String> invalidity(Resource resource) {
        Optional<String> amount = resource.hasScalar()
                ? ScalarAmounts.invalidity(
                        resource.getName(), resource.getScalar().getValue())
                : Optional.empty();
        return amount.or(() -> Resources.invalidity(resource));
    }

    ListSchedulersResponse schedulers(ListSchedulersRequest request) {
        Page<Framework> page =
                Page.of("schedulers", size(request.hasPageSize(), request.getPageSize()), request.getPageToken());
        Requests.checkCount("roles", request.getRolesList(), Requests.MAX_IDS);
        Set<String> roles = Set.copyOf(request.getRolesList());
        for (Framework framework : snapshot.frameworks()) {
            Page.Key key = new Page.Key("", framework.id().value());
            if (page.wants(key)
                    && (roles.isEmpty() || !Collections.disjoint(roles, FrameworkRoles.of(framework.info())))
                    && (!request.hasConnected() || request.getConnected() == isConnected(framework))) {
                page.add(key, framework);
            }
        }
        ListSchedulersResponse.Builder response =
                ListSchedulersResponse.newBuilder().setVersion(version());
        page.write(
                        framework -> SchedulerMessages.described(
                                framework,
                                desk.doors().apply(framework.id()),
                                snapshot.tasksOf(framework.id()).size()),
                        response::addSchedulers)
                .ifPresent(response::setNextPageToken);
        return response.build();
    }

    private boolean isConnected(Framework framework) {
        return desk.doors().apply(framework.id()) != Scheduler.Door.NONE;
    }

    ListRolesResponse roles(ListRolesRequest request) {
        Page<String> page =
                Page.of("roles", size(request.hasPageSize(), request.getPageSize()), request.getPageToken());
        KnownRoles.of(snapshot).all().forEach(role -> page.add(new Page.Key("", role), role));
        ListRolesResponse.Builder response = ListRolesResponse.newBuilder().setVersion(version());
        page.write(
                        role -> RoleMessages.described(
                                role,
                                snapshot.roleSettings(),
                                snapshot.roleSums().consumed(role)),
                        response::addRoles)
                .ifPresent(response::setNextPageToken);
        return response.build();
    }

    private long version() {
        return snapshot.version().value();
    }

    static Optional<Integer> size(boolean isSaid, int size) {
        return isSaid ? Optional.of(size) : Optional.empty();
    }
}
