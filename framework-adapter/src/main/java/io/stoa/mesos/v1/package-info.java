/**
 * The HTTP front of Mesos' v1 scheduler API: {@code POST /api/v1/scheduler}, JSON and protobuf, RecordIO and
 * {@code Mesos-Stream-Id}. Knows how calls and events travel; what they do is in {@code io.stoa.mesos.scheduler}.
 *
 * <p>Soft state: open event streams. Losing them costs each framework one new subscription. Runs on Netty's loops, a
 * stream on its channel's. May use: {@code io.stoa.http}, {@code io.stoa.proto}.
 */
@NullMarked
package io.stoa.mesos.v1;

import org.jspecify.annotations.NullMarked;
