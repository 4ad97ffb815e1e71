package io.stoa.agent.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.stoa.agent.container.ContainerSpec;
import java.util.Objects;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.NetworkInfo;

/**
 * What updates say of a container.
 *
 * @param ip the agent's address, which stands for containers that have none of their own
 */
record ContainerStatuses(ContainerSpec spec, String ip) {

    ContainerStatus beforeTheContainer() {
        return status(address(NetworkInfo.newBuilder(), NetworkInfo.Protocol.IPv4, ip));
    }

    ContainerStatus of(InspectContainerResponse container) {
        String ipv4 = address(container, false);
        String ipv6 = address(container, true);
        if (ipv4.isEmpty() && ipv6.isEmpty()) {
            return beforeTheContainer();
        }
        NetworkInfo.Builder info = spec.workload()
                .container()
                .filter(asked -> asked.getNetworkInfosCount() > 0)
                .map(asked -> asked.getNetworkInfos(0).toBuilder().clearIpAddresses())
                .orElseGet(NetworkInfo::newBuilder);
        if (!ipv4.isEmpty()) {
            address(info, NetworkInfo.Protocol.IPv4, ipv4);
        }
        if (!ipv6.isEmpty()) {
            address(info, NetworkInfo.Protocol.IPv6, ipv6);
        }
        return status(info);
    }

    /** The container's own; empty where it has none. */
    static String address(InspectContainerResponse container, boolean ipv6) {
        ContainerNetwork network = container
                .getNetworkSettings()
                .getNetworks()
                .get(container.getHostConfig().getNetworkMode());
        if (network == null) {
            return "";
        }
        return Objects.requireNonNullElse(ipv6 ? network.getGlobalIPv6Address() : network.getIpAddress(), "");
    }

    private static NetworkInfo.Builder address(NetworkInfo.Builder info, NetworkInfo.Protocol protocol, String ip) {
        return info.addIpAddresses(
                NetworkInfo.IPAddress.newBuilder().setProtocol(protocol).setIpAddress(ip));
    }

    private ContainerStatus status(NetworkInfo.Builder info) {
        return ContainerStatus.newBuilder()
                .setContainerId(spec.id().toProto())
                .addNetworkInfos(info)
                .build();
    }
}
