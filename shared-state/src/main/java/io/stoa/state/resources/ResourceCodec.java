package io.stoa.state.resources;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.Resource;
import org.jspecify.annotations.Nullable;

/** Reads {@link Resources} from Mesos' messages and texts, and writes them. */
final class ResourceCodec {

    private ResourceCodec() {}

    /** @throws IllegalArgumentException with Mesos' text where the text is malformed */
    static Resources parse(String text, String defaultRole) {
        Resources sum = Resources.EMPTY;
        for (Resource resource : CommandLineResources.read(text, defaultRole)) {
            sum = sum.plus(single(resource));
        }
        return sum;
    }

    /** @throws IllegalArgumentException with Mesos' text where one of them is invalid */
    static Resources read(Iterable<Resource> resources) {
        Resources sum = Resources.EMPTY;
        for (Resource resource : resources) {
            String invalidity = ResourceValidator.invalidity(resource);
            if (invalidity != null) {
                throw invalid(resource, invalidity, null);
            }
            try {
                sum = sum.plus(single(resource));
            } catch (ArithmeticException e) {
                throw invalid(resource, "the sum is too large", e);
            }
        }
        return sum;
    }

    private static IllegalArgumentException invalid(
            Resource resource, String why, @Nullable ArithmeticException cause) {
        String text = ResourceFormat.print(Resources.refined(resource));
        return new IllegalArgumentException("Resource '" + text + "' is invalid: " + why, cause);
    }

    private static Resources single(Resource resource) {
        ResourceKey plain = ResourceKey.ofPlain(resource);
        if (plain != null) {
            return Resources.single(plain, ResourceValue.of(resource));
        }
        Resource refined = Resources.refined(resource);
        Resource template = refined.toBuilder()
                .clearScalar()
                .clearRanges()
                .clearSet()
                .clearAllocationInfo()
                .build();
        return Resources.single(ResourceKey.of(template), ResourceValue.of(refined));
    }

    static List<Resource> write(Resources resources) {
        return messages(resources, ResourceKey::toProto, null);
    }

    static List<Resource> write(Resources resources, String allocationRole) {
        return messages(resources, ResourceKey::toProto, allocationRole);
    }

    static String print(Resources resources) {
        return ResourceFormat.print(messages(resources, ResourceKey::toRefinedProto, null));
    }

    static String print(Resources resources, String allocationRole) {
        return ResourceFormat.print(messages(resources, ResourceKey::toRefinedProto, allocationRole));
    }

    private static List<Resource> messages(
            Resources resources, Function<ResourceKey, Resource.Builder> form, @Nullable String allocationRole) {
        Resource.AllocationInfo allocation = allocationRole == null
                ? null
                : Resource.AllocationInfo.newBuilder().setRole(allocationRole).build();
        List<Resource> messages = new ArrayList<>();
        resources.forEach((key, value) -> {
            Resource.Builder message = form.apply(key);
            value.writeTo(message);
            if (allocation != null) {
                message.setAllocationInfo(allocation);
            }
            messages.add(message.build());
        });
        return messages;
    }
}
