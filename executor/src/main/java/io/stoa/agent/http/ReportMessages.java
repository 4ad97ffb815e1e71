package io.stoa.agent.http;

import io.stoa.agent.executor.ExecutorView;
import io.stoa.agent.task.TaskView;
import io.stoa.v1.TaskMessages;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.agent.Protos.Response;

/** An agent at one moment, as messages of its operator API. */
record ReportMessages(AgentReport agent) {

    Response.GetAgent agentInfo() {
        return Response.GetAgent.newBuilder()
                .setAgentInfo(agent.info().toBuilder()
                        .clearResources()
                        .addAllResources(kept(agent.info().getResourcesList())))
                .build();
    }

    Response.GetState state() {
        return Response.GetState.newBuilder()
                .setGetTasks(tasks())
                .setGetExecutors(executors())
                .setGetFrameworks(frameworks())
                .build();
    }

    Response.GetFrameworks frameworks() {
        Response.GetFrameworks.Builder frameworks = Response.GetFrameworks.newBuilder();
        agent.frameworks().forEach((id, executors) -> {
            FrameworkInfo info = executors.get(executors.size() - 1).framework().toBuilder()
                    .setId(FrameworkID.newBuilder().setValue(id))
                    .build();
            Response.GetFrameworks.Framework.Builder framework =
                    Response.GetFrameworks.Framework.newBuilder().setFrameworkInfo(info);
            if (AgentReport.isCompleted(executors)) {
                frameworks.addCompletedFrameworks(framework);
            } else {
                frameworks.addFrameworks(framework);
            }
        });
        return frameworks.build();
    }

    Response.GetExecutors executors() {
        Response.GetExecutors.Builder executors = Response.GetExecutors.newBuilder();
        for (ExecutorView each : agent.executors()) {
            Response.GetExecutors.Executor.Builder executor = Response.GetExecutors.Executor.newBuilder()
                    .setExecutorInfo(each.info().toBuilder()
                            .clearResources()
                            .addAllResources(kept(each.info().getResourcesList())));
            if (each.isCompleted()) {
                executors.addCompletedExecutors(executor);
            } else {
                executors.addExecutors(executor);
            }
        }
        return executors.build();
    }

    Response.GetTasks tasks() {
        Response.GetTasks.Builder tasks = Response.GetTasks.newBuilder();
        for (ExecutorView executor : agent.executors()) {
            for (TaskView view : executor.tasks()) {
                Task task = message(executor, view);
                if (view.isCompleted()) {
                    tasks.addCompletedTasks(task);
                } else if (view.state() == TaskState.TASK_STAGING) {
                    tasks.addQueuedTasks(task);
                } else {
                    tasks.addLaunchedTasks(task);
                }
            }
        }
        return tasks.build();
    }

    private static Task message(ExecutorView executor, TaskView view) {
        List<TaskStatus> statuses = view.statuses();
        return TaskMessages.of(
                view.task().toBuilder()
                        .clearResources()
                        .addAllResources(kept(view.task().getResourcesList()))
                        .build(),
                new TaskMessages.Place(
                        executor.run().frameworkId(),
                        executor.idInTasks(),
                        executor.run().agentId()),
                view.state(),
                statuses,
                statuses.isEmpty() ? Optional.empty() : Optional.of(statuses.get(statuses.size() - 1)));
    }

    /** As agents of Mesos keep resources and show them to operators: all of a reservation is in the list of them. */
    @SuppressWarnings("deprecation") // What the list has taken the place of.
    private static List<Resource> kept(List<Resource> resources) {
        return resources.stream()
                .map(resource ->
                        resource.toBuilder().clearRole().clearReservation().build())
                .toList();
    }
}
