package io.stoa.driver.scheduler;

import io.stoa.driver.DriverLife;
import io.stoa.driver.DriverStatus;
import io.stoa.driver.detector.MasterAddress;
import io.stoa.driver.detector.MasterDetector;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of one framework, as its threads see it: every method may be called by any of them, inside callbacks too,
 * and none waits but {@link #join}. What is called while the driver runs is carried out in order on its loop; otherwise
 * it is ignored. Messages are in protobuf; each method returns the status.
 */
public final class SchedulerControl {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerControl.class);

    private final DriverLife life = new DriverLife();
    private final SchedulerCallbacks callbacks;
    private final byte[] framework;
    private final Collection<String> suppressedRoles;
    private final String master;
    private final boolean implicitAcknowledgements;
    private final @Nullable String authorization;
    private final Supplier<SchedulerSettings> settings;
    private final FrameworkVoice voice = new FrameworkVoice(life, this::abortQuietly);
    private volatile @Nullable EventLoop loop;
    private volatile @Nullable SchedulerSession session;

    /**
     * @param framework a {@code FrameworkInfo}
     * @param master as {@link MasterAddress} has it
     * @param authorization the value of the header, if the framework has a credential
     * @param settings asked for when the driver starts; what it throws is the framework's error
     */
    public SchedulerControl(
            SchedulerCallbacks callbacks,
            byte[] framework,
            Collection<String> suppressedRoles,
            String master,
            boolean implicitAcknowledgements,
            @Nullable String authorization,
            Supplier<SchedulerSettings> settings) {
        this.callbacks = callbacks;
        this.framework = framework;
        this.suppressedRoles = new ArrayList<>(suppressedRoles);
        this.master = master;
        this.implicitAcknowledgements = implicitAcknowledgements;
        this.authorization = authorization;
        this.settings = settings;
    }

    public synchronized DriverStatus start() {
        if (life.status() != DriverStatus.NOT_STARTED) {
            return life.status();
        }
        SchedulerSettings chosen;
        FrameworkDescription description;
        try {
            chosen = settings.get();
            description = new FrameworkDescription(FrameworkDescription.complete(framework), suppressedRoles);
        } catch (IllegalArgumentException | MalformedMessageException e) {
            return failToStart(String.valueOf(e.getMessage()));
        }
        MasterDetector detector;
        try {
            detector = MasterAddress.detector(master, chosen.times());
        } catch (IllegalArgumentException e) {
            return failToStart("Failed to create a master detector for '" + master + "': " + e.getMessage());
        }
        return life.start(() -> launch(detector, chosen, description));
    }

    private DriverStatus failToStart(String reason) {
        DriverStatus status = life.failToStart();
        voice.callAnyway(() -> callbacks.error(reason));
        return status;
    }

    private void launch(MasterDetector detector, SchedulerSettings chosen, FrameworkDescription description) {
        EventLoop made = new EventLoop("stoa-scheduler-driver", this::onThrowable);
        SchedulerSession begun = new SchedulerSession(
                made,
                life,
                description,
                callbacks,
                voice,
                implicitAcknowledgements,
                chosen.firstDelayMs(),
                subscriber -> new MasterLink(made, detector, chosen, authorization, subscriber));
        loop = made;
        session = begun;
        made.deliver(begun::start);
    }

    private void onThrowable(Throwable thrown) {
        // First the deed: without memory there may be no line in the log, nor a text.
        voice.error(() -> callbacks.error("The driver has failed: " + thrown));
        LOG.error("The driver has failed: it aborts", thrown);
    }

    private void abortQuietly() {
        DriverStatus ignored = abort();
        LOG.debug("status={}", ignored);
    }

    public DriverStatus stop(boolean failover) {
        return life.stop(() -> onLoop(session -> session.stop(failover)));
    }

    public DriverStatus abort() {
        return life.abort(() -> onLoop(SchedulerSession::abort));
    }

    /** Waits for {@link #stop} or {@link #abort}. */
    public DriverStatus join() {
        return life.join();
    }

    /**
     * @param offerIds each an {@code OfferID}
     * @param operations each an {@code Offer.Operation} without an id
     */
    public DriverStatus acceptOffers(List<byte[]> offerIds, List<byte[]> operations, byte[] filters) {
        return life.whileRunning(() -> {
            requireNoIds(operations);
            enqueue(
                    session -> session.accept(offerIds, operations, filters),
                    session ->
                            session.drop(LaunchedTasks.withGroups(operations), "Too many calls wait for the driver"));
        });
    }

    /**
     * @param offerIds each an {@code OfferID}
     * @param tasks each a {@code TaskInfo}
     */
    public DriverStatus launchTasks(List<byte[]> offerIds, List<byte[]> tasks, byte[] filters) {
        return acceptOffers(offerIds, Collections.singletonList(LaunchedTasks.launch(tasks)), filters);
    }

    /** The scheduler's callbacks have no word for what becomes of such an operation. */
    private static void requireNoIds(List<byte[]> operations) {
        for (byte[] operation : operations) {
            if (parsed(operation).has(12)) {
                throw new IllegalArgumentException("An offer operation's 'id' field was set, which is disallowed"
                        + " because the SchedulerDriver cannot handle offer operation status updates");
            }
        }
    }

    public DriverStatus declineOffer(byte[] offerId, byte[] filters) {
        return call(session -> session.decline(offerId, filters));
    }

    public DriverStatus killTask(byte[] taskId) {
        return call(session -> session.kill(taskId));
    }

    public DriverStatus requestResources(List<byte[]> requests) {
        return call(session -> session.request(requests));
    }

    /** Of all roles. */
    public DriverStatus reviveOffers() {
        return call(session -> session.revive(Collections.emptySet()));
    }

    /** @param roles none: nothing is done */
    public DriverStatus reviveOffers(Collection<String> roles) {
        List<String> copy = new ArrayList<>(roles);
        return copy.isEmpty() ? life.status() : call(session -> session.revive(copy));
    }

    /** Of all roles. */
    public DriverStatus suppressOffers() {
        return call(session -> session.suppress(Collections.emptySet()));
    }

    /** @param roles none: nothing is done */
    public DriverStatus suppressOffers(Collection<String> roles) {
        List<String> copy = new ArrayList<>(roles);
        return copy.isEmpty() ? life.status() : call(session -> session.suppress(copy));
    }

    /**
     * @param status a {@code TaskStatus}
     * @throws IllegalStateException if the driver acknowledges by itself
     */
    public DriverStatus acknowledgeStatusUpdate(byte[] status) {
        WireMessage update = parsed(status);
        return life.whileRunning(() -> {
            if (implicitAcknowledgements) {
                throw new IllegalStateException(
                        "Cannot call acknowledgeStatusUpdate: Implicit acknowledgements are enabled");
            }
            enqueue(session -> session.acknowledge(update), session -> {});
        });
    }

    public DriverStatus sendFrameworkMessage(byte[] executorId, byte[] agentId, byte[] data) {
        byte[] copy = data.clone();
        return call(session -> session.message(executorId, agentId, copy));
    }

    /** @param statuses each a {@code TaskStatus}; none: all tasks */
    public DriverStatus reconcileTasks(List<byte[]> statuses) {
        return call(session -> {
            List<KnownTask> tasks = new ArrayList<>();
            for (byte[] status : statuses) {
                tasks.add(KnownTask.ofStatus(status));
            }
            session.reconcile(tasks);
        });
    }

    /**
     * @param info a {@code FrameworkInfo} with its id
     * @param constraints {@code OfferConstraints}
     * @throws IllegalArgumentException if a role is suppressed twice
     */
    public DriverStatus updateFramework(byte[] info, Collection<String> suppressed, byte[] constraints) {
        List<String> roles = new ArrayList<>(suppressed);
        if (life.running() && new LinkedHashSet<>(roles).size() < roles.size()) {
            throw new IllegalArgumentException("Invalid suppressed role list: contains duplicates " + roles);
        }
        WireMessage complete;
        try {
            complete = FrameworkDescription.complete(info);
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException(e);
        }
        return call(session -> session.update(complete, roles, constraints));
    }

    private static WireMessage parsed(byte[] message) {
        try {
            return WireMessage.parse(message);
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException("a message of " + message.length + " bytes", e);
        }
    }

    private DriverStatus call(Action action) {
        return life.whileRunning(() -> enqueue(action, session -> {}));
    }

    /** A callback that does not come back must not make the framework's other threads wait, nor memory run out. */
    private void enqueue(Action action, Action whenFull) {
        EventLoop to = loop;
        SchedulerSession of = session;
        if (to == null || of == null) {
            throw new IllegalStateException("driver: not launched (expected: launched)");
        }
        try {
            to.execute(() -> run(action, of));
        } catch (RejectedExecutionException e) {
            LOG.warn("a call is dropped: {}", e.getMessage());
            to.deliver(() -> run(whenFull, of));
        }
    }

    /** For what must not be refused. */
    private void onLoop(Action action) {
        EventLoop to = loop;
        SchedulerSession of = session;
        if (to != null && of != null) {
            to.deliver(() -> run(action, of));
        }
    }

    private static void run(Action action, SchedulerSession session) {
        try {
            action.run(session);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("a message that the framework's bindings have written", e);
        }
    }

    /** Something to do on the loop. */
    private interface Action {

        void run(SchedulerSession session) throws MalformedMessageException;
    }
}
