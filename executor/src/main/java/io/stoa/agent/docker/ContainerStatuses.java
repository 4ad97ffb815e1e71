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
        ContainerNetwork network = container
                .getNetworkSettings()
                .getNetworks()
                .get(container.getHostConfig().getNetworkMode());
        String ipv4 = network == null ? "" : Objects.requireNonNullElse(network.getIpAddress(), "");
        String ipv6 = network == null ? "" : Objects.requireNonNullElse(network.getGlobalIPv6Address(), "");
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
