package io.stoa.agent.docker;

import io.stoa.time.Time;

/**
 * An engine, and how it is dealt with.
 *
 * @param outputs what its containers print
 * @param calls where it is called
 * @param left what ended in it
 */
record EngineAccess(Engine engine, OutputLoop outputs, EngineCalls calls, LeftContainers left, Time time) {}
