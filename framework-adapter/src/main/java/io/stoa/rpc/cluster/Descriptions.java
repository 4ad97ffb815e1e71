package io.stoa.rpc.cluster;

import io.stoa.proto.v1.DescribeAgentsRequest;
import io.stoa.proto.v1.DescribeAgentsResponse;
import io.stoa.proto.v1.DescribeRolesRequest;
import io.stoa.proto.v1.DescribeRolesResponse;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.DescribeSchedulersResponse;
import io.stoa.proto.v1.DescribeTasksRequest;
import io.stoa.proto.v1.DescribeTasksResponse;
import io.stoa.proto.v1.TaskName;
import io.stoa.rpc.Requests;
import io.stoa.rpc.entity.AgentMessages;
import io.stoa.rpc.entity.RoleMessages;
import io.stoa.rpc.entity.SchedulerMessages;
import io.stoa.rpc.entity.TaskMessages;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;

/** Answers what is asked by id, at a cost that does not depend on how many hosts and tasks there are. */
final class Descriptions {

    /** At once. */
    static final int MAX_IDS = 100;

    private final ClusterDesk desk;
    private final AnswerSize size = new AnswerSize();

    Descriptions(ClusterDesk desk) {
        this.desk = desk;
    }

    DescribeAgentsResponse agents(DescribeAgentsRequest request) {
        Requests.checkCount("agent_ids", request.getAgentIdsList(), MAX_IDS);
        ClusterSnapshot snapshot = desk.snapshots().get();
        DescribeAgentsResponse.Builder response = DescribeAgentsResponse.newBuilder()
                .setVersion(snapshot.version().value());
        for (String id : request.getAgentIdsList()) {
            snapshot.agent(new AgentId(id))
                    .ifPresentOrElse(
                            agent -> response.addAgents(size.counted(AgentMessages.whole(agent))),
                            () -> response.addMissing(id));
        }
        return response.build();
    }

    DescribeTasksResponse tasks(DescribeTasksRequest request) {
        Requests.checkCount("tasks", request.getTasksList(), MAX_IDS);
        ClusterSnapshot snapshot = desk.snapshots().get();
        DescribeTasksResponse.Builder response =
                DescribeTasksResponse.newBuilder().setVersion(snapshot.version().value());
        for (TaskName name : request.getTasksList()) {
            snapshot.task(TaskMessages.key(name))
                    .ifPresentOrElse(
                            task -> response.addTasks(size.counted(TaskMessages.full(task))),
                            () -> response.addMissing(name));
        }
        return response.build();
    }

    DescribeSchedulersResponse schedulers(DescribeSchedulersRequest request) {
        Requests.checkCount("scheduler_ids", request.getSchedulerIdsList(), MAX_IDS);
        ClusterSnapshot snapshot = desk.snapshots().get();
        DescribeSchedulersResponse.Builder response = DescribeSchedulersResponse.newBuilder()
                .setVersion(snapshot.version().value());
        for (String text : request.getSchedulerIdsList()) {
            FrameworkId id = new FrameworkId(text);
            snapshot.framework(id)
                    .ifPresentOrElse(
                            framework -> response.addSchedulers(size.counted(SchedulerMessages.described(
                                    framework,
                                    desk.doors().apply(id),
                                    snapshot.tasksOf(id).size()))),
                            () -> response.addMissing(text));
        }
        return response.build();
    }

    DescribeRolesResponse roles(DescribeRolesRequest request) {
        Requests.checkCount("roles", request.getRolesList(), MAX_IDS);
        ClusterSnapshot snapshot = desk.snapshots().get();
        DescribeRolesResponse.Builder response =
                DescribeRolesResponse.newBuilder().setVersion(snapshot.version().value());
        KnownRoles known = KnownRoles.of(snapshot);
        for (String role : request.getRolesList()) {
            if (known.contains(role)) {
                response.addRoles(RoleMessages.described(
                        role, snapshot.roleSettings(), snapshot.roleSums().consumed(role)));
            } else {
                response.addMissing(role);
            }
        }
        return response.build();
    }
}
