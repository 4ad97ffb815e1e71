package io.stoa.state.transaction;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Executor;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Operation;
import io.stoa.state.model.RequestKey;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.AcknowledgeOperation;
import io.stoa.state.transaction.StateMutation.AdmitAgent;
import io.stoa.state.transaction.StateMutation.AdmitFramework;
import io.stoa.state.transaction.StateMutation.AdvanceTaskState;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateMutation.ClaimGroup;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import io.stoa.state.transaction.StateMutation.DeactivateAgent;
import io.stoa.state.transaction.StateMutation.DrainAgent;
import io.stoa.state.transaction.StateMutation.FinishDrain;
import io.stoa.state.transaction.StateMutation.Foregone;
import io.stoa.state.transaction.StateMutation.ForgetAgent;
import io.stoa.state.transaction.StateMutation.ForgetUnreachableTask;
import io.stoa.state.transaction.StateMutation.KillTask;
import io.stoa.state.transaction.StateMutation.MarkAgentGone;
import io.stoa.state.transaction.StateMutation.MarkAgentUnreachable;
import io.stoa.state.transaction.StateMutation.ReactivateAgent;
import io.stoa.state.transaction.StateMutation.RemoveAgent;
import io.stoa.state.transaction.StateMutation.RemoveExecutor;
import io.stoa.state.transaction.StateMutation.RemoveFramework;
import io.stoa.state.transaction.StateMutation.RemoveQuota;
import io.stoa.state.transaction.StateMutation.RemoveTask;
import io.stoa.state.transaction.StateMutation.SetQuota;
import io.stoa.state.transaction.StateMutation.TakeBack;
import io.stoa.state.transaction.StateMutation.UpdateFramework;
import io.stoa.state.transaction.StateMutation.UpdateQuotas;
import io.stoa.state.transaction.StateMutation.UpdateTaskStatus;
import io.stoa.state.transaction.StateMutation.UpdateWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

/** Decides transactions. Pure: the same state and the same transaction give the same decision. */
public final class ConflictDetector {

    private final ClusterState head;
    private final StateTransaction transaction;
    private final StateVersion version;
    private final List<StateChange> changes = new ArrayList<>();
    private ClusterState state;

    private ConflictDetector(ClusterState head, StateTransaction transaction) {
        this.head = head;
        this.transaction = transaction;
        this.version = head.version().next();
        this.state = head;
    }

    public static Decision decide(ClusterState head, StateTransaction transaction) {
        Decision ofAuthor = AuthorRules.decide(head, transaction);
        return ofAuthor == null ? new ConflictDetector(head, transaction).decide() : ofAuthor;
    }

    private Decision decide() {
        Map<Integer, Conflict> conflicts = new TreeMap<>();
        List<StateMutation> mutations = transaction.mutations();
        for (int i = 0; i < mutations.size(); i++) {
            Conflict conflict = judge(mutations.get(i));
            if (conflict != null) {
                conflicts.put(i, conflict);
            }
        }
        boolean refused = transaction.mode() == CommitMode.ALL_OR_NOTHING
                ? !conflicts.isEmpty()
                : conflicts.size() == mutations.size();
        if (refused) {
            return Decision.conflicted(conflicts, head);
        }
        remember(conflicts.keySet());
        return Decision.committed(changes, conflicts, changes.isEmpty() ? head : state.at(version));
    }

    /** So that the transaction is not carried out a second time. A framework that it removed asks nothing any more. */
    private void remember(Set<Integer> conflicted) {
        RequestKey key = transaction.key().orElse(null);
        FrameworkId author = transaction.author().map(Author::frameworkId).orElse(null);
        if (key != null && author != null && state.framework(author).isPresent()) {
            change(new StateChange.RequestAnswered(author, AnsweredRequest.of(key, version, conflicted)));
        }
    }

