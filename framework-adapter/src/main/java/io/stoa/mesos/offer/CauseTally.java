package io.stoa.mesos.offer;

import io.stoa.mesos.offer.OfferExplanation.Example;
import io.stoa.mesos.offer.OfferExplanation.Holder;
import io.stoa.mesos.offer.OfferExplanation.OnAgents;
import io.stoa.state.model.Agent;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Counts agents by cause. */
final class CauseTally {

    private record HolderKey(FrameworkId frameworkId, String role) {}

    private static final class Count {

        int agents;
        ResourceQuantities resources = ResourceQuantities.EMPTY;
        OptionalLong firstMs = OptionalLong.empty();
        OptionalLong lastMs = OptionalLong.empty();
        final List<Example> examples = new ArrayList<>(OfferExplanation.MAX_EXAMPLES);
    }

    private final Map<OfferCause, Count> counts = new EnumMap<>(OfferCause.class);
    private final Map<HolderKey, Holder> holders = new HashMap<>();

    void add(OfferCause cause, Agent agent, Resources resources) {
        add(cause, agent, resources, OptionalLong.empty());
    }

    /** @param ms as in {@link OnAgents} */
    void add(OfferCause cause, Agent agent, Resources resources, OptionalLong ms) {
        Count count = counts.computeIfAbsent(cause, same -> new Count());
        count.agents++;
        count.resources = count.resources.plus(resources.quantities());
        if (count.examples.size() < OfferExplanation.MAX_EXAMPLES) {
            count.examples.add(new Example(agent.id(), agent.info().getHostname(), resources, ms));
        }
        ms.ifPresent(value -> {
            count.firstMs = OptionalLong.of(Math.min(value, count.firstMs.orElse(value)));
            count.lastMs = OptionalLong.of(Math.max(value, count.lastMs.orElse(value)));
        });
    }

    /** Somebody holds something on an agent under {@link OfferCause#ON_OFFER}; once for each offer. */
    void hold(BookedOffer offer, long ageMs) {
        holders.merge(
                new HolderKey(offer.frameworkId(), offer.role()),
                new Holder(offer.frameworkId(), offer.role(), 1, ageMs),
                (known, more) -> new Holder(
                        known.frameworkId(),
                        known.role(),
                        known.offers() + 1,
                        Math.max(known.oldestMs(), more.oldestMs())));
    }

    List<OnAgents> toList() {
        List<OnAgents> all = new ArrayList<>();
        counts.forEach((cause, count) -> all.add(new OnAgents(
                cause,
                count.agents,
                count.resources,
                count.firstMs,
                count.lastMs,
                count.examples,
                cause == OfferCause.ON_OFFER ? mostHolding() : List.of())));
        return all;
    }

    private List<Holder> mostHolding() {
        return holders.values().stream()
                .sorted(Comparator.comparingInt(Holder::offers)
                        .reversed()
                        .thenComparing(holder -> holder.frameworkId().value())
                        .thenComparing(Holder::role))
                .limit(OfferExplanation.MAX_EXAMPLES)
                .toList();
    }
}
