/** Brings a task's URIs into its sandbox. Soft state: a failed or interrupted fetch fails the task. */
@NullMarked
package io.stoa.agent.fetch;

import org.jspecify.annotations.NullMarked;
