package io.stoa.mesos.offer;

import java.util.Locale;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;

/** Whether resources that are on offer to one framework are kept from the others. */
public enum OfferMode {
    /** They are, as in Mesos. */
    EXCLUSIVE,
    /** Several have them on offer at once, and the first ACCEPT that commits gets them. */
    OPTIMISTIC;

    /** The label by which a framework asks for one of them; its value is the mode's name in lower case. */
    public static final String LABEL = "stoa.offers";

    /** @throws IllegalArgumentException where it is neither */
    public static OfferMode parse(String text) {
        for (OfferMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("offers: '" + text + "' (expected: exclusive, optimistic)");
    }

    /** What the framework asks for, where it asks for one of them. */
    static Optional<OfferMode> of(FrameworkInfo info) {
        for (Label label : info.getLabels().getLabelsList()) {
            for (OfferMode mode : values()) {
                if (label.getKey().equals(LABEL) && label.getValue().equals(mode.text())) {
                    return Optional.of(mode);
                }
            }
        }
        return Optional.empty();
    }

    private String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
