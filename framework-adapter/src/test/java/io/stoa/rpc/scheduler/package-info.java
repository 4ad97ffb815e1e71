/** Tests of where native schedulers come in, over real gRPC. */
@NullMarked
package io.stoa.rpc.scheduler;

import org.jspecify.annotations.NullMarked;
