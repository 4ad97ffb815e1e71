package io.stoa.mesos.offer;

import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.DomainInfo.FaultDomain.RegionInfo;

/**
 * Who is offered what, as far as operators say so.
 *
 * @param minimum what an offer must hold, unless its framework asked for something else
 * @param filterGpus whether agents with GPUs are only for frameworks that know them
 * @param domain where the master is
 * @param mode of the offers to frameworks that ask for neither
 * @param scarce names of resources that are no part of anybody's share
 */
public record OfferPolicy(
        AllocatableMinimum minimum,
        boolean filterGpus,
        Optional<DomainInfo> domain,
        OfferMode mode,
        Set<String> scarce) {

    /** Mesos' defaults. */
    public static final OfferPolicy DEFAULTS =
            new OfferPolicy(AllocatableMinimum.CPU_OR_MEM, true, Optional.empty(), OfferMode.EXCLUSIVE);

    public OfferPolicy {
        scarce = Set.copyOf(scarce);
    }

    /** Nothing is scarce. */
    public OfferPolicy(AllocatableMinimum minimum, boolean filterGpus, Optional<DomainInfo> domain, OfferMode mode) {
        this(minimum, filterGpus, domain, mode, Set.of());
    }

    /** Whether the agent is in another region than the master. Who says of neither where it is, is not. */
    boolean isRemote(AgentInfo agent) {
        return agent.getDomain().hasFaultDomain()
                && domain.filter(DomainInfo::hasFaultDomain)
                        .filter(own -> !region(own).equals(region(agent.getDomain())))
                        .isPresent();
    }

    private static RegionInfo region(DomainInfo domain) {
        return domain.getFaultDomain().getRegion();
    }
}
