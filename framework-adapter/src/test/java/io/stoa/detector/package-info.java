/** Tests of the detectors, against a real ZooKeeper. */
@NullMarked
package io.stoa.detector;

import org.jspecify.annotations.NullMarked;
