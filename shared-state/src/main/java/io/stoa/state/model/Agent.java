package io.stoa.state.model;

import com.google.protobuf.ByteString;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;

/**
 * A host.
 *
 * <p>What it has is said twice: {@code info} holds the resources as the agent said them when it registered last,
 * {@code total} those as they are now, after everything that was reserved on it and made a volume of. Every conversion
 * changes {@code total} only; an agent that registers again keeps its reservations and volumes, whatever else it has
 * then. The persistent volumes that must exist on the host are {@code total().volumes()}.
 *
 * @param id its id for life
 * @param info what it said of itself, its resources before any was reserved or made a volume; carries the id
 * @param infoBytes {@code info} encoded, as the agent says it again when it comes back
 * @param capabilities what its agent can do
 * @param mesosVersion the Mesos version it answers for, {@code 1.11.0}
 * @param ip the address of its HTTP endpoints, in text form
 * @param port the port of its HTTP endpoints
 * @param total everything it has now, without allocation roles
 * @param claimed the part of {@code total} that tasks and executors hold, what is shared once for each of them;
 *     {@code total} contains it
 * @param status what the master holds for true about it
 * @param activation whether operators let it take new work
 * @param registeredAtMs when it was first admitted, in ms since the epoch
 * @param reregisteredAtMs when it was last admitted again, in ms since the epoch; 0 = never
 * @param unreachableAtMs when it was given up, in ms since the epoch; 0 = it is registered
 * @param changedAt the version at which its resources or claims, or whether there may be new ones, last changed
 */
public record Agent(
        AgentId id,
        AgentInfo info,
        ByteString infoBytes,
        List<AgentInfo.Capability> capabilities,
        String mesosVersion,
        String ip,
        int port,
        Resources total,
        Resources claimed,
        AgentStatus status,
        Activation activation,
        long registeredAtMs,
        long reregisteredAtMs,
        long unreachableAtMs,
        StateVersion changedAt) {

    public Agent {
        capabilities = List.copyOf(capabilities);
    }

    /** What may be claimed: what nobody holds, and what is shared; empty unless the agent is registered and active. */
    public Resources free() {
        return activation.isActive() ? unheld() : Resources.EMPTY;
    }

    /**
     * What nobody holds, and what is shared, whether it may be claimed or not; empty unless the agent is registered.
     */
    public Resources unheld() {
        return status == AgentStatus.REGISTERED ? total.minus(claimed.unshared()) : Resources.EMPTY;
    }

    /** What may be converted: what nobody holds, shared or not; empty unless the agent is registered. */
    public Resources unused() {
        return status == AgentStatus.REGISTERED ? total.minus(claimed) : Resources.EMPTY;
    }

    /** What it had when it registered last, before anything was reserved on it or made a volume. */
    public Resources said() {
        return Resources.of(info.getResourcesList());
    }

    /** Everything that was reserved and created on it, as one conversion of what it said; empty where nothing was. */
    public Optional<Conversion> conversion() {
        Resources said = said();
        Resources consumed = said.minus(total);
        return consumed.isEmpty() ? Optional.empty() : Optional.of(new Conversion(consumed, total.minus(said)));
    }

    /** The same agent before anybody claimed something of it. */
    public Agent withoutClaims() {
        return with(Resources.EMPTY, changedAt);
    }

    Agent with(Resources newClaimed, StateVersion version) {
        return with(total, newClaimed, status, reregisteredAtMs, unreachableAtMs, version);
    }

    Agent withTotal(Resources newTotal, StateVersion version) {
        return with(newTotal, claimed, status, reregisteredAtMs, unreachableAtMs, version);
    }

    /**
     * The same agent, admitted once more as it was.
     *
     * @param version of the change: an agent that was away has resources to offer again
     */
    public Agent returned(long timeMs, StateVersion version) {
        StateVersion at = status == AgentStatus.REGISTERED ? changedAt : version;
        return with(total, claimed, AgentStatus.REGISTERED, timeMs, 0, at);
    }

    /** The same agent, given up. */
    Agent unreachable(long timeMs, StateVersion version) {
        return with(total, claimed, AgentStatus.UNREACHABLE, reregisteredAtMs, timeMs, version);
    }

    /** The same agent, of which operators want something else. */
    Agent with(Activation newActivation, StateVersion version) {
        return with(total, claimed, status, newActivation, reregisteredAtMs, unreachableAtMs, version);
    }

    private Agent with(
            Resources newTotal,
            Resources newClaimed,
            AgentStatus newStatus,
            long newReregisteredAtMs,
            long newUnreachableAtMs,
            StateVersion version) {
        return with(newTotal, newClaimed, newStatus, activation, newReregisteredAtMs, newUnreachableAtMs, version);
    }

    private Agent with(
            Resources newTotal,
            Resources newClaimed,
            AgentStatus newStatus,
            Activation newActivation,
            long newReregisteredAtMs,
            long newUnreachableAtMs,
            StateVersion version) {
        return new Agent(
                id,
                info,
                infoBytes,
                capabilities,
                mesosVersion,
                ip,
                port,
                newTotal,
                newClaimed,
                newStatus,
                newActivation,
                registeredAtMs,
                newReregisteredAtMs,
                newUnreachableAtMs,
                version);
    }
}
