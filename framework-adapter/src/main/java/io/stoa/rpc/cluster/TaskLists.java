package io.stoa.rpc.cluster;

import io.stoa.proto.v1.ListTasksRequest;
import io.stoa.proto.v1.ListTasksResponse;
import io.stoa.rpc.Requests;
import io.stoa.rpc.entity.TaskMessages;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.TaskState;

/** Answers what lists tasks: a page looks at those of the schedulers that are on it, or of the hosts that are named. */
final class TaskLists {

    private final ClusterSnapshot snapshot;
    private final ListTasksRequest request;
    private final Page<Task> page;
    private final Set<String> schedulers;
    private final Set<String> agents;
    private final Set<String> roles;
    private final Set<TaskState> states;

    private TaskLists(ClusterSnapshot snapshot, ListTasksRequest request) {
        this.snapshot = snapshot;
        this.request = request;
        page = Page.of("tasks", Lists.size(request.hasPageSize(), request.getPageSize()), request.getPageToken());
        Requests.checkCount("scheduler_ids", request.getSchedulerIdsList(), Requests.MAX_IDS);
        Requests.checkCount("agent_ids", request.getAgentIdsList(), Requests.MAX_IDS);
        Requests.checkCount("roles", request.getRolesList(), Requests.MAX_IDS);
        Requests.checkCount("states", request.getStatesList(), Requests.MAX_IDS);
        schedulers = new TreeSet<>(request.getSchedulerIdsList());
        agents = Set.copyOf(request.getAgentIdsList());
        roles = Set.copyOf(request.getRolesList());
        states = Set.copyOf(request.getStatesList());
    }

    static ListTasksResponse answer(ClusterSnapshot snapshot, ListTasksRequest request) {
        return new TaskLists(snapshot, request).answer();
    }

    private ListTasksResponse answer() {
        if (agents.isEmpty() || !schedulers.isEmpty()) {
            addByScheduler();
        } else {
            agents.forEach(id -> add(snapshot.tasksOn(new AgentId(id))));
        }
        ListTasksResponse.Builder response =
                ListTasksResponse.newBuilder().setVersion(snapshot.version().value());
        page.write(task -> TaskMessages.of(task, request.getView()), response::addTasks)
                .ifPresent(response::setNextPageToken);
        return response.build();
    }

    private void addByScheduler() {
        Set<String> ids = schedulers;
        if (ids.isEmpty()) {
            ids = new TreeSet<>();
            for (Framework framework : snapshot.frameworks()) {
                ids.add(framework.id().value());
            }
        }
        for (String id : ids) {
            if (page.wantsParent(id)) {
                add(snapshot.tasksOf(new FrameworkId(id)));
            }
        }
    }

    private void add(Collection<Task> tasks) {
        for (Task task : tasks) {
            Page.Key key =
                    new Page.Key(task.key().frameworkId().value(), task.key().taskId());
            if (page.wants(key) && isWanted(task)) {
                page.add(key, task);
            }
        }
    }

    private boolean isWanted(Task task) {
        return (agents.isEmpty() || agents.contains(task.agentId().value()))
                && (roles.isEmpty() || roles.contains(task.role()))
                && (states.isEmpty() || states.contains(task.state()));
    }
}
