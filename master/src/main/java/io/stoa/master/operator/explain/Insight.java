package io.stoa.master.operator.explain;

import io.stoa.mesos.offer.OfferExplanation;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** What explanations need and neither the state nor what {@code /state} shows has. Safe for use by any thread. */
public interface Insight {

    /**
     * @param role the only one to look at, where it is one of the framework's
     * @return empty for a framework that is not subscribed
     */
    CompletableFuture<Optional<OfferExplanation>> offers(FrameworkId id, Optional<String> role);

    /** Whether the task's end was asked for, as far as this leader knows. */
    boolean isKilled(Task task);

    /** Whether the task's newest update waits for its framework's acknowledgement, as far as this leader knows. */
    boolean isUnacknowledged(Task task);

    /** For how many ms an agent that is not heard is waited for; empty for one that is connected and is heard. */
    OptionalLong givenUpInMs(AgentId id);

    /** For how many ms more a framework may stay away before it is removed; empty while it is subscribed. */
    OptionalLong removedInMs(FrameworkId id);
}
