package io.stoa.master.operator.v1;

import io.stoa.master.operator.Fragments;
import io.stoa.master.operator.PrintedBeside;
import io.stoa.state.model.Agent;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Task;
import java.util.List;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;

/** What was printed in one form: most of it is in the next answer, too. For one thread at a time. */
final class PrintedMessages {

    private final Form form;
    private final Fragments<Task, byte[]> tasks = new Fragments<>();
    private final Fragments<Executor, byte[]> executors = new Fragments<>();
    private final PrintedBeside<Agent, Beside> agents = new PrintedBeside<>();

    PrintedMessages(Form form) {
        this.form = form;
    }

    /** What is shown of an agent and is not the agent's. */
    record Beside(List<Offer> offers, boolean connected) {}

    Form form() {
        return form;
    }

    void begin() {
        tasks.begin();
        executors.begin();
        agents.begin();
    }

    void end() {
        tasks.end();
        executors.end();
        agents.end();
    }

    byte[] of(Task task) {
        byte[] known = tasks.find(task);
        return known != null ? known : tasks.keep(task, form.print(Messages.of(task)));
    }

    byte[] of(Executor executor) {
        byte[] known = executors.find(executor);
        return known != null ? known : executors.keep(executor, form.print(Messages.of(executor)));
    }

    byte[] of(Agent agent, Beside beside, Supplier<GetAgents.Agent> message) {
        return agents.of(agent, beside, () -> form.print(message.get()));
    }
}
