package io.stoa.itests.golden;

import io.stoa.master.AgentEventFanout;
import io.stoa.master.TermSoftState;
import io.stoa.master.link.AgentLinks;
import io.stoa.master.link.LinkConfig;
import io.stoa.master.operator.SoftState;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.time.Time;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.MasterInfo;

/** A master that leads, until it is killed: all that ends with it, on a state that it has read from the journal. */
final class ReplayTerm implements AutoCloseable {

    private static final LinkConfig LINKS = new LinkConfig(1_000, 2, 600_000);

    private final MasterInfo info;
    private final ReplicatedState state;
    private final AgentLinks links;
    private final DrfAllocator allocator;
    private final SchedulerApi api;
    private final SoftState softState;

    /** @param allocatorThread where offers are made */
    ReplayTerm(MasterInfo info, Journal journal, MasterCounts counts, Time time, Executor allocatorThread)
            throws JournalException {
        this.info = info;
        state = ReplicatedState.leading(journal, StateConfig.STANDARD);
        links = new AgentLinks(state, info, LINKS, counts, time, Runnable::run, why -> {});
        allocator = new DrfAllocator(state, AllocatorSettings.of(info.getId()), time, allocatorThread);
        Recovered recovered = new Recovered(state.snapshot());
        api = new SchedulerApi(
                new SchedulerContext(state, allocator, links, recovered, info, time, SchedulerConfig.DEFAULTS), counts);
        softState = new TermSoftState(links, api, allocator, recovered);
        state.addListener(links);
        state.addListener(api.stateListener());
        state.addListener(recovered);
        allocator.start();
        api.start();
        links.start(new AgentEventFanout(api.agentEvents(), allocator));
    }

    MasterInfo info() {
        return info;
    }

    ReplicatedState state() {
        return state;
    }

    AgentLinks links() {
        return links;
    }

    SchedulerApi api() {
        return api;
    }

    SoftState softState() {
        return softState;
    }

    @Override
    public void close() {
        api.stop();
        links.close();
        allocator.close();
        state.close();
    }
}
