package io.stoa.driver;

import java.util.concurrent.CountDownLatch;

/**
 * The status of one driver and those who wait for its end. A status changes at once, where it is asked for; the end
 * that {@link #join} waits for comes when the driver's loop has done what it was asked before.
 *
 * <p>All methods may be called by any thread, inside callbacks too; {@link #join} would wait for ever there, as with
 * Mesos.
 */
public final class DriverLife {

    private final CountDownLatch ended = new CountDownLatch(1);
    private DriverStatus status = DriverStatus.NOT_STARTED;
    private boolean launched;

    public synchronized DriverStatus status() {
        return status;
    }

    public boolean running() {
        return status() == DriverStatus.RUNNING;
    }

    /** Runs the action, which starts the driver, unless it was started before. Returns the status then. */
    public synchronized DriverStatus start(Runnable launch) {
        if (status == DriverStatus.NOT_STARTED) {
            launch.run();
            launched = true;
            status = DriverStatus.RUNNING;
        }
        return status;
    }

    /** The driver cannot be started at all: nobody will wait for its end. */
    public synchronized DriverStatus failToStart() {
        status = DriverStatus.ABORTED;
        return status;
    }

    /** Runs the action if the driver runs, so that nothing comes between. Returns the status. */
    public synchronized DriverStatus whileRunning(Runnable action) {
        if (status == DriverStatus.RUNNING) {
            action.run();
        }
        return status;
    }

    /** Returns {@code ABORTED} if the driver was aborted before, although it is stopped from now on. */
    public synchronized DriverStatus stop(Runnable action) {
        if (status != DriverStatus.RUNNING && status != DriverStatus.ABORTED) {
            return status;
        }
        DriverStatus before = status;
        status = DriverStatus.STOPPED;
        if (launched) {
            action.run();
        }
        return before == DriverStatus.ABORTED ? DriverStatus.ABORTED : DriverStatus.STOPPED;
    }

    public synchronized DriverStatus abort(Runnable action) {
        if (status == DriverStatus.RUNNING) {
            status = DriverStatus.ABORTED;
            action.run();
        }
        return status;
    }

    /** Lets those go on who wait for the end. */
    public void end() {
        ended.countDown();
    }

    /** Waits for the end, and through interrupts, as Mesos' driver does. A driver that was never started has no end. */
    public DriverStatus join() {
        synchronized (this) {
            if (!launched) {
                return status;
            }
        }
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return status();
    }
}
