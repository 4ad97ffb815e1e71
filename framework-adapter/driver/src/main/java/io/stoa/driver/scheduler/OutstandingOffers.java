package io.stoa.driver.scheduler;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Offers that the framework has and may still answer; what is beyond the limit is the master's to remember. */
final class OutstandingOffers {

    private static final int MOST = 100_000;

    private final Set<String> ids = new LinkedHashSet<>();

    /** @param offers each an {@code Offer} */
    void add(List<byte[]> offers) throws MalformedMessageException {
        for (byte[] offer : offers) {
            if (ids.size() < MOST) {
                ids.add(id(WireMessage.parse(offer).bytes(1)));
            }
        }
    }

    /** @param offerId an {@code OfferID} */
    void remove(byte[] offerId) throws MalformedMessageException {
        ids.remove(id(offerId));
    }

    void clear() {
        ids.clear();
    }

    /** All, each as an {@code OfferID}, and forgets them. */
    List<byte[]> takeAll() {
        List<byte[]> all = new ArrayList<>();
        for (String id : ids) {
            all.add(new WireWriter().text(1, id).toByteArray());
        }
        ids.clear();
        return all;
    }

    private static String id(byte[] offerId) throws MalformedMessageException {
        return WireMessage.parse(offerId).text(1, "");
    }
}
