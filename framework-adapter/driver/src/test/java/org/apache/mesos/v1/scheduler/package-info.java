@NullMarked
package org.apache.mesos.v1.scheduler;

import org.jspecify.annotations.NullMarked;
