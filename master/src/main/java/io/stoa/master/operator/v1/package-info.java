/**
 * Mesos' v1 operator API: {@code POST /api/v1} with a call in JSON or protobuf. One class for each group of calls; what
 * they show and change is {@code io.stoa.master.operator}'s and the shared state's.
 *
 * <p>Soft state: what was printed of immutable values, which costs only time to lose. Requests are read on the event
 * loop of their connection and answered on the operators' executor. May use: {@code io.stoa.http},
 * {@code io.stoa.mesos}, {@code io.stoa.state}.
 */
@NullMarked
package io.stoa.master.operator.v1;

import org.jspecify.annotations.NullMarked;
