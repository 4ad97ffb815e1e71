/**
 * What is free and what is wanted, as values that schedulers reckon with. No state; every class is immutable, for any
 * thread. Uses Mesos' messages only.
 */
@NullMarked
package io.stoa.client.resources;

import org.jspecify.annotations.NullMarked;
