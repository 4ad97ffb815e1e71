/**
 * Runs tasks as containers of a Docker engine. The engine holds the state: a container is found again by its name, and
 * what it printed is compared with what is in its sandbox. An engine may be away for a while: what it does not answer
 * is no news, and is asked again.
 */
@NullMarked
package io.stoa.agent.docker;

import org.jspecify.annotations.NullMarked;
