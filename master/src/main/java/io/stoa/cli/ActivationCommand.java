package io.stoa.cli;

import com.google.protobuf.Duration;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that says whether an agent is to take new work. */
abstract class ActivationCommand extends CallCommand {

    @Parameters(
            paramLabel = "AGENT",
            description = {
                "The agent's id, its host name, or what its id begins or ends with; of one that is unreachable the whole"
                        + " id."
            })
    private String agent = "";

    abstract Call call(AgentID agentId);

    @Override
    final Call call(HttpEndpoint master) {
        return call(
                AgentID.newBuilder().setValue(new AgentName(agent).id(master)).build());
    }

    String agent() {
        return agent;
    }

    @Command(
            name = "drain",
            description = {
                "End what runs on an agent, and let nothing new run there, before its host is taken away.",
                "Its state is 'draining' until every end is acknowledged, then 'drained'."
            })
    static final class Drain extends ActivationCommand {

        @Option(
                names = "--max-grace-period",
                paramLabel = "SECS",
                description = "How long a task may take to end at most. Without it that is up to its kill policy.")
        private Optional<Long> maxGraceSecs = Optional.empty();

        @Option(
                names = "--mark-gone",
                description = "Give the agent up for good when nothing is left there. It ends, and does not come back.")
        private boolean markGone;

        @Override
        Call call(AgentID agentId) {
            Call.DrainAgent.Builder drain =
                    Call.DrainAgent.newBuilder().setAgentId(agentId).setMarkGone(markGone);
            maxGraceSecs.ifPresent(
                    seconds -> drain.setMaxGracePeriod(Duration.newBuilder().setSeconds(seconds)));
            return Call.newBuilder()
                    .setType(Call.Type.DRAIN_AGENT)
                    .setDrainAgent(drain)
                    .build();
        }

        @Override
        String done() {
            return agent() + " is draining";
        }
    }

    @Command(name = "deactivate", description = "Let nothing new run on an agent. What runs there runs on.")
    static final class Deactivate extends ActivationCommand {

        @Override
        Call call(AgentID agentId) {
            return Call.newBuilder()
                    .setType(Call.Type.DEACTIVATE_AGENT)
                    .setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(agentId))
                    .build();
        }

        @Override
        String done() {
            return agent() + " takes nothing new";
        }
    }

    @Command(name = "reactivate", description = "Let an agent that was deactivated, or is drained, take work again.")
    static final class Reactivate extends ActivationCommand {

        @Override
        Call call(AgentID agentId) {
            return Call.newBuilder()
                    .setType(Call.Type.REACTIVATE_AGENT)
                    .setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(agentId))
                    .build();
        }

        @Override
        String done() {
            return agent() + " takes work again";
        }
    }
}
