/**
 * Where things are on an agent's disk: the directories of Mesos, so that tools that know them find what they look for.
 * Hard state lies here (what the agent checkpoints); this package only knows the places and makes the sandboxes.
 */
@NullMarked
package io.stoa.agent.sandbox;

import org.jspecify.annotations.NullMarked;