    private @Nullable Conflict judge(StateMutation mutation) {
        if (mutation instanceof Claim claim) {
            return judge(claim);
        } else if (mutation instanceof ClaimGroup group) {
            return judge(group);
        } else if (mutation instanceof TakeBack back) {
            return judge(back);
        } else if (mutation instanceof Foregone foregone) {
            return foregone.conflict();
        } else if (mutation instanceof UpdateTaskStatus update) {
            return judge(TaskRules.decide(state, update));
        } else if (mutation instanceof KillTask kill) {
            return judge(TaskRules.decide(state, kill));
        } else if (mutation instanceof RemoveTask remove) {
            return judge(TaskRules.decide(state, remove));
        } else if (mutation instanceof ForgetUnreachableTask forget) {
            return judge(TaskRules.decide(state, forget));
        } else if (mutation instanceof RemoveExecutor remove) {
            state.executor(remove.key()).ifPresent(executor -> change(new StateChange.ExecutorRemoved(executor)));
            return null;
        } else if (mutation instanceof ConvertResources convert) {
            return judge(convert);
        } else if (mutation instanceof AcknowledgeOperation acknowledge) {
            state.operation(acknowledge.key())
                    .filter(operation -> operation.uuid().equals(acknowledge.uuid()))
                    .ifPresent(operation -> change(new StateChange.OperationForgotten(operation)));
            return null;
        } else if (mutation instanceof AdvanceTaskState advance) {
            return judge(TaskRules.decide(state, advance));
        } else if (mutation instanceof AdmitAgent admit) {
            return judge(AgentRules.decide(state, admit, version));
        } else if (mutation instanceof MarkAgentUnreachable mark) {
            return judge(AgentRules.decide(state, mark));
        } else if (mutation instanceof RemoveAgent remove) {
            return judge(AgentRules.decide(state, remove));
        } else if (mutation instanceof MarkAgentGone mark) {
            return judge(AgentRules.decide(state, mark));
        } else if (mutation instanceof DeactivateAgent deactivate) {
            return judge(ActivationRules.decide(state, deactivate));
        } else if (mutation instanceof DrainAgent drain) {
            return judge(ActivationRules.decide(state, drain));
        } else if (mutation instanceof FinishDrain finish) {
            return judge(ActivationRules.decide(state, finish));
        } else if (mutation instanceof ReactivateAgent reactivate) {
            return judge(ActivationRules.decide(state, reactivate));
        } else if (mutation instanceof ForgetAgent forget) {
            return judge(AgentRules.decide(state, forget));
        } else if (mutation instanceof AdmitFramework admit) {
            return judge(FrameworkRules.decide(state, admit, version));
        } else if (mutation instanceof UpdateFramework update) {
            return judge(FrameworkRules.decide(state, update));
        } else if (mutation instanceof RemoveFramework remove) {
            return judge(FrameworkRules.decide(state, remove));
        } else if (mutation instanceof UpdateWeights update) {
            return judge(RoleRules.decide(state.roleSettings(), update));
        } else if (mutation instanceof UpdateQuotas update) {
            return judge(RoleRules.decide(state, update));
        } else if (mutation instanceof SetQuota set) {
            return judge(RoleRules.decide(state, set));
        } else if (mutation instanceof RemoveQuota remove) {
            return judge(RoleRules.decide(state.roleSettings(), remove));
        }
        throw new IllegalStateException("unknown mutation: " + mutation);
    }

    private void change(StateChange change) {
        state = StateMachine.apply(state, change, version);
        changes.add(change);
    }

    private @Nullable Conflict judge(Verdict verdict) {
        verdict.changes().forEach(this::change);
        return verdict.conflict();
    }

    private @Nullable Conflict judge(Claim claim) {
        return claimUnless(untakeable(claim.agentId()), claim);
    }

    private @Nullable Conflict judge(TakeBack back) {
        return claimUnless(unusable(back.claim().agentId()), back.claim());
    }

    private @Nullable Conflict claimUnless(@Nullable Conflict ofAgent, Claim claim) {
        if (state.framework(claim.frameworkId()).isEmpty()) {
            return absent(claim.frameworkId());
        }
        return ofAgent == null ? claimOn(state.agent(claim.agentId()).orElseThrow(), claim) : ofAgent;
    }

    /** Why nothing new can be taken of an agent by this transaction; null where something can. */
    private @Nullable Conflict untakeable(AgentId id) {
        Conflict conflict = unusable(id);
        return conflict == null ? ActivationRules.refusal(state.agent(id).orElseThrow()) : conflict;
    }

    /** Judged task by task, on a state of its own: what of it was possible counts only if all of it was. */
    private @Nullable Conflict judge(ClaimGroup group) {
        ConflictDetector trial = new ConflictDetector(head, transaction);
        trial.state = state;
        for (TaskInfo task : group.tasks()) {
            Conflict conflict = trial.judge(group.claim(task));
            if (conflict != null) {
                return conflict;
            }
        }
        String id = group.tasks().get(0).getTaskId().getValue();
        for (StateChange change : trial.changes) {
            change(
                    change instanceof StateChange.TaskClaimed claimed
                            ? new StateChange.TaskClaimed(claimed.task().inGroup(id))
                            : change);
        }
        return null;
    }

