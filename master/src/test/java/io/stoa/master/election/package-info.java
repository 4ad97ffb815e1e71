/** Tests of the election, on a real ZooKeeper. */
@NullMarked
package io.stoa.master.election;

import org.jspecify.annotations.NullMarked;
