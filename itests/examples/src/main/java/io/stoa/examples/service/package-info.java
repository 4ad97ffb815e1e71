/**
 * Keeps the services of a file running: spread over zones, the important ones first, away from hosts that are busy.
 *
 * <p>{@link io.stoa.examples.service.ServiceScheduler} is what to read first; {@code Planner} decides, with
 * {@code Spreading}, {@code Preemption} and {@code Relief}, and does nothing else; {@code UsageMeter} asks the agents
 * what is used. Soft state only: what runs, how often it failed and since when is in the cluster, in tasks and their
 * labels, unless operators drain the agent; what was measured is measured anew.
 */
@NullMarked
package io.stoa.examples.service;

import org.jspecify.annotations.NullMarked;
