package io.stoa.driver.scheduler;

import io.stoa.driver.DriverLife;
import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
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
    /** Of what a master says, in a task's status; frameworks cut it or choke on it. */
    private static final int LONGEST_TEXT = 1_000;

    private static final double UNREADABLE_FOR_SECONDS = 3_600;

    private final EventLoop loop;
    private final DriverLife life;
    private final FrameworkDescription framework;
    private final SchedulerCallbacks callbacks;
    private final FrameworkVoice voice;
    /** Before a call that was not taken is made again for the first time. */
    private final long firstDelayMs;

    private final EventReader events;
    private final OutstandingOffers offers = new OutstandingOffers();
    private final UncertainTasks uncertain;
    private final MasterLink link;
    private final RepeatedCalls repeated;
    private final WantedState wanted;
    private boolean updateWhenSubscribed;
    /** The framework has changed itself, and must hear if the master does not take that. */
    private boolean updated;

    private boolean aborted;

    SchedulerSession(
            EventLoop loop,
            DriverLife life,
            FrameworkDescription framework,
            SchedulerCallbacks callbacks,
            FrameworkVoice voice,
            boolean implicitAcknowledgements,
            long firstDelayMs,
            LinkMaker links) {
        this.loop = loop;
        this.life = life;
        this.framework = framework;
        this.callbacks = callbacks;
        this.voice = voice;
        this.firstDelayMs = firstDelayMs;
        events = new EventReader(callbacks, voice, status -> taken(status, implicitAcknowledgements), this::unreadable);
        uncertain = new UncertainTasks(loop, firstDelayMs, this::askFor);
        link = links.make(this);
        repeated = new RepeatedCalls(loop, firstDelayMs, link);
        wanted = new WantedState(loop, firstDelayMs, link);
    }

    void start() {
        link.start();
    }

    @Override
    public String framework() {
        return framework.label();
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
        LOG.info("framework is {} framework={}", again ? "reregistered" : "registered", framework.label());
        if (updateWhenSubscribed) {
            updateWhenSubscribed = false;
            sendUpdate();
        }
        if (aborted) {
            suppressAll();
        }
        uncertain.subscribed();
        voice.call(() -> {
            if (again) {
                callbacks.reregistered(master);
            } else {
                callbacks.registered(frameworkId, master);
            }
        });
    }

    @Override
    public void identified(byte[] frameworkId) throws MalformedMessageException {
        if (!framework.hasId()) {
            framework.identify(frameworkId);
        }
    }

    @Override
    public void disconnected() {
        offers.clear();
        repeated.forget();
        wanted.forget();
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
            events.deliver(event, offered);
        }
    }

    @Override
    public void failed(String reason) {
        voice.error(() -> callbacks.error(reason));
        LOG.warn("framework fails framework={} reason={}", framework.label(), reason);
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
        if (!tasks.isEmpty() && uncertain.full()) {
            drop(tasks, "Too many launches before have no answer");
            giveBack(offerIds, filters);
            return;
        }
        uncertain.launching(tasks);
        long subscription = link.subscription();
        link.send(Calls.accept(framework.id(), offerIds, operations, filters), new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                Refusal refusal = Refusal.of(status, text);
                if (refusal == Refusal.UNCERTAIN) {
                    uncertain(status + " " + text);
                    return;
                }
                uncertain.answered(tasks);
                if (refusal == Refusal.NONE) {
                    return;
                }
                String told = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
                drop(tasks, "Master did not take the launch: " + status + " " + told);
                link.refused(subscription, "ACCEPT", status, told);
                giveBack();
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                if (mayHaveArrived) {
                    uncertain(reason);
                } else {
                    uncertain.answered(tasks);
                    drop(tasks, "The launch did not reach the master: " + reason);
                    giveBack();
                }
            }

            /** An ACCEPT that comes behind the DECLINE of its offers is answered by lost tasks. */
            private void uncertain(String reason) {
                uncertain.unanswered(tasks, reason);
                giveBack();
            }

            private void giveBack() {
                if (link.connected() && subscription == link.subscription()) {
                    SchedulerSession.this.giveBack(offerIds, filters);
                }
            }
        });
    }

    /** Offers that the framework has answered, and the master perhaps does not know it. */
    private void giveBack(List<byte[]> offerIds, byte[] filters) {
        if (!offerIds.isEmpty()) {
            repeated.send(Calls.decline(framework.id(), offerIds, filters), "DECLINE");
        }
    }

    private void taken(WireMessage status, boolean acknowledges) {
        uncertain.heardOf(status.bytes(1));
        if (acknowledges) {
            acknowledge(status);
        }
    }

    private void askFor(List<KnownTask> tasks) {
        if (link.connected() && life.running()) {
            send(Calls.reconcile(framework.id(), tasks), "RECONCILE");
        }
    }

    /** What is on offer will not be readable soon. */
    private void unreadable(List<byte[]> unread) {
        try {
            List<byte[]> ids = new ArrayList<>();
            for (byte[] offer : unread) {
                byte[] id = WireMessage.parse(offer).bytes(1);
                offers.remove(id);
                ids.add(id);
            }
            LOG.warn(
                    "offers that the framework's bindings cannot read are declined framework={} offers={}",
                    framework.label(),
                    ids.size());
            if (link.connected()) {
                giveBack(
                        ids, new WireWriter().decimal(1, UNREADABLE_FOR_SECONDS).toByteArray());
            }
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("an offer that was read before", e);
        }
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
            repeated.send(Calls.decline(framework.id(), Collections.singletonList(offerId), filters), "DECLINE");
        }
    }

    void kill(byte[] taskId) {
        if (link.connected()) {
            repeated.send(Calls.kill(framework.id(), taskId), "KILL");
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
            wanted.send(Calls.revive(framework.id(), roles), "REVIVE", text -> {});
        } else {
            updateWhenSubscribed = true;
        }
    }

    /** @param roles none: all */
    void suppress(Collection<String> roles) {
        framework.suppress(roles);
        if (link.connected()) {
            wanted.send(Calls.suppress(framework.id(), roles), "SUPPRESS", text -> {});
        } else {
            updateWhenSubscribed = true;
        }
    }

    /** Does nothing for an update that needs no acknowledgement. */
    void acknowledge(WireMessage status) {
        byte[] uuid = status.bytes(11);
        byte[] agentId = status.bytes(5);
        if (link.connected() && uuid.length > 0 && agentId.length > 0) {
            repeated.send(Calls.acknowledge(framework.id(), agentId, status.bytes(1), uuid), "ACKNOWLEDGE");
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
            repeated.send(Calls.reconcile(framework.id(), tasks), "RECONCILE");
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
        updated = true;
        framework.update(info, suppressedRoles, constraints);
        if (link.connected()) {
            sendUpdate();
        } else {
            updateWhenSubscribed = true;
        }
    }

    private void sendUpdate() {
        // Masters before 1.9 do not know the call; then what the roles were when the driver subscribed must do.
        wanted.send(framework.updateFramework(), "UPDATE_FRAMEWORK", updated ? this::failed : text -> {});
    }

    /** Once. */
    private void send(byte[] call, String type) {
        long subscription = link.subscription();
        link.send(call, new CallOutcome() {
            @Override
            public void answered(int status, String text) {
                link.refused(subscription, type, status, text);
            }

            @Override
            public void unanswered(String reason, boolean mayHaveArrived) {
                LOG.debug("no answer call={} reason={}", type, reason);
            }
        });
    }

    /** Stops offers, and nothing else: the framework may yet say whether its tasks are to go on. */
    void abort() {
        aborted = true;
        link.stopDetecting();
        if (link.connected()) {
            suppressAll();
            declineAll();
        }
        afterLastWords(new Once(life::end));
        LOG.info("driver aborts framework={}", framework.label());
    }

    private void suppressAll() {
        wanted.send(Calls.suppress(framework.id(), Collections.emptySet()), "SUPPRESS", text -> {});
    }

    private void declineAll() {
        List<byte[]> all = offers.takeAll();
        if (!all.isEmpty() && link.connected()) {
            repeated.send(Calls.decline(framework.id(), all, NO_FILTERS), "DECLINE");
        }
    }

    /** @param failover the framework comes back, with its tasks */
    void stop(boolean failover) {
        LOG.info("driver stops framework={} failover={}", framework.label(), failover);
        Once end = new Once(() -> {
            link.close();
            life.end();
            loop.close();
        });
        if (link.connected() && !failover) {
            new Teardown(loop, firstDelayMs, link, Calls.teardown(framework.id()), end).send();
            loop.schedule(LAST_WORDS_MS, end);
        } else {
            afterLastWords(end);
        }
    }

    /** Who waits for the driver's end may end the JVM then: what was called must be out. */
    private void afterLastWords(Once end) {
        link.whenSent(end);
        loop.schedule(LAST_WORDS_MS, end);
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
