package io.stoa.mesos.offer;

/** What came of taking offers. */
public sealed interface OfferTake {

    record Taken(TakenOffers offers) implements OfferTake {}

    /** @param error in Mesos' words, {@code Offer 12-O3 is no longer valid} */
    record Invalid(String error) implements OfferTake {}
}
