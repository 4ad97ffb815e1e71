/**
 * How a task runs on this host: the containerizers' common interface. The containerizers are in packages of their own
 * below. Soft state; what must survive the agent is in the sandbox and the work directory.
 */
@NullMarked
package io.stoa.agent.container;

import org.jspecify.annotations.NullMarked;
