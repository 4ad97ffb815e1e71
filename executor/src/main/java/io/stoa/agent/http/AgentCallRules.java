package io.stoa.agent.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.stoa.http.call.CallRules;
import io.stoa.v1.IdValidator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.agent.Protos.Call;

/** The rules for an agent's call that can be checked without knowing anything else; texts are Mesos'. */
final class AgentCallRules {

    private static final int MAX_ID_BYTES = 242;
    /** Whose message Mesos does not insist on. */
    private static final Set<Call.Type> WITHOUT_MESSAGE = Set.of(Call.Type.GET_CONTAINERS, Call.Type.PRUNE_IMAGES);

    private static final Set<String> NEEDING_PARENT = Set.of(
            "launch_nested_container",
            "wait_nested_container",
            "kill_nested_container",
            "remove_nested_container",
            "launch_nested_container_session");

    private AgentCallRules() {}

    /** What is wrong with it. */
    static Optional<String> invalidity(Call call) {
        Optional<String> missing = call.hasType() && WITHOUT_MESSAGE.contains(call.getType())
                ? Optional.empty()
                : CallRules.invalidity(call);
        if (missing.isPresent()) {
            return missing;
        }
        String name = call.getType().name().toLowerCase(Locale.ROOT);
        FieldDescriptor field = Call.getDescriptor().findFieldByName(name);
        if (field == null) {
            return Optional.empty();
        }
        if (call.getType() == Call.Type.ATTACH_CONTAINER_INPUT) {
            return input(call.getAttachContainerInput());
        }
        Message message = (Message) call.getField(field);
        FieldDescriptor id = message.getDescriptorForType().findFieldByName("container_id");
        if (id == null) {
            return Optional.empty();
        }
        Optional<String> ofId = ofId(name, (ContainerID) message.getField(id));
        return ofId.isPresent() || call.getType() != Call.Type.LAUNCH_CONTAINER
                ? ofId
                : launch(call.getLaunchContainer());
    }

    private static Optional<String> ofId(String name, ContainerID id) {
        Optional<String> invalid = invalidity(id);
        if (invalid.isPresent()) {
            return Optional.of("'" + name + ".container_id' is invalid: " + invalid.get());
        }
        return NEEDING_PARENT.contains(name) && !id.hasParent()
                ? CallRules.missing(name + ".container_id.parent")
                : Optional.empty();
    }

    private static Optional<String> input(Call.AttachContainerInput input) {
        if (!input.hasType()) {
            return CallRules.missing("attach_container_input.type");
        }
        return switch (input.getType()) {
            case UNKNOWN -> Optional.of("'attach_container_input.type' is unknown");
            case CONTAINER_ID ->
                invalidity(input.getContainerId())
                        .map(text -> "'attach_container_input.container_id' is invalid: " + text);
            case PROCESS_IO -> Optional.empty();
        };
    }

    private static Optional<String> launch(Call.LaunchContainer launch) {
        ContainerID id = launch.getContainerId();
        if (!id.hasParent()) {
            Optional<String> wrong = launch.getResourcesList().stream()
                    .flatMap(resource -> notForStandalone(resource).stream())
                    .findFirst();
            if (wrong.isPresent()) {
                return wrong.map(text -> "'launch_container.resources' " + text);
            }
        }
        ContainerInfo container = launch.getContainer();
        boolean saysShare = container.getLinuxInfo().hasShareCgroups();
        boolean shares = !saysShare || container.getLinuxInfo().getShareCgroups();
        String deep = "'launch_container' is invalid: containers nested at the second level or greater cannot ";
        if (id.hasParent() && id.getParent().hasParent()) {
            if (launch.getResourcesCount() > 0) {
                return Optional.of(deep + "specify resources");
            }
            if (launch.getLimitsCount() > 0) {
                return Optional.of(deep + "specify resource limits");
            }
            return shares ? Optional.empty() : Optional.of(deep + "set 'share_cgroups' to 'false'");
        }
        return !id.hasParent() && saysShare && shares
                ? Optional.of("'launch_container' is invalid: containers without a parent cannot set 'share_cgroups' to"
                        + " 'true'")
                : Optional.empty();
    }

    private static Optional<String> notForStandalone(Resource resource) {
        if (resource.getReservationsCount() > 0) {
            return Optional.of("must be unreserved");
        }
        if (resource.getDisk().hasPersistence()) {
            return Optional.of("may not use persistent volumes");
        }
        return resource.hasRevocable() ? Optional.of("must be non-revocable") : Optional.empty();
    }

    private static Optional<String> invalidity(ContainerID id) {
        String value = id.getValue();
        Optional<String> common = IdValidator.invalidity(value);
        if (common.isPresent()) {
            return common;
        }
        if (value.length() > MAX_ID_BYTES) {
            return Optional.of("'ContainerID.value' '" + value + "' exceeds the maximum length (" + MAX_ID_BYTES + ")");
        }
        if (value.indexOf('.') >= 0 || value.indexOf(' ') >= 0) {
            return Optional.of("'ContainerID.value' '" + value + "' contains invalid characters");
        }
        return id.hasParent()
                ? invalidity(id.getParent()).map(text -> "'ContainerID.parent' is invalid: " + text)
                : Optional.empty();
    }
}
