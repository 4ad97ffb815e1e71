package io.stoa.driver.scheduler;

import io.stoa.testing.Patience;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;

/** Notes as lines of text how it is called back, and does what a test wants it to do then. */
final class HeardScheduler implements Scheduler {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Map<String, Consumer<SchedulerDriver>> reactions = new ConcurrentHashMap<>();

    /** @param callback its name, the first word of its line */
    void on(String callback, Consumer<SchedulerDriver> reaction) {
        reactions.put(callback, reaction);
    }

    /** The next line; waits for it with patience. */
    String next() throws InterruptedException {
        String next = Patience.next(heard);
        return next == null ? "nothing" : next;
    }

    boolean isEmpty() {
        return heard.isEmpty();
    }

    private void hear(SchedulerDriver driver, String line) {
        heard.add(line);
        reactions.getOrDefault(line.split(" ", 2)[0], unused -> {}).accept(driver);
    }

    @Override
    public void registered(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
        hear(driver, "registered " + id.getValue() + " " + master.getId() + " " + master.getHostname());
    }

    @Override
    public void reregistered(SchedulerDriver driver, MasterInfo master) {
        hear(driver, "reregistered " + master.getId());
    }

    @Override
    public void resourceOffers(SchedulerDriver driver, List<Offer> offers) {
        StringBuilder line = new StringBuilder("resourceOffers");
        offers.forEach(offer -> line.append(' ').append(offer.getId().getValue()));
        hear(driver, line.toString());
    }

    @Override
    public void offerRescinded(SchedulerDriver driver, OfferID offerId) {
        hear(driver, "offerRescinded " + offerId.getValue());
    }

    @Override
    public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
        hear(
                driver,
                "statusUpdate " + status.getTaskId().getValue() + " " + status.getState() + " "
                        + (status.hasReason() ? status.getReason() + " " : "")
                        + (status.hasUuid() ? "uuid " : "") + status.getSource());
    }

    @Override
    public void frameworkMessage(SchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, byte[] data) {
        hear(
                driver,
                "frameworkMessage " + executorId.getValue() + " " + slaveId.getValue() + " "
                        + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void disconnected(SchedulerDriver driver) {
        hear(driver, "disconnected");
    }

    @Override
    public void slaveLost(SchedulerDriver driver, SlaveID slaveId) {
        hear(driver, "slaveLost " + slaveId.getValue());
    }

    @Override
    public void executorLost(SchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, int status) {
        hear(driver, "executorLost " + executorId.getValue() + " " + slaveId.getValue() + " " + status);
    }

    @Override
    public void error(SchedulerDriver driver, String message) {
        hear(driver, "error " + message);
    }
}
