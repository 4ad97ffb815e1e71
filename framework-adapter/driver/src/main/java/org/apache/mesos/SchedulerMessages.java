package org.apache.mesos;

import io.stoa.driver.scheduler.SchedulerCallbacks;
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

/** Hands a scheduler what comes for it, in the framework's own bindings. */
final class SchedulerMessages implements SchedulerCallbacks {

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
    public void resourceOffers(List<byte[]> offers) throws IOException {
        List<Offer> parsed = new ArrayList<>(offers.size());
        for (byte[] offer : offers) {
            parsed.add(Offer.parseFrom(offer));
        }
        scheduler.resourceOffers(driver, parsed);
    }

    @Override
    public void offerRescinded(byte[] offerId) throws IOException {
        scheduler.offerRescinded(driver, OfferID.parseFrom(offerId));
    }

    @Override
    public void statusUpdate(byte[] status) throws IOException {
        scheduler.statusUpdate(driver, TaskStatus.parseFrom(status));
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
