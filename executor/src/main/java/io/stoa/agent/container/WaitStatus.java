package io.stoa.agent.container;

import java.util.List;
import java.util.OptionalInt;

/**
 * How a process ended.
 *
 * @param raw as {@code waitpid} gives it on Linux
 */
public record WaitStatus(int raw) {

    private static final int CORE_DUMPED = 0x80;
    private static final int FIRST_REALTIME_SIGNAL = 34;
    private static final int LAST_SIGNAL = 64;

    /** What the C library says about signals 1 to 31; frameworks see these texts. */
    private static final List<String> SIGNALS = List.of(
            "Hangup",
            "Interrupt",
            "Quit",
            "Illegal instruction",
            "Trace/breakpoint trap",
            "Aborted",
            "Bus error",
            "Floating point exception",
            "Killed",
            "User defined signal 1",
            "Segmentation fault",
            "User defined signal 2",
            "Broken pipe",
            "Alarm clock",
            "Terminated",
            "Stack fault",
            "Child exited",
            "Continued",
            "Stopped (signal)",
            "Stopped",
            "Stopped (tty input)",
            "Stopped (tty output)",
            "Urgent I/O condition",
            "CPU time limit exceeded",
            "File size limit exceeded",
            "Virtual timer expired",
            "Profiling timer expired",
            "Window changed",
            "I/O possible",
            "Power failure",
            "Bad system call");

    public boolean succeeded() {
        return raw == 0;
    }

    /** With what it exited; empty where a signal ended it. */
    public OptionalInt exitCode() {
        return (raw & 0x7f) == 0 ? OptionalInt.of(raw >> 8 & 0xff) : OptionalInt.empty();
    }

    /** In Mesos' words: {@code exited with status 7}, {@code terminated with signal Aborted (core dumped)}. */
    public String words() {
        int signal = raw & 0x7f;
        if (signal == 0) {
            return "exited with status " + (raw >> 8 & 0xff);
        }
        return "terminated with signal " + signalName(signal) + ((raw & CORE_DUMPED) != 0 ? " (core dumped)" : "");
    }

    private static String signalName(int signal) {
        if (signal <= SIGNALS.size()) {
            return SIGNALS.get(signal - 1);
        }
        return signal >= FIRST_REALTIME_SIGNAL && signal <= LAST_SIGNAL
                ? "Real-time signal " + (signal - FIRST_REALTIME_SIGNAL)
                : "Unknown signal " + signal;
    }
}
