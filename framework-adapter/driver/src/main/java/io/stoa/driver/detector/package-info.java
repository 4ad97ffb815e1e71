/**
 * Who leads: finds the leading master from what a framework calls its master, and tells of every change. Soft state,
 * read anew from ZooKeeper whenever its session is lost.
 */
@NullMarked
package io.stoa.driver.detector;

import org.jspecify.annotations.NullMarked;
