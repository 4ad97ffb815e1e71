package io.stoa.rpc.scheduler;

import io.stoa.rpc.ScalarAmounts;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** What may be asked for at all, whatever there is. */
final class Amounts {

    /** In one list: adding up takes time that grows with the square of it. */
    private static final int MAX_RESOURCES = 256;

    private Amounts() {}

    /** What is wrong with resources, with actual and expected value. */
    static Optional<String> invalidity(List<Resource> resources) {
        if (resources.size() > MAX_RESOURCES) {
            return Optional.of(resources.size() + " (expected: at most " + MAX_RESOURCES + ")");
        }
        for (Resource resource : resources) {
            Optional<String> error = invalidity(resource);
            if (error.isPresent()) {
                return error;
            }
        }
        return Optional.empty();
    }

    /** @param resources with allocation roles, which are to be that role */
    static Optional<String> invalidity(List<Resource> resources, String role) {
        Optional<String> error = invalidity(resources);
        for (int i = 0; i < resources.size() && error.isEmpty(); i++) {
            error = allocation(resources.get(i), role);
        }
        return error;
    }

    private static Optional<String> invalidity(Resource resource) {
        Optional<String> amount = resource.getType() == Value.Type.SCALAR && resource.hasScalar()
                ? ScalarAmounts.invalidity(
                        resource.getName(), resource.getScalar().getValue())
                : Optional.empty();
        return amount.or(() -> Resources.invalidity(resource).map(text -> resource.getName() + ": " + text));
    }

    private static Optional<String> allocation(Resource resource, String role) {
        String allocated = resource.getAllocationInfo().getRole();
        return allocated.equals(role)
                ? Optional.empty()
                : Optional.of(resource.getName() + ": allocated to '" + allocated + "' (expected: '" + role + "')");
    }

    /** What of them is reserved for others than the role, and those above it. */
    static Optional<String> ofOthers(Resources resources, String role) {
        Resources others = resources.minus(resources.allocatableTo(role));
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(others + " (expected: not reserved"
                        + (role.equals(Roles.UNRESERVED) ? "" : ", or reserved for '" + role + "' or a role above it")
                        + ")");
    }
}
