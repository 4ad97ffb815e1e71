/**
 * What keeps containers of processes within what they were given: cgroups of version 1 or 2 for CPU and memory, a group
 * of its own for each container to end it by, figures of what it uses, and the quota of its sandbox. Soft state: what a
 * restarted agent needs, the kernel and the containers' runtime directories keep. Thread-safe; reads and writes files.
 */
@NullMarked
package io.stoa.agent.isolation;

import org.jspecify.annotations.NullMarked;