    private Conflict absent(FrameworkId id) {
        return AuthorRules.absent(state, id);
    }

    /** Why an agent cannot be touched by this transaction; null where it can. */
    private @Nullable Conflict unusable(AgentId id) {
        Agent agent = state.agent(id).orElse(null);
        if (agent == null || agent.status() != AgentStatus.REGISTERED) {
            return state.isGone(id) ? new Conflict.AgentIsGone(id) : new Conflict.AgentUnavailable(id);
        }
        if (transaction.policy() == ConflictPolicy.SEQUENCE_NUMBER) {
            // Judged against the head: earlier claims of the same transaction are no news to the one who made it.
            StateVersion changedAt = head.agent(id).map(Agent::changedAt).orElse(version);
            if (changedAt.compareTo(transaction.base()) > 0) {
                return new Conflict.StaleVersion(id, transaction.base(), changedAt);
            }
        }
        return null;
    }

    /** True where it is asked by a scheduler that needs no offers, which are made within all quotas. */
    private boolean isNative() {
        return transaction.author().isPresent();
    }

    private @Nullable Conflict judge(ConvertResources convert) {
        // What operators convert, and what was accepted of an offer before the agent was deactivated, starts nothing
        // there.
        Conflict conflict = isNative() ? untakeable(convert.agentId()) : unusable(convert.agentId());
        if (conflict != null) {
            return conflict;
        }
        Operation operation = convert.operation().orElse(null);
        if (operation != null) {
            FrameworkId framework = operation.key().frameworkId();
            if (state.framework(framework).isEmpty()) {
                return absent(framework);
            }
            if (state.operation(operation.key()).isPresent()) {
                return new Conflict.DuplicateOperation(operation.key());
            }
        }
        Resources unused = state.agent(convert.agentId()).orElseThrow().unused();
        for (Conversion conversion : convert.conversions()) {
            Resources before = unused;
            unused = before.apply(conversion).orElse(null);
            if (unused == null) {
                return new Conflict.InsufficientResources(convert.agentId(), conversion.consumed(), before);
            }
        }
        Conflict beyondQuota = isNative() ? new QuotaRules(state, true).ofConversions(convert.conversions()) : null;
        if (beyondQuota != null) {
            return beyondQuota;
        }
        if (!convert.conversions().isEmpty()) {
            change(new StateChange.ResourcesConverted(convert.agentId(), convert.conversions()));
        }
        if (operation != null) {
            change(new StateChange.OperationFinished(operation));
        }
        return null;
    }

    private @Nullable Conflict claimOn(Agent agent, Claim claim) {
        TaskKey key = new TaskKey(claim.frameworkId(), claim.task().getTaskId().getValue());
        if (state.task(key).isPresent()) {
            return new Conflict.DuplicateTask(key);
        }
        Task task;
        Executor executor;
        Resources wanted;
        try {
            // The id that the state has: not one for each task that stays.
            task = Task.claimed(claim.frameworkId(), agent.id(), claim.role(), claim.task());
            executor = newExecutor(claim);
            wanted = executor == null ? task.resources() : task.resources().plus(executor.resources());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Conflict.Invalid(String.valueOf(e.getMessage()));
        }
        Resources free = agent.unheld();
        if (!free.contains(wanted)) {
            return new Conflict.InsufficientResources(claim.agentId(), wanted, free);
        }
        Conflict beyondQuota = new QuotaRules(state, isNative()).ofClaim(claim.role(), wanted);
        if (beyondQuota != null) {
            return beyondQuota;
        }
        if (executor != null) {
            change(new StateChange.ExecutorClaimed(executor));
        }
        change(new StateChange.TaskClaimed(task));
        return null;
    }

    private @Nullable Executor newExecutor(Claim claim) {
        if (!claim.task().hasExecutor()) {
            return null;
        }
        ExecutorKey key = new ExecutorKey(
                claim.agentId(),
                claim.frameworkId(),
                claim.task().getExecutor().getExecutorId().getValue());
        return state.executor(key).isPresent()
                ? null
                : Executor.claimed(
                        claim.frameworkId(),
                        claim.agentId(),
                        claim.role(),
                        claim.task().getExecutor());
    }
}
