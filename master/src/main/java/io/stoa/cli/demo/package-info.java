/**
 * {@code stoa demo}: a cluster of one process and, beside it, Singularity as it was released, which deploys a service
 * and runs a job on it. Nothing here is known to the rest of Stoa, and Singularity's classes are on no class path of
 * ours: {@link io.stoa.cli.demo.Singularity} is a process, {@link io.stoa.cli.demo.SingularityApi} its REST interface.
 */
@NullMarked
package io.stoa.cli.demo;

import org.jspecify.annotations.NullMarked;
