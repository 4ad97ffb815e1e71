/**
 * What is in the state, as messages of the native RPC. Pure functions without state of their own; any thread may call
 * them. May use: the model of the state, Mesos' messages.
 */
@NullMarked
package io.stoa.rpc.entity;

import org.jspecify.annotations.NullMarked;
