/**
 * Mesos' JSON form of protobuf messages, to the letter: what a Mesos master prints, and what it accepts and refuses
 * with which words. Works on any message by its descriptor (v0, v1 and our own). No state but tables that are computed
 * once for each message type; safe for use by any thread. May use: protobuf, Jackson's streaming parser and generator.
 */
@NullMarked
package io.stoa.proto.json;

import org.jspecify.annotations.NullMarked;
