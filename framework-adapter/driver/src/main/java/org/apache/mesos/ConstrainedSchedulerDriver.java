package org.apache.mesos;

import java.util.Collection;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.scheduler.Protos.OfferConstraints;

/**
 * What takes a type that bindings before 1.11 lack. It stands apart so that frameworks with such bindings can look at
 * {@link MesosSchedulerDriver}'s methods by reflection, which fails where a type of any of them is missing.
 */
public abstract class ConstrainedSchedulerDriver {

    ConstrainedSchedulerDriver() {}

    public Status updateFramework(
            FrameworkInfo framework, Collection<String> suppressedRoles, OfferConstraints constraints) {
        return updateFramework(framework, suppressedRoles, constraints.toByteArray());
    }

    /** @param constraints {@code OfferConstraints} */
    abstract Status updateFramework(FrameworkInfo framework, Collection<String> suppressedRoles, byte[] constraints);
}
