/**
 * How long tests wait for what is to come: by the time that their machine had, not by the clock. Used by tests only, on
 * their threads, and uses JUnit and Awaitility only; has no state but what the machine's processors did at last.
 */
@NullMarked
package io.stoa.testing;

import org.jspecify.annotations.NullMarked;
