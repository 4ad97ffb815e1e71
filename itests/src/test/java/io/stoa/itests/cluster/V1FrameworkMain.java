package io.stoa.itests.cluster;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Mesos;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.apache.mesos.v1.scheduler.Scheduler;
import org.apache.mesos.v1.scheduler.V0Mesos;
import org.apache.mesos.v1.scheduler.V1Mesos;
import org.jspecify.annotations.Nullable;

/**
 * A framework on Mesos' libraries for the v1 API: it runs a task, kills it when it subscribes for a second time, and is
 * torn down then. Its arguments are the class that it uses and the master. V1Mesos takes TEARDOWN to the master before
 * it comes back, V0Mesos does not: so the process ends at once, or when its input does.
 */
final class V1FrameworkMain implements Scheduler {

    private static final long SUBSCRIBE_AGAIN_MS = 500;
    private static final TaskID TASK = TaskID.newBuilder().setValue("long").build();

    private final CountDownLatch tornDown = new CountDownLatch(1);
    private volatile @Nullable FrameworkID id;
    private volatile boolean subscribed;
    private boolean launched;

    public static void main(String[] arguments) throws InterruptedException, IOException {
        V1FrameworkMain framework = new V1FrameworkMain();
        boolean waits = arguments[0].equals("V1Mesos");
        Mesos mesos =
                waits ? new V1Mesos(framework, arguments[1]) : new V0Mesos(framework, framework.info(), arguments[1]);
        framework.tornDown.await();
        say("torn down by " + mesos.getClass().getSimpleName());
        if (!waits) {
            int unused = System.in.read();
        }
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private FrameworkInfo info() {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setUser(System.getProperty("user.name"))
                .setName("v1")
                .setCheckpoint(true)
                .setFailoverTimeout(600);
        FrameworkID known = id;
        return known == null ? info.build() : info.setId(known).build();
    }

    private Call.Builder call(Call.Type type) {
        Call.Builder call = Call.newBuilder().setType(type);
        FrameworkID known = id;
        return known == null ? call : call.setFrameworkId(known);
    }

    @Override
    public void connected(Mesos mesos) {
        say("connected");
        subscribed = false;
        Thread subscriber = new Thread(() -> subscribe(mesos));
        subscriber.setDaemon(true);
        subscriber.start();
    }

    /** A call may be dropped, and a master that begins refuses it. */
    private void subscribe(Mesos mesos) {
        while (!subscribed) {
            mesos.send(call(Call.Type.SUBSCRIBE)
                    .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info()))
                    .build());
            try {
                TimeUnit.MILLISECONDS.sleep(SUBSCRIBE_AGAIN_MS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void disconnected(Mesos mesos) {
        say("disconnected");
        subscribed = true;
    }

    @Override
    public void received(Mesos mesos, Event event) {
        switch (event.getType()) {
            case SUBSCRIBED -> subscribed(mesos, event.getSubscribed().getFrameworkId());
            case OFFERS -> offers(mesos, event.getOffers());
            case UPDATE -> update(mesos, event.getUpdate().getStatus());
            case ERROR -> say("error " + event.getError().getMessage());
            default -> {}
        }
    }

    private void subscribed(Mesos mesos, FrameworkID newId) {
        boolean again = newId.equals(id);
        subscribed = true;
        id = newId;
        say("subscribed " + newId.getValue());
        if (again) {
            mesos.send(call(Call.Type.KILL)
                    .setKill(Call.Kill.newBuilder().setTaskId(TASK))
                    .build());
        }
    }

    private void offers(Mesos mesos, Event.Offers offers) {
        for (Offer offer : offers.getOffersList()) {
            if (launched) {
                mesos.send(call(Call.Type.DECLINE)
                        .setDecline(Call.Decline.newBuilder().addOfferIds(offer.getId()))
                        .build());
            } else {
                launched = true;
                mesos.send(call(Call.Type.ACCEPT).setAccept(launch(offer)).build());
            }
        }
    }

    private static Call.Accept launch(Offer offer) {
        TaskInfo task = TaskInfo.newBuilder()
                .setName("long")
                .setTaskId(TASK)
                .setAgentId(offer.getAgentId())
                .addResources(scalar("cpus", 0.1))
                .addResources(scalar("mem", 32))
                .setCommand(CommandInfo.newBuilder().setValue("exec sleep 1014"))
                .build();
        return Call.Accept.newBuilder()
                .addOfferIds(offer.getId())
                .addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH)
                        .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task)))
                .build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private void update(Mesos mesos, TaskStatus status) {
        say("update " + status.getState());
        if (status.hasUuid()) {
            mesos.send(call(Call.Type.ACKNOWLEDGE)
                    .setAcknowledge(Call.Acknowledge.newBuilder()
                            .setTaskId(status.getTaskId())
                            .setAgentId(status.getAgentId())
                            .setUuid(status.getUuid()))
                    .build());
        }
        switch (status.getState()) {
            case TASK_KILLED -> {
                mesos.send(call(Call.Type.TEARDOWN).build());
                tornDown.countDown();
            }
            default -> {}
        }
    }
}
