package io.stoa.master.operator;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * What {@code /state} says of the master that answers.
 *
 * @param info as it was published for this term; the leader's, since only the leader answers
 * @param startedMs when the process began, in ms since the epoch
 * @param electedMs when the term began, in ms since the epoch
 * @param flags as given or by default, in text form, by name
 */
public record MasterFacts(MasterInfo info, long startedMs, long electedMs, Map<String, String> flags) {

    public MasterFacts {
        flags = Map.copyOf(flags);
    }

    /** {@code master@ip:port}. */
    String pid() {
        return "master@" + info.getAddress().getIp() + ":" + info.getAddress().getPort();
    }

    /** {@code --publish_per_framework_metrics}. */
    boolean publishesPerFramework() {
        return !"false".equals(flags.get("publish_per_framework_metrics"));
    }

    /** The only roles there may be ({@code --roles}); empty for all. */
    Set<String> allowedRoles() {
        String roles = flags.get("roles");
        return roles == null ? Set.of() : Set.copyOf(Arrays.asList(roles.split(",", -1)));
    }

    /** By name; the v1 bindings of Mesos 1.11 do not know all of them, the old ones do. */
    List<String> capabilities() {
        try {
            return org.apache.mesos.Protos.MasterInfo.parseFrom(info.toByteString()).getCapabilitiesList().stream()
                    .map(capability -> capability.getType().name())
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("both forms of MasterInfo have the same fields", e);
        }
    }
}
