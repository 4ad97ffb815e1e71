package io.stoa.mesos;

import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** Which roles a framework is in. */
public final class FrameworkRoles {

    private FrameworkRoles() {}

    /** {@code roles} of a framework that is MULTI_ROLE, its one {@code role} (by default {@code *}) otherwise. */
    @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE have nothing else.
    public static Set<String> of(FrameworkInfo info) {
        boolean multiRole = info.getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
        return multiRole ? new LinkedHashSet<>(info.getRolesList()) : Set.of(info.getRole());
    }
}
