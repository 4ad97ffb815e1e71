package io.stoa.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.journal.Change;
import io.stoa.proto.journal.Transaction;
import io.stoa.state.journal.ChangeCodec;
import io.stoa.state.journal.EntryCodec;
import io.stoa.state.journal.SnapshotCodec;
import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Executor;
import io.stoa.state.model.RoleSums;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.Author;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictDetector;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMachine;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HistoryProperties {

    @Provide
    Arbitrary<List<StateTransaction>> histories() {
        return RandomHistories.histories();
    }

    @Property(tries = 300)
    void replayedJournalEqualsLiveState(@ForAll("histories") List<StateTransaction> history) throws Exception {
        ClusterState live = ClusterState.EMPTY;
        ClusterState replayed = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            Decision decision = decide(live, transaction);
            if (!decision.changes().isEmpty()) {
                byte[] entry =
                        EntryCodec.encode(decision.after().version(), List.of(ChangeCodec.encode(decision.changes())));
                replayed = EntryCodec.replay(replayed, entry);
            }
            live = decision.after();
        }
        assertThat(replayed).isEqualTo(live);
        assertThat(replayed.roleSums()).isEqualTo(live.roleSums());
    }

    @Property(tries = 300)
    void noAgentIsOverCommittedAndEverySumIsTrue(@ForAll("histories") List<StateTransaction> history) {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            state = decide(state, transaction).after();
            int tasks = 0;
            for (Agent agent : state.agents()) {
                assertThat(agent.total().contains(agent.claimed())).isTrue();
                assertThat(agent.claimed()).isEqualTo(heldOn(agent, state));
                tasks += state.tasksOn(agent.id()).size();
            }
            assertThat(tasks)
                    .isEqualTo(state.taskCount())
                    .isEqualTo(state.tasks().size());
        }
    }

    @Property(tries = 300)
    void sumsOfRolesAreThoseOfACount(@ForAll("histories") List<StateTransaction> history) {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            state = decide(state, transaction).after();
            CountedRoles counted = CountedRoles.of(state, RandomHistories.ROLES);
            RoleSums sums = state.roleSums();
            for (String role : RandomHistories.ROLES) {
                assertThat(sums.usage(role)).as(role).isEqualTo(counted.usage(role));
                assertThat(sums.consumed(role)).as(role).isEqualTo(counted.consumed(role));
            }
            assertThat(sums.capacity()).isEqualTo(counted.capacity());
            assertThat(sums.free()).isEqualTo(counted.free());
            assertThat(sums.owed()).isEqualTo(counted.owed());
        }
    }

    @Property(tries = 500)
    void claimsKeepWithinLimitsAndSchedulersLeaveWhatOthersArePromised(
            @ForAll("histories") List<StateTransaction> history) {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            RoleSums before = state.roleSums();
            Decision decision = decide(state, transaction);
            state = decision.after();
            RoleSums after = state.roleSums();
            if (!decision.changes().stream().allMatch(HistoryProperties::isClaim)) {
                continue;
            }
            state.roleSettings()
                    .quotas()
                    .forEach((role, quota) -> quota.limits()
                            .milliByName()
                            .forEach((name, most) -> assertThat(
                                            after.consumed(role).milli(name))
                                    .as("%s of %s", name, role)
                                    .isLessThanOrEqualTo(
                                            Math.max(most, before.consumed(role).milli(name)))));
            if (transaction.author().isPresent() && before.free().contains(before.owed())) {
                assertThat(after.free().contains(after.owed()))
                        .as("%s is free, %s is owed", after.free(), after.owed())
                        .isTrue();
            }
        }
    }

    @Property(tries = 300)
    void nothingNewComesToAnAgentThatIsNotActive(@ForAll("histories") List<StateTransaction> history) {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            ClusterState before = state;
            Decision decision = decide(before, transaction);
            state = decision.after();
            List<StateMutation> mutations = transaction.mutations();
            if (mutations.stream().anyMatch(HistoryProperties::bringsBackOrReactivates)) {
                continue;
            }
            for (StateChange change : decision.changes()) {
                if (change instanceof StateChange.TaskClaimed claimed) {
                    Agent agent = before.agent(claimed.task().agentId()).orElse(null);
                    assertThat(agent == null || agent.activation().isActive()).isTrue();
                }
            }
            for (Agent agent : state.agents()) {
                assertThat(agent.activation().isActive() || agent.free().isEmpty())
                        .isTrue();
            }
        }
    }

    private static boolean bringsBackOrReactivates(StateMutation mutation) {
        return mutation instanceof StateMutation.TakeBack
                || mutation instanceof StateMutation.ReactivateAgent
                || mutation instanceof StateMutation.RemoveAgent;
    }

    private static boolean isClaim(StateChange change) {
        return change instanceof StateChange.TaskClaimed
                || change instanceof StateChange.ExecutorClaimed
                || change instanceof StateChange.RequestAnswered;
    }

    private static Decision decide(ClusterState state, StateTransaction transaction) {
        return ConflictDetector.decide(state, RandomHistories.asked(transaction, state));
    }

    private static Resources heldOn(Agent agent, ClusterState state) {
        Resources held = Resources.EMPTY;
        for (Task task : state.tasksOn(agent.id())) {
            held = task.isTerminal() ? held : held.plus(task.resources());
        }
        for (Executor executor : state.executorsOn(agent.id())) {
            held = held.plus(executor.resources());
        }
        return held;
    }

    @Property(tries = 300)
    void changesAreReadBackEqual(@ForAll("histories") List<StateTransaction> history) throws Exception {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            Decision decision = decide(state, transaction);
            Transaction record =
                    Transaction.parseFrom(ChangeCodec.encode(decision.changes()).toByteArray());
            List<StateChange> read = new ArrayList<>();
            ClusterState walked = state;
            for (Change change : record.getChangesList()) {
                for (StateChange each : ChangeCodec.decode(change, walked)) {
                    read.add(each);
                    walked = StateMachine.apply(walked, each, decision.after().version());
                }
            }
            assertThat(read).containsExactlyInAnyOrderElementsOf(decision.changes());
            assertThat(walked.at(decision.after().version())).isEqualTo(decision.after());
            state = decision.after();
        }
    }

    @Property(tries = 200)
    void snapshotIsReadBackEqual(@ForAll("histories") List<StateTransaction> history) throws Exception {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            state = decide(state, transaction).after();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SnapshotCodec.write(state, bytes);

        ClusterState read = SnapshotCodec.read(new ByteArrayInputStream(bytes.toByteArray()));
        assertThat(read).isEqualTo(state);
        assertThat(read.roleSums()).isEqualTo(state.roleSums());
    }

    @Property(tries = 300)
    void allOrNothingNeverCommitsAPart(@ForAll("histories") List<StateTransaction> history) {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            Decision decision = decide(state, transaction);
            if (transaction.mode() == CommitMode.ALL_OR_NOTHING
                    && !decision.conflicts().isEmpty()) {
                assertThat(decision.changes()).isEmpty();
                assertThat(decision.after()).isEqualTo(state);
            }
            state = decision.after();
        }
    }

    @Property(tries = 300)
    void whatIsAskedOnceMoreWithItsKeyChangesNothing(@ForAll("histories") List<StateTransaction> history) {
        ClusterState state = ClusterState.EMPTY;
        for (StateTransaction transaction : history) {
            StateTransaction asked = RandomHistories.asked(transaction, state);
            Decision first = ConflictDetector.decide(state, asked);
            state = first.after();
            Author author = asked.author().orElse(null);
            boolean isThere = author != null
                    && state.framework(author.frameworkId())
                            .filter(framework -> framework.generation().equals(author.generation()))
                            .isPresent();
            if (asked.key().isPresent() && isThere && first.result() instanceof CommitResult.Committed committed) {
                Decision second = ConflictDetector.decide(state, asked);
                assertThat(second.after()).isSameAs(state);
                assertThat(second.result())
                        .isEqualTo(new CommitResult.Repeated(
                                committed.version(), committed.conflicts().keySet()));
            }
        }
    }
}
