package io.stoa.mesos.offer;

import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;

/** Where a subscribed framework's offers go. Called on the allocator's thread; must not block. */
public interface OfferSink {

    /** @param offers not empty; all that one allocation has for the framework */
    void offers(List<Offer> offers);

    void rescind(OfferID offerId);
}
