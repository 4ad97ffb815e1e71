/**
 * The classes that take the place of those of Mesos' jar that load native code, under their names: the v1 libraries.
 */
@NullMarked
package org.apache.mesos.v1.scheduler;

import org.jspecify.annotations.NullMarked;
