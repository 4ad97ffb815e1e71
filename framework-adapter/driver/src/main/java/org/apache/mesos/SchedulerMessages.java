package org.apache.mesos;

import io.stoa.driver.scheduler.SchedulerCallbacks;
import io.stoa.driver.scheduler.UnreadableMessageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a scheduler what comes for it, in the framework's own bindings. */
final class SchedulerMessages implements SchedulerCallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerMessages.class);

    private final Scheduler scheduler;
    private final SchedulerDriver driver;

    SchedulerMessages(Scheduler scheduler, SchedulerDriver driver) {
        this.scheduler = scheduler;
        this.driver = driver;
    }

    @Override
    public void registered(byte[] frameworkId, byte[] master) throws IOException {
        scheduler.registered(driver, FrameworkID.parseFrom(frameworkId), MasterInfo.parseFrom(master));
    }

    @Override
    public void reregistered(byte[] master) throws IOException {
        scheduler.reregistered(driver, MasterInfo.parseFrom(master));
    }

    @Override
    public void disconnected() {
        scheduler.disconnected(driver);
    }

    @Override
    public List<byte[]> resourceOffers(List<byte[]> offers) {
        List<Offer> parsed = new ArrayList<>(offers.size());
        List<byte[]> unreadable = new ArrayList<>();
        for (byte[] offer : offers) {
            try {
                parsed.add(Offer.parseFrom(offer));
            } catch (IOException e) {
                LOG.debug("an offer cannot be read", e);
                unreadable.add(offer);
            }
        }
        if (!parsed.isEmpty()) {
            scheduler.resourceOffers(driver, parsed);
        }
        return unreadable;
    }

    @Override
    public void offerRescinded(byte[] offerId) throws IOException {
        scheduler.offerRescinded(driver, OfferID.parseFrom(offerId));
    }

    @Override
    public void statusUpdate(byte[] status) throws IOException {
        TaskStatus parsed;
        try {
            parsed = TaskStatus.parseFrom(status);
        } catch (IOException e) {
            throw new UnreadableMessageException(e);
        }
        scheduler.statusUpdate(driver, parsed);
    }

    @Override
    public void frameworkMessage(byte[] executorId, byte[] agentId, byte[] data) throws IOException {
        scheduler.frameworkMessage(driver, ExecutorID.parseFrom(executorId), SlaveID.parseFrom(agentId), data);
    }

    @Override
    public void slaveLost(byte[] agentId) throws IOException {
        scheduler.slaveLost(driver, SlaveID.parseFrom(agentId));
    }

    @Override
    public void executorLost(byte[] executorId, byte[] agentId, int status) throws IOException {
        scheduler.executorLost(driver, ExecutorID.parseFrom(executorId), SlaveID.parseFrom(agentId), status);
    }

    @Override
    public void error(String message) {
        scheduler.error(driver, message);
    }
}
