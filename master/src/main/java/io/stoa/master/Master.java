package io.stoa.master;

import io.stoa.detector.LeadingMaster;
import io.stoa.detector.MasterDetector;
import io.stoa.detector.ZooKeeperDetector;
import io.stoa.flags.ServerAddress;
import io.stoa.flags.ServerFlags;
import io.stoa.http.files.AttachedPaths;
import io.stoa.http.files.FileEndpoints;
import io.stoa.libprocess.TcpPeers;
import io.stoa.master.election.CandidacyListener;
import io.stoa.master.election.FormerCandidates;
import io.stoa.master.election.LeaderContender;
import io.stoa.master.operator.AboutMaster;
import io.stoa.master.operator.ClusterMetrics;
import io.stoa.master.operator.MasterFacts;
import io.stoa.rpc.cluster.WatchLog;
import io.stoa.state.ReplicatedState;
import io.stoa.state.SharedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A master: follows the journal, contends for the lead, and while it leads runs one {@link Term} after the other. The
 * only place where its parts are put together.
 */
public final class Master implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Master.class);

    private static final int RPC_READ_THREADS = 2;

    private final MasterConfig config;
    private final SystemTime time;
    private final long startedMs;
    private final FrontDoor door;
    private final FileEndpoints files;
    private final ClusterMetrics metrics;
    private final ZooKeeperStorage storage;
    private final ReplicatedState state;
    private final MasterIdentity identity;
    private final TcpPeers peers;
    private final MasterRoutes routes;
    private final ExecutorService allocations = Threads.pool("allocator", 1);
    private final ExecutorService reads = Threads.pool("operator", 1);
    private final ExecutorService rpcReads = Threads.pool("rpc-reads", RPC_READ_THREADS);
    private final ExecutorService changes = Threads.pool("watch-log", 1);
    private final WatchLog watchLog = new WatchLog(changes);
    private final Rehearsal rehearsal = new Rehearsal(Rehearsal.Size.STANDARD);
    private final CompletableFuture<LeadingMaster> firstLeader = new CompletableFuture<>();
    private final CompletableFuture<String> failure = new CompletableFuture<>();

    /** Where the lead is taken and given up, one step after the other; what follows belongs to it. */
    private final ExecutorService life = Threads.pool("master", 1);

    private final EffectDispatcher effects = new EffectDispatcher(() -> then(this::effectsLost));

    private @Nullable MasterDetector detector;
    private @Nullable LeaderContender contender;
    private @Nullable MessageDoor messages;
    private volatile @Nullable Term term;

    private final CompletableFuture<Void> tasksEnded = new CompletableFuture<>();
    private boolean ending;

    private volatile Optional<LeadingMaster> leader = Optional.empty();

    private Master(
            MasterConfig config, SystemTime time, FrontDoor door, ZooKeeperStorage storage, FileEndpoints files) {
        this.config = config;
        this.files = files;
        this.time = time;
        startedMs = time.epochMs();
        this.door = door;
        this.storage = storage;
        ServerAddress address = config.address();
        int port = address.advertisedPort() == 0 ? door.address().getPort() : address.advertisedPort();
        identity = new MasterIdentity(
                address.advertised(),
                port,
                address.hostname(),
                config.allocator().policy().domain());
        state = ReplicatedState.follow(storage.journal(), StateConfig.STANDARD);
        metrics = new ClusterMetrics(
                time, state.counters(), () -> Optional.ofNullable(term).map(Term::figures), reads);
        metrics.include(door.messageCounts()::addTo);
        metrics.include(door.rpc()::addTo);
        metrics.include(watchLog::addTo);
        metrics.include(door.httpCounts()::addTo);
        door.hear(MessageDoor.closed(metrics.counts()));
        routes = new MasterRoutes(
                () -> leader,
                identity::isThis,
                MasterEndpoints.ofEveryMaster(new AboutMaster(metrics::collect, time, reads), config.flags()),
                files,
                MasterEndpoints.guards(config.authentication(), door.httpCounts()));
        state.addFollower(watchLog);
        state.addListener(metrics);
        state.addListener(effects);
        state.onLeadershipLost(() -> then(this::journalLost));
        // It has threads, so that nothing may fail after it.
        peers = new TcpPeers(identity.upid(), OpenFiles.peerLimits(), door.messageCounts());
    }

    /**
     * Starts a master; it leads, or knows who does, when {@link #firstLeader} completes.
     *
     * @throws IOException where its port is taken, or ZooKeeper does not start or cannot be reached; for people
     */
    public static Master start(MasterConfig config) throws IOException {
        SystemTime time = new SystemTime();
        FrontDoor door = null;
        ZooKeeperStorage storage = null;
        try {
            door = FrontDoor.open(config.address(), config.authentication().requiresPeerAddress(), time);
            AttachedPaths log = log(config);
            storage = ZooKeeperStorage.open(config.storage());
            Master master = new Master(config, time, door, storage, new FileEndpoints(log));
            master.then(master::begin);
            return master;
        } catch (IOException | RuntimeException e) {
            if (storage != null) {
                storage.close();
            }
            if (door != null) {
                door.close();
            }
            time.close();
            throw e;
        }
    }

    private static AttachedPaths log(MasterConfig config) throws IOException {
        AttachedPaths attached = new AttachedPaths();
        Optional<Path> file = ServerFlags.logFile(config.flags(), MasterRoutes.PROCESS);
        if (file.isPresent()) {
            attached.attach("/master/log", file.get());
        }
        return attached;
    }

    /** A step that fails unexpectedly leaves nobody knows what behind: this master ends, and another one leads. */
    private void then(Runnable step) {
        life.execute(() -> {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                LOG.error("This master cannot go on", e);
                failure.complete("This master cannot go on: " + e);
            }
        });
    }

    private void begin() {
        door.serve(routes.following(MasterEndpoints.LEADERS_PATHS));
        int timeoutMs = config.storage().sessionTimeoutMs();
        if (storage.isOwn()) {
            FormerCandidates.remove(storage.url(), timeoutMs);
        }
        detector = ZooKeeperDetector.open(storage.url(), timeoutMs, this::leaderSeen);
        contender = LeaderContender.open(storage.url(), timeoutMs, identity::newTerm, new Candidacy());
    }

    /** Where it listens; the port is never 0. */
    public InetSocketAddress address() {
        return door.address();
    }

    /** The ZooKeeper it works with. */
    public ZooKeeperUrl zooKeeper() {
        return storage.url();
    }

    /** Completes when somebody leads, this master or another; this one then serves requests. */
    public CompletableFuture<LeadingMaster> firstLeader() {
        return firstLeader.copy();
    }

    /** Completes, with the reason for people, when this master is to end: it has given up the lead, or cannot go on. */
    public CompletableFuture<String> failure() {
        return failure.copy();
    }

    /** Whether this master leads. */
    public boolean isLeading() {
        return state.isLeading();
    }

    /**
     * Sends all frameworks away for good and kills every task, as somebody wants it who ends a cluster on his own
     * machine. Agents are to be there still. A master that does not lead does so when it does.
     *
     * @return completes when no task runs any more
     */
    public CompletableFuture<Void> endTasks() {
        then(() -> {
            ending = true;
            endTasksOfTerm();
        });
        return tasksEnded.copy();
    }

    private void endTasksOfTerm() {
        if (ending && term != null) {
            door.serve(routes.following(MasterEndpoints.LEADERS_PATHS));
            hearNothing();
            term.endTasks().thenAccept(tasksEnded::complete);
        }
    }

    /** The state as this master sees it. */
    public SharedState state() {
        return state;
    }

    private void leaderSeen(Optional<LeadingMaster> seen) {
        leader = seen;
        LOG.info("Leader {}", seen.map(LeadingMaster::address).orElse("unknown"));
        then(this::tellFirstLeader);
    }

    /** Of itself this master says that it leads only when it does serve. */
    private void tellFirstLeader() {
        Optional<MasterInfo> seen = leader.flatMap(LeadingMaster::info);
        boolean other = seen.isPresent() && !identity.isThis(seen.get());
        boolean self = seen.isPresent()
                && term != null
                && term.info().getId().equals(seen.get().getId());
        if (term == null) {
            sendToLeader();
        }
        if (other && config.rehearses()) {
            rehearsal.begin();
        }
        if (other || self) {
            leader.ifPresent(firstLeader::complete);
        }
    }

    private void lead(MasterInfo info) {
        rehearsal.end();
        try {
            state.lead();
        } catch (JournalException e) {
            LOG.warn("Cannot lead id={}: {}", info.getId(), e.getMessage());
            withdraw();
            return;
        }
        Term next = new Term(
                new MasterFacts(info, startedMs, time.epochMs(), config.flags()),
                config,
                state,
                metrics,
                time,
                new Term.Workers(allocations, door.linkWork(), reads, rpcReads, watchLog),
                why -> then(() -> fail(why)));
        next.start(effects);
        door.links().lead(next.links());
        messages = new MessageDoor(
                next.scheduler(),
                state,
                config.authentication(),
                new MessageDoor.Outside(identity.upid(), peers, door.processes()),
                metrics.counts(),
                time);
        door.hear(messages);
        door.serve(routes.leading(MasterEndpoints.ofLeader(next)));
        door.rpc().lead(next);
        term = next;
        LOG.info(
                "Leading id={} agents={} frameworks={} tasks={}",
                info.getId(),
                state.snapshot().agents().size(),
                state.snapshot().frameworks().size(),
                state.snapshot().taskCount());
        endTasksOfTerm();
        tellFirstLeader();
    }

    private void endTerm() {
        Term ending = term;
        if (ending != null) {
            term = null;
            LOG.info("Leading no more id={}", ending.info().getId());
            door.serve(routes.following(MasterEndpoints.LEADERS_PATHS));
            hearNothing();
            door.links().lead(null);
            sendToLeader();
            effects.dispatchTo(null);
            ending.close();
        }
    }

    /** What comes over RPC while another leads; to send it to oneself would keep it going in a circle. */
    private void sendToLeader() {
        door.rpc()
                .follow(leader.filter(
                                seen -> seen.info().filter(identity::isThis).isEmpty())
                        .map(LeadingMaster::address));
    }

    private void hearNothing() {
        door.hear(MessageDoor.closed(metrics.counts()));
        if (messages != null) {
            messages.close();
            messages = null;
        }
    }

    /** Another may lead from now on: nothing is appended any more, whatever the journal's own session says. */
    private void deposed() {
        endTerm();
        state.stepDown();
    }

    /** The journal is another's: whatever ZooKeeper still says of this master's candidacy. */
    private void journalLost() {
        if (!state.isLeading()) { // Otherwise this is late, and about a lead before the present one.
            endTerm();
            withdraw();
        }
    }

    /** Everybody comes back to another term, or another master, and is told what this one could not say. */
    private void effectsLost() {
        deposed();
        withdraw();
    }

    private void fail(String why) {
        deposed();
        withdraw();
        failure.complete(why);
    }

    private void withdraw() {
        if (contender != null) {
            contender.withdraw();
        }
    }

    /** Ends it: the lead is given up at once, agents and frameworks look for the next leader. */
    @Override
    public void close() {
        then(this::end);
        Threads.shutDown(life);
        state.close();
        door.close();
        peers.close();
        files.close();
        Threads.shutDown(allocations);
        Threads.shutDown(reads);
        Threads.shutDown(rpcReads);
        Threads.shutDown(changes);
        storage.close();
        time.close();
    }

    private void end() {
        rehearsal.end();
        endTerm();
        if (contender != null) {
            contender.close();
        }
        if (detector != null) {
            detector.close();
        }
    }

    private final class Candidacy implements CandidacyListener {

        @Override
        public void elected(MasterInfo info) {
            then(() -> lead(info));
        }

        @Override
        public void deposed() {
            then(Master.this::deposed);
        }
    }
}
