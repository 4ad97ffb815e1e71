/**
 * What was reserved on this host and made a volume of. Hard state: the agent's total, in a file of the work directory,
 * and the volumes' directories; losing the file loses nothing as long as the master knows the agent. Used on the
 * agent's thread; disks are worked on elsewhere, one change after the other.
 */
@NullMarked
package io.stoa.agent.volume;

import org.jspecify.annotations.NullMarked;
