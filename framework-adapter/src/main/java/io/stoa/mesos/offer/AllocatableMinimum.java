package io.stoa.mesos.offer;

import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.mesos.v1.Protos.OfferFilters.MinAllocatableResources;

/**
 * What an offer must hold at least, so that nobody is bothered with crumbs.
 *
 * @param alternatives one of them must be there completely; without any, everything that is not empty is enough
 */
public record AllocatableMinimum(List<ResourceQuantities> alternatives) {

    /** Mesos' default. */
    public static final AllocatableMinimum CPU_OR_MEM = parse("cpus:0.01|mem:32");

    public AllocatableMinimum {
        alternatives = List.copyOf(alternatives);
    }

    /**
     * @param text as Mesos' flag {@code --min_allocatable_resources} has it, {@code cpus:0.01;disk:5|mem:32}
     * @throws IllegalArgumentException where the text is malformed
     */
    public static AllocatableMinimum parse(String text) {
        List<ResourceQuantities> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|", -1)) {
            if (!alternative.isBlank()) {
                alternatives.add(quantities(alternative));
            }
        }
        return new AllocatableMinimum(alternatives);
    }

    private static ResourceQuantities quantities(String text) {
        Map<String, Long> quantities = new HashMap<>();
        for (String quantity : text.split(";", -1)) {
            int colon = quantity.indexOf(':');
            try {
                double value = Double.parseDouble(quantity.substring(colon + 1));
                if (colon < 1 || !(value >= 0) || Double.isInfinite(value)) {
                    throw malformed(quantity);
                }
                quantities.put(quantity.substring(0, colon).strip(), Math.round(value * 1000));
            } catch (NumberFormatException e) {
                throw malformed(quantity);
            }
        }
        return ResourceQuantities.of(quantities);
    }

    private static IllegalArgumentException malformed(String quantity) {
        return new IllegalArgumentException("quantity: '" + quantity + "' (expected: name:number)");
    }

    /** What a framework asks for in {@code FrameworkInfo.offer_filters}. */
    static AllocatableMinimum of(MinAllocatableResources asked) {
        List<ResourceQuantities> alternatives = new ArrayList<>();
        asked.getQuantitiesList().forEach(quantities -> {
            Map<String, Long> alternative = new HashMap<>();
            quantities
                    .getQuantitiesMap()
                    .forEach((name, scalar) -> alternative.put(name, Math.round(scalar.getValue() * 1000)));
            alternatives.add(ResourceQuantities.of(alternative));
        });
        return new AllocatableMinimum(alternatives);
    }

    boolean isMetBy(Resources resources) {
        return !resources.isEmpty() && isMetBy(resources::quantityMilli);
    }

    /** @param milliByName thousandths by name of something that is not empty */
    boolean isMetBy(ToLongFunction<String> milliByName) {
        for (ResourceQuantities alternative : alternatives) {
            if (alternative.isWithin(milliByName)) {
                return true;
            }
        }
        return alternatives.isEmpty();
    }
}
