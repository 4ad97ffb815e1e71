/**
 * What an agent answers over HTTP: Mesos' v0 endpoints and the calls of its v1 operator API. What is shown is a
 * snapshot that the agent's thread makes; what is done is done by {@code io.stoa.agent.container}. Soft state: open
 * streams. Handlers run on event loops and never block; what does runs on a few threads of its own. May use:
 * {@code io.stoa.http}, {@code io.stoa.v0}, {@code io.stoa.v1}, {@code io.stoa.metrics}.
 */
@NullMarked
package io.stoa.agent.http;

import org.jspecify.annotations.NullMarked;
