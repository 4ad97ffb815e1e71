package io.stoa.master;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.stoa.flags.ServerAddress;
import io.stoa.master.operator.ClusterMetrics;
import io.stoa.master.operator.MasterFacts;
import io.stoa.master.rehearsal.RehearsedAgents;
import io.stoa.rpc.cluster.WatchLog;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * What a master does that does not lead, once: agents that are none come back to it, term after term, so that the code
 * of their return is compiled when the real ones come. Everything in it is its own, from the port on the loopback to
 * the journal in memory; it knows nothing of the cluster.
 */
final class Rehearsal {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /**
     * How much is rehearsed. Fewer returns leave much to the compilers, more change little.
     *
     * @param agents of which each has five tasks
     * @param terms how often they all come back
     */
    record Size(int agents, int terms) {

        static final Size STANDARD = new Size(1_000, 25);
    }

    /** A term writes nothing there. */
    private static final Path UNUSED = Path.of("rehearsal");

    private final Size size;
    /** All threads, since a thread belongs to the group of the one that starts it. */
    private final ThreadGroup threads = new ThreadGroup("rehearsal");

    private final Thread thread = new Thread(threads, this::run, "rehearsal");
    private volatile boolean ended;

    Rehearsal(Size size) {
        this.size = size;
        thread.setDaemon(true);
    }

    /** Begins it, unless it has been begun or ended. */
    synchronized void begin() {
        if (!ended && thread.getState() == Thread.State.NEW) {
            LOG.info("Rehearsal begins agents={} terms={}", size.agents(), size.terms());
            thread.start();
        }
    }

    /** Ends it for good, without waiting: it begins nothing any more, and is gone soon. */
    synchronized void end() {
        ended = true;
        thread.interrupt();
    }

    /** Those that run now. */
    ThreadGroup threads() {
        return threads;
    }

    private void run() {
        SystemTime time = new SystemTime();
        long beginMs = time.monotonicMs();
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        TurboFilter silence = new Silence();
        loggers.addTurboFilter(silence);
        String outcome = "completed";
        try {
            rehearse(time);
        } catch (InterruptedException e) {
            outcome = "ended";
        } catch (IOException | RuntimeException e) {
            outcome = "failed";
            LOG.warn("This master will be slow at first when it has to lead", e);
        } finally {
            loggers.getTurboFilterList().remove(silence);
            time.close();
        }
        LOG.info("Rehearsal {} tookMs={}", outcome, time.monotonicMs() - beginMs);
    }

    private void rehearse(SystemTime time) throws IOException, InterruptedException {
        InMemoryJournal journal = new InMemoryJournal();
        try (FrontDoor door = FrontDoor.open(ServerAddress.local(0), time);
                RehearsedAgents agents = new RehearsedAgents(size.agents())) {
            try (ReplicatedState before = ReplicatedState.leading(journal, StateConfig.STANDARD)) {
                agents.admitTo(before);
            }
            // Read back, as by a standby: what was decoded is not of the same classes as what was made here.
            try (ReplicatedState state = ReplicatedState.leading(journal, StateConfig.STANDARD)) {
                rehearse(state, door, agents, time);
            }
        }
    }

    private void rehearse(ReplicatedState state, FrontDoor door, RehearsedAgents agents, SystemTime time)
            throws InterruptedException {
        ExecutorService worker = Threads.pool("rehearsal", 1);
        EffectDispatcher effects = new EffectDispatcher(() -> {});
        ClusterMetrics metrics = new ClusterMetrics(time, state.counters(), Optional::empty, worker);
        state.addListener(metrics);
        state.addListener(effects);
        try {
            for (int i = 0; i < size.terms(); i++) {
                if (ended) {
                    throw new InterruptedException();
                }
                try (Term term = term(state, door, metrics, time, worker)) {
                    term.start(effects);
                    door.links().lead(term.links());
                    agents.comeBack(door.address());
                } finally {
                    door.links().lead(null);
                    effects.dispatchTo(null);
                }
            }
        } finally {
            Threads.shutDown(worker);
        }
    }

    private static Term term(
            ReplicatedState state, FrontDoor door, ClusterMetrics metrics, SystemTime time, ExecutorService worker) {
        MasterIdentity identity = new MasterIdentity(
                door.address().getAddress(), door.address().getPort(), "localhost", Optional.empty());
        return new Term(
                new MasterFacts(identity.newTerm(), time.epochMs(), time.epochMs(), Map.of()),
                MasterConfig.local(UNUSED, 0),
                state,
                metrics,
                time,
                new Term.Workers(worker, door.linkWork(), worker, worker, new WatchLog(worker)),
                why -> {});
    }

    /** Keeps from the log what would be read as if it were about the cluster. */
    private final class Silence extends TurboFilter {

        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] params,
                @Nullable Throwable failure) {
            return Thread.currentThread().getThreadGroup() == threads && !level.isGreaterOrEqual(Level.WARN)
                    ? FilterReply.DENY
                    : FilterReply.NEUTRAL;
        }
    }
}
