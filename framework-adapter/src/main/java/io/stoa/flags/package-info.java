/**
 * Mesos' command-line flags and {@code MESOS_*} variables, for the master and the agent alike: declared once, read into
 * typed values, printed as help and as the reference page; and what their servers do alike from the command line to the
 * exit code. No state but the process' log, no threads.
 */
@NullMarked
package io.stoa.flags;

import org.jspecify.annotations.NullMarked;
