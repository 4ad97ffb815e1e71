/**
 * The place of the pure-Java Mesos driver, which the module's name promises and which is not there yet: frameworks
 * connect over the v1 HTTP API. It will depend on {@code proto} only, so that nothing of Stoa's reaches the class path
 * of a framework.
 */
@NullMarked
package io.stoa.driver;

import org.jspecify.annotations.NullMarked;
