package io.stoa.driver.detector;

/** Tells a listener who leads, from {@link #start} until it is closed. */
public interface MasterDetector {

    /** Called once. Never blocks. */
    void start(LeaderListener listener);

    /** The listener is told nothing more, but for what it is being told. Never blocks. */
    void close();
}
