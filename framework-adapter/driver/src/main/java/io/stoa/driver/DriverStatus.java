package io.stoa.driver;

/** How far a driver is, in Mesos' four steps; its {@code Status} says the same to the framework. */
public enum DriverStatus {
    NOT_STARTED,
    RUNNING,
    ABORTED,
    STOPPED
}
