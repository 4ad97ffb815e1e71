package io.stoa.rpc.entity;

import io.stoa.proto.v1.Scheduler;
import io.stoa.state.model.Framework;

/** Schedulers, which are the frameworks of the state, as messages. */
public final class SchedulerMessages {

    private SchedulerMessages() {}

    /** What the state knows. */
    public static Scheduler whole(Framework framework) {
        return message(framework).build();
    }

    /**
     * With what is in lists and descriptions only.
     *
     * @param tasks how many it has
     */
    public static Scheduler described(Framework framework, Scheduler.Door door, int tasks) {
        return message(framework).setDoor(door).setTasks(tasks).build();
    }

    private static Scheduler.Builder message(Framework framework) {
        return Scheduler.newBuilder()
                .setSchedulerId(framework.id().value())
                .setInfo(framework.info())
                .setGeneration(framework.generation().value())
                .setRegisteredAtMs(framework.registeredAtMs())
                .setReregisteredAtMs(framework.reregisteredAtMs());
    }
}
