package io.stoa.driver.scheduler;

import io.stoa.driver.DriverLife;
import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A framework and its master: calls while there is a subscription, and what is remembered or answered while there is
 * none. Belongs to the driver's loop.
 */
final class SchedulerSession implements Subscriber {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerSession.class);
    private static final byte[] NO_FILTERS = new byte[0];
    /** How long what was called may take to be sent when the driver ends. */
    private static final long LAST_WORDS_MS = 5_000;

    private static final int MOST_UNCERTAIN = 100_000;

    private final EventLoop loop;
    private final DriverLife life;
    private final FrameworkDescription framework;
    private final SchedulerCallbacks callbacks;
    private final FrameworkVoice voice;
    private final EventReader events;
    private final OutstandingOffers offers = new OutstandingOffers();
    /** Launched by calls that were lost on the way: nobody knows whether the master has them. */
    private final List<KnownTask> uncertain = new ArrayList<>();

    private final MasterLink link;
    private boolean updateWhenSubscribed;
    private boolean aborted;

    SchedulerSession(
            EventLoop loop,
            DriverLife life,
            FrameworkDescription framework,
            SchedulerCallbacks callbacks,
            FrameworkVoice voice,
            boolean implicitAcknowledgements,
            LinkMaker links) {
        this.loop = loop;
        this.life = life;
        this.framework = framework;
        this.callbacks = callbacks;
        this.voice = voice;
        events = new EventReader(callbacks, voice, implicitAcknowledgements ? this::acknowledge : update -> {});
        link = links.make(this);
    }

    void start() {
        link.start();
    }

    @Override
    public boolean running() {
        return life.running();
    }

    @Override
    public byte[] subscribeCall() {
        return framework.subscribe();
    }

    @Override
    public double failoverTimeoutSeconds() {
        return framework.failoverTimeoutSeconds();
    }

    @Override
    public void subscribed(byte[] frameworkId, byte[] master, boolean again) throws MalformedMessageException {
        framework.identify(frameworkId);
        LOG.info("framework is {} framework={}", again ? "reregistered" : "registered", framework.idText());
        if (updateWhenSubscribed) {
            updateWhenSubscribed = false;
            sendUpdate();
        }
        if (!uncertain.isEmpty()) {
            send(Calls.reconcile(framework.id(), uncertain), "RECONCILE");
            uncertain.clear();
        }
        voice.call(() -> {
            if (again) {
                callbacks.reregistered(master);
            } else {
                callbacks.registered(frameworkId, master);
            }
        });
    }

    @Override
    public void disconnected() {
        offers.clear();
        voice.call(callbacks::disconnected);
    }

    @Override
    public void received(WireMessage event) throws MalformedMessageException {
        List<byte[]> offered = EventReader.offers(event);
        if (!offered.isEmpty()) {
            offers.add(offered);
            if (aborted) {
                declineAll();
            }
        }
        byte[] rescinded = EventReader.rescinded(event);
        if (rescinded.length > 0) {
            offers.remove(rescinded);
        }
        String error = EventReader.error(event);
        if (error != null) {
            failed(error);
        } else {
            events.deliver(event);
        }
    }

    @Override
    public void failed(String reason) {
        LOG.warn("framework fails framework={} reason={}", framework.idText(), reason);
        voice.error(() -> callbacks.error(reason));
    }

    void accept(List<byte[]> offerIds, List<byte[]> operations, byte[] filters) throws MalformedMessageException {
        if (!link.connected()) {
            drop(LaunchedTasks.of(operations), "Master disconnected");
            return;
        }
        for (byte[] id : offerIds) {
            offers.remove(id);
        }
        List<KnownTask> tasks = LaunchedTasks.withGroups(operations);
        link.send(Calls.accept(framework.id(), offerIds, operations, filters), new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                if (Refusal.of(status, text) != Refusal.NONE) {
                    drop(tasks, "Master did not take the launch: " + status + " " + text);
                    refused("ACCEPT", status, text);
                }
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                if (!mayHaveArrived) {
                    drop(tasks, "Master disconnected: " + reason);
                } else if (uncertain.size() + tasks.size() <= MOST_UNCERTAIN) {
                    uncertain.addAll(tasks);
                } else {
                    LOG.warn("launches without an answer: tasks={} (remembered: {})", tasks.size(), MOST_UNCERTAIN);
                }
            }
        });
    }

    /** Tells the framework of launches that nobody will carry out. */
    void drop(List<KnownTask> tasks, String message) {
        for (KnownTask task : tasks) {
            byte[] status = LaunchedTasks.dropped(task, framework.partitionAware(), message);
            voice.call(() -> callbacks.statusUpdate(status));
        }
    }

    void decline(byte[] offerId, byte[] filters) throws MalformedMessageException {
        if (link.connected()) {
            offers.remove(offerId);
            send(Calls.decline(framework.id(), Collections.singletonList(offerId), filters), "DECLINE");
        }
    }

    void kill(byte[] taskId) {
        if (link.connected()) {
            send(Calls.kill(framework.id(), taskId), "KILL");
        }
    }

    void request(List<byte[]> requests) {
        if (link.connected()) {
            send(Calls.request(framework.id(), requests), "REQUEST");
        }
    }

    /** @param roles none: all */
    void revive(Collection<String> roles) {
        framework.revive(roles);
        if (link.connected()) {
            send(Calls.revive(framework.id(), roles), "REVIVE");
        } else {
            updateWhenSubscribed = true;
        }
    }

    /** @param roles none: all */
    void suppress(Collection<String> roles) {
        framework.suppress(roles);
        if (link.connected()) {
            send(Calls.suppress(framework.id(), roles), "SUPPRESS");
        } else {
            updateWhenSubscribed = true;
        }
    }

    /** Does nothing for an update that needs no acknowledgement. */
    void acknowledge(WireMessage status) {
        byte[] uuid = status.bytes(11);
        byte[] agentId = status.bytes(5);
        if (link.connected() && uuid.length > 0 && agentId.length > 0) {
            send(Calls.acknowledge(framework.id(), agentId, status.bytes(1), uuid), "ACKNOWLEDGE");
        }
    }

    void message(byte[] executorId, byte[] agentId, byte[] data) {
        if (link.connected()) {
            send(Calls.message(framework.id(), agentId, executorId, data), "MESSAGE");
        }
    }

    /** @param tasks none: all */
    void reconcile(List<KnownTask> tasks) {
        if (link.connected()) {
            send(Calls.reconcile(framework.id(), tasks), "RECONCILE");
        }
    }

    void update(WireMessage info, Collection<String> suppressedRoles, byte[] constraints) {
        if (!framework.hasId()) {
            failed("MesosSchedulerDriver::updateFramework() must not be called prior to registration with the master");
            return;
        }
        String id = FrameworkDescription.idText(info);
        if (!id.equals(framework.idText())) {
            failed("The 'FrameworkInfo.id' provided to MesosSchedulerDriver::updateFramework() (" + id
                    + ") must be equal to the value known to the MesosSchedulerDriver (" + framework.idText() + ")");
            return;
        }
        framework.update(info, suppressedRoles, constraints);
        if (link.connected()) {
            sendUpdate();
        } else {
            updateWhenSubscribed = true;
        }
    }

    private void sendUpdate() {
        link.send(framework.updateFramework(), new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                if (status == 400 && Refusal.of(status, text) == Refusal.CALL) {
                    failed(text);
                } else {
                    refused("UPDATE_FRAMEWORK", status, text);
                    updateWhenSubscribed |= Refusal.of(status, text) != Refusal.NONE;
                }
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                updateWhenSubscribed = true;
            }
        });
    }

    private void send(byte[] call, String type) {
        link.send(call, new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                refused(type, status, text);
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                LOG.debug("no answer call={} reason={}", type, reason);
            }
        });
    }

    private void refused(String type, int status, String text) {
        Refusal refusal = Refusal.of(status, text);
        if (refusal == Refusal.NONE) {
            return;
        }
        LOG.warn("call was refused call={} status={} text={}", type, status, text);
        if (refusal == Refusal.SUBSCRIPTION) {
            link.renew(type + " was refused: " + status + " " + text);
        }
    }

    /** Stops offers, and nothing else: the framework may yet say whether its tasks are to go on. */
    void abort() {
        LOG.info("driver aborts framework={}", framework.idText());
        aborted = true;
        if (link.connected()) {
            send(Calls.suppress(framework.id(), Collections.emptySet()), "SUPPRESS");
            declineAll();
        }
        afterLastWords(life::end);
    }

    private void declineAll() {
        List<byte[]> all = offers.takeAll();
        if (!all.isEmpty() && link.connected()) {
            send(Calls.decline(framework.id(), all, NO_FILTERS), "DECLINE");
        }
    }

    /** @param failover the framework comes back, with its tasks */
    void stop(boolean failover) {
        LOG.info("driver stops framework={} failover={}", framework.idText(), failover);
        if (link.connected() && !failover) {
            send(Calls.teardown(framework.id()), "TEARDOWN");
        }
        afterLastWords(() -> {
            link.close();
            life.end();
            loop.close();
        });
    }

    /** Who waits for the driver's end may end the JVM then: what was called must be out. */
    private void afterLastWords(Runnable end) {
        Once once = new Once(end);
        link.whenSent(once);
        loop.schedule(LAST_WORDS_MS, once);
    }

    /** Makes the link of a session. */
    interface LinkMaker {

        MasterLink make(Subscriber subscriber);
    }

    private static final class Once implements Runnable {

        private final Runnable action;
        private boolean done;

        Once(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (!done) {
                done = true;
                action.run();
            }
        }
    }
}
