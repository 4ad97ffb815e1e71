package io.stoa.driver.detector;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged by anybody, from now on. */
final class HeardLog extends Handler implements AutoCloseable {

    private final Logger all = Logger.getLogger("");
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();

    HeardLog() {
        all.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        all.removeHandler(this);
    }

    /** How many begin so. */
    long lines(String beginning) {
        return records.stream()
                .filter(line -> line.getMessage().startsWith(beginning))
                .count();
    }

    /** How many come from loggers whose name begins so. */
    long linesOf(String loggers) {
        return records.stream()
                .filter(line -> line.getLoggerName().startsWith(loggers))
                .count();
    }
}
