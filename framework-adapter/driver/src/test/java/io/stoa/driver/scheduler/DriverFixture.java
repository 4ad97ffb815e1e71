package io.stoa.driver.scheduler;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A scripted master, a scheduler that notes what it hears, and drivers between them. */
@Timeout(120)
abstract class DriverFixture {

    final HeardScheduler scheduler = new HeardScheduler();
    final ScriptedMaster master = newMaster();
    private final List<MesosSchedulerDriver> drivers = new ArrayList<>();

    private static ScriptedMaster newMaster() {
        try {
            return new ScriptedMaster();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        drivers.forEach(driver -> driver.stop(true));
        master.close();
    }

    /** With explicit acknowledgements, started. */
    MesosSchedulerDriver started() {
        return started(new MesosSchedulerDriver(scheduler, aFramework().build(), master.address(), false));
    }

    MesosSchedulerDriver started(MesosSchedulerDriver driver) {
        drivers.add(driver);
        driver.start();
        return driver;
    }

    /** Started, and registered with the usual master. */
    MesosSchedulerDriver registered() throws Exception {
        return registered(started());
    }

    MesosSchedulerDriver registered(MesosSchedulerDriver driver) throws Exception {
        master.subscribed();
        scheduler.next();
        return driver;
    }

    static FrameworkInfo.Builder aFramework() {
        return FrameworkInfo.newBuilder().setUser("").setName("under-test").addRoles("web");
    }

    static FrameworkID frameworkId(String id) {
        return FrameworkID.newBuilder().setValue(id).build();
    }

    static Credential credential(String principal, String secret) {
        return Credential.newBuilder().setPrincipal(principal).setSecret(secret).build();
    }

    static OfferID offer(String id) {
        return OfferID.newBuilder().setValue(id).build();
    }

    static TaskID task(String id) {
        return TaskID.newBuilder().setValue(id).build();
    }

    static SlaveID agent() {
        return SlaveID.newBuilder().setValue("agent-1").build();
    }

    static ExecutorID executor() {
        return ExecutorID.newBuilder().setValue("executor-1").build();
    }

    static TaskInfo aTask(String id) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(task(id))
                .setSlaveId(agent())
                .build();
    }

    static Offer.Operation launch(String... tasks) {
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (String task : tasks) {
            launch.addTaskInfos(aTask(task));
        }
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(launch)
                .build();
    }
}
