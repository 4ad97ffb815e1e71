package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;

/**
 * All offers from being made to being released. An offer is open until somebody closes it (takes, declines or rescinds
 * it): any thread may, and exactly one succeeds. Its resources are held until the allocator's thread, the only one that
 * may use the other methods, releases it; for an offer that was taken that is after the commit.
 */
final class OfferBook {

    private final ConcurrentHashMap<String, BookedOffer> open = new ConcurrentHashMap<>();
    private final Map<String, BookedOffer> held = new LinkedHashMap<>();
    private final Map<AgentId, Map<String, BookedOffer>> heldByAgent = new HashMap<>();
    private final Map<FrameworkId, Map<String, BookedOffer>> heldByFramework = new HashMap<>();

    void add(BookedOffer offer) {
        held.put(offer.id(), offer);
        heldByAgent
                .computeIfAbsent(offer.agentId(), id -> new LinkedHashMap<>())
                .put(offer.id(), offer);
        heldByFramework
                .computeIfAbsent(offer.frameworkId(), id -> new LinkedHashMap<>())
                .put(offer.id(), offer);
        open.put(offer.id(), offer);
    }

    /** From now on so much less is held by it. */
    void shrink(BookedOffer offer, Resources claimed) {
        BookedOffer rest = offer.less(claimed);
        held.put(rest.id(), rest);
        replaceIn(heldByAgent, rest.agentId(), rest);
        replaceIn(heldByFramework, rest.frameworkId(), rest);
    }

    void release(BookedOffer offer) {
        held.remove(offer.id());
        removeFrom(heldByAgent, offer.agentId(), offer);
        removeFrom(heldByFramework, offer.frameworkId(), offer);
    }

    private static <K> void replaceIn(Map<K, Map<String, BookedOffer>> index, K key, BookedOffer offer) {
        index.computeIfPresent(key, (same, offers) -> {
            offers.replace(offer.id(), offer);
            return offers;
        });
    }

    private static <K> void removeFrom(Map<K, Map<String, BookedOffer>> index, K key, BookedOffer offer) {
        index.computeIfPresent(key, (same, offers) -> {
            offers.remove(offer.id());
            return offers.isEmpty() ? null : offers;
        });
    }

    /** Those held on the agent, oldest first; a copy. */
    List<BookedOffer> on(AgentId agentId) {
        return List.copyOf(heldByAgent.getOrDefault(agentId, Map.of()).values());
    }

    /** Those held for the framework, oldest first; a copy. */
    List<BookedOffer> of(FrameworkId frameworkId) {
        return List.copyOf(heldByFramework.getOrDefault(frameworkId, Map.of()).values());
    }

    /** All that are held, oldest first; a copy. */
    List<BookedOffer> all() {
        return List.copyOf(held.values());
    }

    /** Those made at or before that moment, oldest first. */
    List<BookedOffer> madeUntil(long monotonicMs) {
        List<BookedOffer> old = new ArrayList<>();
        for (BookedOffer offer : held.values()) {
            if (offer.madeAtMs() > monotonicMs) {
                break;
            }
            old.add(offer);
        }
        return old;
    }

    Optional<BookedOffer> held(Offer offer) {
        return Optional.ofNullable(held.get(offer.getId().getValue()));
    }

    Collection<BookedOffer> open() {
        return open.values();
    }

    boolean isOpen(BookedOffer offer) {
        return open.containsKey(offer.id());
    }

    /** True for the one caller that ends the offer's being open; it has to see to its release. */
    boolean close(BookedOffer offer) {
        return open.remove(offer.id(), offer);
    }

    /** Closes those of them that are open offers of the framework. */
    List<BookedOffer> close(FrameworkId frameworkId, Collection<OfferID> offerIds) {
        List<BookedOffer> closed = new ArrayList<>();
        for (OfferID offerId : offerIds) {
            BookedOffer offer = open.get(offerId.getValue());
            if (offer != null && offer.frameworkId().equals(frameworkId) && close(offer)) {
                closed.add(offer);
            }
        }
        return closed;
    }

    /**
     * Closes all of them, or says why not. In the latter case those of the framework are closed all the same, and are
     * for {@code giveBack}.
     */
    OfferTake take(FrameworkId frameworkId, List<OfferID> offerIds, GiveBack giveBack) {
        Optional<String> error = validate(frameworkId, offerIds);
        List<BookedOffer> closed = close(frameworkId, offerIds);
        if (error.isEmpty() && closed.size() < offerIds.size()) {
            error = Optional.of(noLongerValid(firstMissing(offerIds, closed)));
        }
        if (error.isPresent()) {
            giveBack.giveBack(closed);
            return new OfferTake.Invalid(error.get());
        }
        Resources total = closed.stream().map(BookedOffer::resources).reduce(Resources.EMPTY, Resources::plus);
        BookedOffer first = closed.get(0);
        return new OfferTake.Taken(new TakenOffers(
                frameworkId,
                first.agentId(),
                first.role(),
                total,
                closed.stream().map(BookedOffer::offer).toList()));
    }

    /** What becomes of good offers in bad company. */
    @FunctionalInterface
    interface GiveBack {
        void giveBack(List<BookedOffer> closed);
    }

    /** Mesos' checks, in Mesos' order and words (the unbalanced quote included). */
    private Optional<String> validate(FrameworkId frameworkId, List<OfferID> offerIds) {
        if (offerIds.isEmpty()) {
            return Optional.of("No offers specified");
        }
        Set<String> seen = new HashSet<>();
        for (OfferID offerId : offerIds) {
            if (!seen.add(offerId.getValue())) {
                return Optional.of("Duplicate offer " + offerId.getValue() + " in offer list");
            }
        }
        List<BookedOffer> offers = new ArrayList<>(offerIds.size());
        for (OfferID offerId : offerIds) {
            BookedOffer offer = open.get(offerId.getValue());
            if (offer == null) {
                return Optional.of(noLongerValid(offerId));
            }
            offers.add(offer);
        }
        return validateTogether(frameworkId, offers);
    }

    private static Optional<String> validateTogether(FrameworkId frameworkId, List<BookedOffer> offers) {
        for (BookedOffer offer : offers) {
            if (!offer.frameworkId().equals(frameworkId)) {
                return Optional.of("Offer " + offer.id() + " has invalid framework " + offer.frameworkId()
                        + " while framework " + frameworkId + " is expected");
            }
        }
        BookedOffer first = offers.get(0);
        for (BookedOffer offer : offers) {
            if (!offer.role().equals(first.role())) {
                return Optional.of("Aggregated offers must be allocated to the same role. Offer " + offer.id()
                        + " uses role '" + offer.role() + " but another is using role '" + first.role());
            }
        }
        for (BookedOffer offer : offers) {
            if (!offer.agentId().equals(first.agentId())) {
                return Optional.of("Aggregated offers must belong to one single agent. Offer " + offer.id()
                        + " uses agent " + offer.agentId() + " and agent " + first.agentId());
            }
        }
        return Optional.empty();
    }

    private static OfferID firstMissing(List<OfferID> offerIds, List<BookedOffer> closed) {
        Set<String> ids = new HashSet<>();
        closed.forEach(offer -> ids.add(offer.id()));
        return offerIds.stream()
                .filter(offerId -> !ids.contains(offerId.getValue()))
                .findFirst()
                .orElseThrow();
    }

    private static String noLongerValid(OfferID offerId) {
        return "Offer " + offerId.getValue() + " is no longer valid";
    }
}
