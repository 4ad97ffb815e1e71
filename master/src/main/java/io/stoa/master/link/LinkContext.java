package io.stoa.master.link;

import io.stoa.mesos.AgentEvents;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.SharedState;
import io.stoa.time.Time;

/** What those work with who let agents in and out. */
record LinkContext(
        SharedState state,
        Transactions transactions,
        AgentContacts contacts,
        AgentEvents events,
        MasterCounts counts,
        Time time) {}
