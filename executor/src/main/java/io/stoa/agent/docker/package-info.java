/**
 * Runs tasks as containers of a Docker engine. The engine holds the state: a container is found again by its name, and
 * what it printed is compared with what is in its sandbox.
 */
@NullMarked
package io.stoa.agent.docker;

import org.jspecify.annotations.NullMarked;
