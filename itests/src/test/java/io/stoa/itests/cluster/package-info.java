/** Clusters with real processes: launched, killed, restarted. */
@NullMarked
package io.stoa.itests.cluster;

import org.jspecify.annotations.NullMarked;
