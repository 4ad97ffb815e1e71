/**
 * What a framework's scheduler drives: the subscription with the leading master, what is remembered while there is
 * none, and the callbacks. Messages of Mesos' classes cross as bytes only.
 */
@NullMarked
package io.stoa.driver.scheduler;

import org.jspecify.annotations.NullMarked;
