package io.stoa.mesos.validation;

import io.stoa.state.resources.Resources;

/** What a task that is to be launched on accepted offers is judged against. */
public interface OfferedLaunchContext extends LaunchContext {

    /** What is left of the accepted offers. */
    Resources available();
}
