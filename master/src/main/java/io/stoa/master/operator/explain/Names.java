package io.stoa.master.operator.explain;

import io.stoa.master.operator.History;
import io.stoa.master.operator.explain.Subject.Ambiguous;
import io.stoa.master.operator.explain.Subject.OfFramework;
import io.stoa.master.operator.explain.Subject.OfTask;
import io.stoa.master.operator.explain.Subject.Unknown;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * Finds what operators name: a task by its id; a framework by its id, its name, or what its id, and no other, begins or
 * ends with. Those that are over count where nothing present is meant.
 */
final class Names {

    private static final int MAX_NAMED = 3;

    private final ClusterSnapshot snapshot;
    private final History history;
    private final Map<FrameworkId, OfFramework> frameworks = new LinkedHashMap<>();

    Names(ClusterSnapshot snapshot, History history) {
        this.snapshot = snapshot;
        this.history = history;
        history.frameworks()
                .forEach(past ->
                        frameworks.put(past.framework().id(), new OfFramework(past.framework(), past.removedMs())));
        snapshot.frameworks().forEach(framework -> frameworks.put(framework.id(), new OfFramework(framework, 0)));
    }

    /** A framework of that id, present or past. */
    Optional<Framework> framework(FrameworkId id) {
        return Optional.ofNullable(frameworks.get(id)).map(OfFramework::framework);
    }

    /**
     * A framework; never a task.
     *
     * @param text as people type it
     */
    Subject framework(String text) {
        List<OfFramework> found = frameworksNamed(text);
        return switch (found.size()) {
            case 0 -> unknown("framework", text, Stream.of());
            case 1 -> found.get(0);
            default ->
                new Ambiguous("'" + text + "' may be one of several frameworks: "
                        + found.stream()
                                .map(each -> label(each.framework()))
                                .limit(MAX_NAMED)
                                .collect(Collectors.joining(", "))
                        + (found.size() > MAX_NAMED ? " and " + (found.size() - MAX_NAMED) + " more" : ""));
        };
    }

    /**
     * A task; never a framework.
     *
     * @param of the framework it is of, as people type it; empty for any
     */
    Subject task(String id, Optional<String> of) {
        if (of.isEmpty()) {
            return task(id, any -> true);
        }
        Subject framework = framework(of.get());
        return framework instanceof OfFramework known
                ? task(id, key -> key.frameworkId().equals(known.framework().id()))
                : framework;
    }

    private Subject task(String id, Predicate<TaskKey> wanted) {
        List<Task> found =
                tasksNamed(id).filter(task -> wanted.test(task.key())).toList();
        List<Task> active = found.stream().filter(task -> !task.isTerminal()).toList();
        if (active.size() > 1) {
            return new Ambiguous("several frameworks have a task " + id + "; say which framework: "
                    + active.stream()
                            .map(task -> task.key().frameworkId().value())
                            .collect(Collectors.joining(", ")));
        }
        return active.stream()
                .findFirst()
                .or(() -> found.stream().max(Comparator.comparingDouble(Names::lastSeconds)))
                .<Subject>map(OfTask::new)
                .orElseGet(() -> unknown("task", id, tasksLike(id, wanted)));
    }

    /**
     * Whatever is called so; where both a task and a framework are, both. Who names a task as it is called means no
     * framework whose id happens to begin or end so.
     */
    List<Subject> anything(String text) {
        List<Subject> found = new ArrayList<>();
        boolean namesTask = tasksNamed(text).findAny().isPresent();
        if (namesTask) {
            found.add(task(text, any -> true));
        }
        if (!(namesTask ? firstFound(wholeNames(text)) : frameworksNamed(text)).isEmpty()) {
            found.add(framework(text));
        }
        return found.isEmpty() ? List.of(unknown("task and no framework", text, tasksLike(text, any -> true))) : found;
    }

    private static double lastSeconds(Task task) {
        return task.latestStatus().map(TaskStatus::getTimestamp).orElse(0.0);
    }

    private Stream<Task> tasksNamed(String id) {
        return Stream.concat(
                snapshot.frameworks().stream()
                        .flatMap(framework -> snapshot.task(new TaskKey(framework.id(), id)).stream()),
                history.tasksNamed(id).stream());
    }

    private List<OfFramework> frameworksNamed(String text) {
        List<Predicate<Framework>> ways = new ArrayList<>(wholeNames(text));
        if (!text.isEmpty()) {
            ways.add(framework -> framework.id().value().startsWith(text)
                    || framework.id().value().endsWith(text));
        }
        return firstFound(ways);
    }

    private static List<Predicate<Framework>> wholeNames(String text) {
        return List.of(
                framework -> framework.id().value().equals(text),
                framework -> framework.info().getName().equals(text));
    }

    /** Of the first way of naming that fits any, present ones before past ones. */
    private List<OfFramework> firstFound(List<Predicate<Framework>> ways) {
        for (Predicate<Framework> way : ways) {
            List<OfFramework> fitting = frameworks.values().stream()
                    .filter(each -> way.test(each.framework()))
                    .toList();
            List<OfFramework> present =
                    fitting.stream().filter(each -> each.removedMs() == 0).toList();
            if (!fitting.isEmpty()) {
                return present.isEmpty() ? fitting : present;
            }
        }
        return List.of();
    }

    private Stream<String> tasksLike(String text, Predicate<TaskKey> wanted) {
        Likeness likeness = new Likeness(text);
        return Stream.concat(
                        snapshot.tasks().stream(),
                        frameworks.keySet().stream().flatMap(id -> history.tasksOf(id).stream()))
                .map(Task::key)
                .filter(wanted)
                .map(TaskKey::taskId)
                .filter(likeness::isLike)
                .map(id -> "task " + id);
    }

    private Unknown unknown(String kind, String text, Stream<String> tasks) {
        Likeness likeness = new Likeness(text);
        Map<String, String> near = new LinkedHashMap<>();
        frameworks.values().stream()
                .sorted(Comparator.comparing(each -> each.removedMs() > 0))
                .map(OfFramework::framework)
                .forEach(framework -> {
                    String name = framework.info().getName();
                    String id = framework.id().value();
                    if (likeness.isLike(name) || likeness.isLike(id)) {
                        // Of several that are called alike, one is enough to say how the name is written.
                        near.putIfAbsent(likeness.isLike(name) ? name : id, "framework " + label(framework));
                    }
                });
        Set<String> named = Stream.concat(near.values().stream(), tasks)
                .distinct()
                .limit(MAX_NAMED)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return new Unknown("the master knows no " + kind + " " + text
                + (named.isEmpty() ? "" : "; near it: " + String.join(", ", named)));
    }

    private static String label(Framework framework) {
        return framework.info().getName() + " (" + framework.id() + ")";
    }
}
