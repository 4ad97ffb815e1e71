package org.apache.mesos;

import io.stoa.driver.DriverStatus;
import io.stoa.driver.http.Authorization;
import io.stoa.driver.scheduler.SchedulerControl;
import io.stoa.driver.scheduler.SchedulerSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Connects a framework's scheduler with Mesos over its v1 HTTP API. Takes the place of the class of this name that does
 * so in native code, whose documentation in Mesos' jar holds.
 *
 * <p>Every method may be called by any thread, also inside callbacks; none waits but {@link #join} and {@link #run}.
 * Inside a callback, or while one does not return, these never do: what they wait for comes after it.
 */
public class MesosSchedulerDriver extends ConstrainedSchedulerDriver implements SchedulerDriver {

    /** The defaults of all fields. */
    private static final byte[] UNSET = {};

    private final SchedulerControl control;

    /** Acknowledges status updates by itself, once the scheduler has taken them. */
    public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master) {
        this(scheduler, framework, Collections.emptyList(), master, true, null, "");
    }

    public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master, Credential credential) {
        this(scheduler, framework, Collections.emptyList(), master, true, present(credential, "credential"), "");
    }

    /** @param implicitAcknowledgements false: the framework acknowledges status updates */
    public MesosSchedulerDriver(
            Scheduler scheduler, FrameworkInfo framework, String master, boolean implicitAcknowledgements) {
        this(scheduler, framework, Collections.emptyList(), master, implicitAcknowledgements, null, "");
    }

    public MesosSchedulerDriver(
            Scheduler scheduler,
            FrameworkInfo framework,
            String master,
            boolean implicitAcknowledgements,
            Credential credential) {
        this(
                scheduler,
                framework,
                Collections.emptyList(),
                master,
                implicitAcknowledgements,
                present(credential, "credential"),
                "");
    }

    /** @param suppressedRoles those of the framework's roles that it wants no offers for at first */
    public MesosSchedulerDriver(
            Scheduler scheduler,
            FrameworkInfo framework,
            Collection<String> suppressedRoles,
            String master,
            boolean implicitAcknowledgements) {
        this(scheduler, framework, suppressedRoles, master, implicitAcknowledgements, null, "");
    }

    public MesosSchedulerDriver(
            Scheduler scheduler,
            FrameworkInfo framework,
            Collection<String> suppressedRoles,
            String master,
            boolean implicitAcknowledgements,
            Credential credential) {
        this(
                scheduler,
                framework,
                suppressedRoles,
                master,
                implicitAcknowledgements,
                present(credential, "credential"),
                "");
    }

    /** @param unused tells this constructor from that of the framework's which has a credential */
    private MesosSchedulerDriver(
            Scheduler scheduler,
            FrameworkInfo framework,
            Collection<String> suppressedRoles,
            String master,
            boolean implicitAcknowledgements,
            @Nullable Credential credential,
            String unused) {
        control = new SchedulerControl(
                new SchedulerMessages(present(scheduler, "Scheduler"), this),
                present(framework, "FrameworkInfo").toByteArray(),
                present(suppressedRoles, "suppressedRoles"),
                present(master, "master"),
                implicitAcknowledgements,
                credential == null ? null : Authorization.of(credential.toByteArray()),
                () -> SchedulerSettings.of(System.getenv()));
    }

    private static <T> T present(@Nullable T argument, String name) {
        if (argument == null) {
            throw new NullPointerException("Not expecting a null " + name);
        }
        return argument;
    }

    @Override
    public Status start() {
        return status(control.start());
    }

    @Override
    public Status stop(boolean failover) {
        return status(control.stop(failover));
    }

    @Override
    public Status stop() {
        return stop(false);
    }

    @Override
    public Status abort() {
        return status(control.abort());
    }

    @Override
    public Status join() {
        return status(control.join());
    }

    @Override
    public Status run() {
        Status status = start();
        return status == Status.DRIVER_RUNNING ? join() : status;
    }

    @Override
    public Status requestResources(Collection<Request> requests) {
        return status(control.requestResources(bytes(requests, request -> request.toByteArray())));
    }

    @Override
    @Deprecated
    public Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks) {
        return launch(Collections.singletonList(offerId), tasks, UNSET);
    }

    @Override
    @Deprecated
    public Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks, Filters filters) {
        return launch(Collections.singletonList(offerId), tasks, filters.toByteArray());
    }

    @Override
    public Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks) {
        return launch(offerIds, tasks, UNSET);
    }

    @Override
    public Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks, Filters filters) {
        return launch(offerIds, tasks, filters.toByteArray());
    }

    private Status launch(Collection<OfferID> offerIds, Collection<TaskInfo> tasks, byte[] filters) {
        return status(control.launchTasks(ids(offerIds), bytes(tasks, task -> task.toByteArray()), filters));
    }

    @Override
    public Status killTask(TaskID taskId) {
        return status(control.killTask(taskId.toByteArray()));
    }

    @Override
    public Status acceptOffers(Collection<OfferID> offerIds, Collection<Offer.Operation> operations, Filters filters) {
        return status(control.acceptOffers(
                ids(offerIds), bytes(operations, operation -> operation.toByteArray()), filters.toByteArray()));
    }

    @Override
    public Status declineOffer(OfferID offerId) {
        return status(control.declineOffer(offerId.toByteArray(), UNSET));
    }

    @Override
    public Status declineOffer(OfferID offerId, Filters filters) {
        return status(control.declineOffer(offerId.toByteArray(), filters.toByteArray()));
    }

    @Override
    public Status reviveOffers() {
        return status(control.reviveOffers());
    }

    @Override
    public Status reviveOffers(Collection<String> roles) {
        return status(control.reviveOffers(roles));
    }

    @Override
    public Status suppressOffers() {
        return status(control.suppressOffers());
    }

    @Override
    public Status suppressOffers(Collection<String> roles) {
        return status(control.suppressOffers(roles));
    }

    @Override
    public Status acknowledgeStatusUpdate(TaskStatus status) {
        return status(control.acknowledgeStatusUpdate(status.toByteArray()));
    }

    @Override
    public Status sendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, byte[] data) {
        return status(control.sendFrameworkMessage(executorId.toByteArray(), slaveId.toByteArray(), data));
    }

    @Override
    public Status reconcileTasks(Collection<TaskStatus> statuses) {
        return status(control.reconcileTasks(bytes(statuses, status -> status.toByteArray())));
    }

    /** Without offer constraints. */
    @Override
    @Deprecated
    public Status updateFramework(FrameworkInfo framework, Collection<String> suppressedRoles) {
        return updateFramework(framework, suppressedRoles, UNSET);
    }

    @Override
    Status updateFramework(FrameworkInfo framework, Collection<String> suppressedRoles, byte[] constraints) {
        return status(control.updateFramework(framework.toByteArray(), suppressedRoles, constraints));
    }

    private static List<byte[]> ids(Collection<OfferID> offerIds) {
        return bytes(offerIds, id -> id.toByteArray());
    }

    /** @param of no method reference, which would name a class of protobuf's that not every framework has */
    private static <T> List<byte[]> bytes(Collection<T> messages, Function<T, byte[]> of) {
        List<byte[]> bytes = new ArrayList<>(messages.size());
        for (T message : messages) {
            bytes.add(of.apply(message));
        }
        return bytes;
    }

    private static Status status(DriverStatus status) {
        switch (status) {
            case NOT_STARTED:
                return Status.DRIVER_NOT_STARTED;
            case RUNNING:
                return Status.DRIVER_RUNNING;
            case ABORTED:
                return Status.DRIVER_ABORTED;
            default:
                return Status.DRIVER_STOPPED;
        }
    }
}
