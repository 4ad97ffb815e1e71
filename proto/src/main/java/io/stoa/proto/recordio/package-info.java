/**
 * RecordIO, the framing of Mesos' event streams: the length in decimal, a newline, that many bytes. Values and a
 * decoder that belongs to one stream; no threads.
 */
@NullMarked
package io.stoa.proto.recordio;

import org.jspecify.annotations.NullMarked;
