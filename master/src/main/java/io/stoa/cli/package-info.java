/**
 * What people type: the root of {@code stoa}'s commands and the admin commands against a running master.
 *
 * <p>Holds no state. Every command runs on the main thread and ends the process with an {@link io.stoa.cli.ExitCode}.
 * Talks to masters and agents over their public HTTP endpoints only, never to classes of theirs; what a command prints
 * goes to stdout, everything else in one line to stderr.
 */
@NullMarked
package io.stoa.cli;

import org.jspecify.annotations.NullMarked;
