package io.stoa.master.operator.v1;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.stoa.master.operator.AllocatedResources;
import io.stoa.master.operator.ClusterView;
import io.stoa.master.operator.History;
import io.stoa.master.operator.PrintedArray;
import io.stoa.master.operator.PrintedCluster;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;
import org.apache.mesos.v1.master.Protos.Response.GetExecutors;
import org.apache.mesos.v1.master.Protos.Response.GetFrameworks;
import org.apache.mesos.v1.master.Protos.Response.GetTasks;

/** The cluster at one moment, as parts of an answer in one form. */
final class ClusterParts {

    private static final Descriptor AGENTS = GetAgents.getDescriptor();
    private static final Descriptor FRAMEWORKS = GetFrameworks.getDescriptor();
    private static final FieldDescriptor OFFERS = Part.field(GetFrameworks.Framework.getDescriptor(), "offers");
    private static final Descriptor EXECUTORS = GetExecutors.getDescriptor();
    private static final Descriptor TASKS = GetTasks.getDescriptor();

    private final ClusterView view;
    private final PrintedCluster<AllocatedResources> printed;

    /** @param printed in the form that is wanted */
    ClusterParts(ClusterView view, PrintedCluster<AllocatedResources> printed) {
        this.view = view;
        this.printed = printed;
    }

    List<Part> agents() {
        printed.agents().show(view.agents());
        return List.of(
                new Part.Elements(Part.field(AGENTS, "agents"), List.of(printed.agents())),
                new Part.Many(
                        Part.field(AGENTS, "recovered_agents"),
                        view.recovered().stream()
                                .map(agent -> List.<Part>of(new Part.Fields(Messages.info(agent))))
                                .toList()));
    }

    List<Part> frameworks() {
        List<List<Part>> present = new ArrayList<>();
        for (Framework framework : view.frameworks()) {
            present.add(parts(framework));
        }
        List<List<Part>> past = new ArrayList<>();
        for (History.PastFramework each : view.pastFrameworks()) {
            past.add(List.of(new Part.Fields(Messages.past(each.framework(), each.removedMs()))));
        }
        return List.of(
                new Part.Many(Part.field(FRAMEWORKS, "frameworks"), present),
                new Part.Many(Part.field(FRAMEWORKS, "completed_frameworks"), past));
    }

    private List<Part> parts(Framework framework) {
        FrameworkId id = framework.id();
        PrintedCluster.OfFramework<AllocatedResources> own = printed.of(id);
        own.tasks().show(view.tasksOf(id));
        own.executors().show(view.executorsOf(id));
        own.offers().show(view.offersOf(id));
        AllocatedResources used = new AllocatedResources();
        own.tasks().sums().forEach(used::add);
        own.executors().sums().forEach(used::add);
        AllocatedResources offered = new AllocatedResources();
        own.offers().sums().forEach(offered::add);
        List<Part> parts = new ArrayList<>();
        parts.add(new Part.Fields(Messages.of(framework, view.soft())));
        if (own.offers().size() > 0) {
            parts.add(new Part.Elements(OFFERS, List.of(own.offers())));
        }
        parts.add(new Part.Fields(Messages.resources(used, offered, view.soft().offerConstraints(id))));
        return parts;
    }

    List<Part> executors() {
        List<PrintedArray<?, ?>> executors = new ArrayList<>();
        for (Framework framework : view.frameworks()) {
            PrintedCluster.OfFramework<AllocatedResources> own = printed.of(framework.id());
            own.executors().show(view.executorsOf(framework.id()));
            executors.add(own.executors());
        }
        return List.of(new Part.Elements(Part.field(EXECUTORS, "executors"), executors));
    }

    List<Part> tasks() {
        List<PrintedArray<?, ?>> present = new ArrayList<>();
        List<PrintedArray<?, ?>> unreachable = new ArrayList<>();
        List<PrintedArray<?, ?>> completed = new ArrayList<>();
        for (FrameworkId id : frameworkIds()) {
            PrintedCluster.OfFramework<AllocatedResources> own = printed.of(id);
            own.tasks().show(view.tasksOf(id));
            own.unreachableTasks().show(view.unreachableTasksOf(id));
            own.completedTasks().show(view.completedTasksOf(id));
            present.add(own.tasks());
            unreachable.add(own.unreachableTasks());
            completed.add(own.completedTasks());
        }
        return List.of(
                new Part.Elements(Part.field(TASKS, "tasks"), present),
                new Part.Elements(Part.field(TASKS, "unreachable_tasks"), unreachable),
                new Part.Elements(Part.field(TASKS, "completed_tasks"), completed));
    }

    /** Those that are there and those that are gone; all others are forgotten. */
    private List<FrameworkId> frameworkIds() {
        List<FrameworkId> ids = new ArrayList<>();
        view.frameworks().forEach(framework -> ids.add(framework.id()));
        view.pastFrameworks().forEach(past -> ids.add(past.framework().id()));
        printed.retain(Set.copyOf(ids));
        return ids;
    }
}
