package io.stoa.state.transaction;

import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;

/**
 * The scheduler that asks. Its transactions are refused as soon as another instance of it has subscribed.
 *
 * @param frameworkId the framework that it is
 * @param generation of that framework, as its admission gave it
 */
public record Author(FrameworkId frameworkId, StateVersion generation) {}
