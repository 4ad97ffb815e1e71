package io.stoa.rpc.cluster;

import io.grpc.StatusRuntimeException;
import io.stoa.rpc.UnreadBytes;
import io.stoa.time.Time;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Serves the watchers of one event loop, a message each in turn, a few of them at once: whatever else is to be done
 * there is done in between. However many there are, the log wakes it once.
 */
final class WatchPump {

    static final long REMINDER_MS = 15_000;

    private static final long TICK_MS = 1_000;
    private static final int WATCHERS_AT_ONCE = 32;

    private final Executor loop;
    private final Time time;
    private final UnreadBytes unread;
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final Queue<Watcher> due = new ArrayDeque<>();
    private boolean isTurning;
    private Time.@Nullable Timer tick;

    /** @param unread of all watchers */
    WatchPump(Executor loop, Time time, UnreadBytes unread) {
        this.loop = loop;
        this.time = time;
        this.unread = unread;
    }

    /** There is more in the log. Called by any thread. */
    void wake() {
        if (awake.compareAndSet(false, true)) {
            loop.execute(() -> {
                awake.set(false);
                addAll();
            });
        }
    }

    private void addAll() {
        watchers.forEach(this::addDue);
        turnSoon();
    }

    /** On the loop, like all below. */
    void add(Watcher watcher) {
        watchers.add(watcher);
        watcher.begin(time.monotonicMs());
        addDue(watcher);
        turnSoon();
        if (tick == null) {
            tickLater();
        }
    }

    /** @return whether it was there */
    boolean remove(Watcher watcher) {
        watcher.hasRead();
        return watchers.remove(watcher);
    }

    /** Its call is ready for more. */
    void serve(Watcher watcher) {
        watcher.hasRead();
        addDue(watcher);
        turnSoon();
    }

    private void addDue(Watcher watcher) {
        if (!watcher.isDue && watcher.hasWork()) {
            watcher.isDue = true;
            due.add(watcher);
        }
    }

    private void turnSoon() {
        if (!isTurning && !due.isEmpty()) {
            isTurning = true;
            loop.execute(this::turn);
        }
    }

    private void turn() {
        isTurning = false;
        long nowMs = time.monotonicMs();
        for (int i = 0; i < WATCHERS_AT_ONCE; i++) {
            Watcher watcher = due.poll();
            if (watcher == null) {
                return;
            }
            watcher.isDue = false;
            watcher.turn(nowMs);
            addDue(watcher);
            if (unread.isTooMuch()) {
                dropSlowest();
            }
        }
        turnSoon();
    }

    /** Of this loop; each sees to its own. */
    private void dropSlowest() {
        watchers.stream()
                .filter(watcher -> watcher.unreadBytes() > 0)
                .min(Comparator.comparingLong(Watcher::toldAtMs))
                .ifPresent(Watcher::drop);
    }

    private void tickLater() {
        tick = time.after(TICK_MS, loop, () -> {
            tick = null;
            long nowMs = time.monotonicMs();
            watchers.forEach(watcher -> watcher.remind(nowMs, REMINDER_MS));
            addAll();
            if (!watchers.isEmpty()) {
                tickLater();
            }
        });
    }

    /** Called by any thread. */
    void endAll(StatusRuntimeException error) {
        loop.execute(() -> watchers.forEach(watcher -> watcher.end(error)));
    }
}
