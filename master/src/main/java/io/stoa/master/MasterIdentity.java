package io.stoa.master;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.libprocess.Upid;
import io.stoa.proto.mesos.MesosVersion;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.mesos.Protos.Address;
import org.apache.mesos.Protos.MasterInfo.Capability;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * What a master says of itself.
 *
 * @param ip the address that it is reached at
 * @param port the port that it is reached at
 * @param hostname the name that clients are sent to
 * @param domain where it is
 */
record MasterIdentity(InetAddress ip, int port, String hostname, Optional<DomainInfo> domain) {

    private static final List<Capability.Type> CAPABILITIES =
            List.of(Capability.Type.AGENT_UPDATE, Capability.Type.AGENT_DRAINING, Capability.Type.QUOTA_V2);

    /**
     * This master under an id that nobody had before. Made in the old form of the message, since the v1 bindings of
     * Mesos 1.11 do not know all capabilities; what they do not know they keep.
     */
    MasterInfo newTerm() {
        org.apache.mesos.Protos.MasterInfo.Builder info = org.apache.mesos.Protos.MasterInfo.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setIp(littleEndian(ip))
                .setPort(port)
                .setPid(upid().toString())
                .setHostname(hostname)
                .setVersion(MesosVersion.EMULATED)
                .setAddress(Address.newBuilder()
                        .setHostname(hostname)
                        .setIp(ip.getHostAddress())
                        .setPort(port));
        CAPABILITIES.forEach(
                type -> info.addCapabilities(Capability.newBuilder().setType(type)));
        try {
            MasterInfo.Builder term = MasterInfo.parseFrom(info.build().toByteString()).toBuilder();
            domain.ifPresent(term::setDomain);
            return term.build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("both forms of MasterInfo have the same fields", e);
        }
    }

    /** Whether this is what this master said of itself, in whichever term. */
    boolean isThis(MasterInfo info) {
        return info.getPid().equals(upid().toString());
    }

    /** Where libprocess' messages reach it. */
    Upid upid() {
        return new Upid(MasterRoutes.PROCESS, ip.getHostAddress(), port);
    }

    /** As it lies in the memory of a little-endian machine; 0 for an IPv6 address, which does not fit. */
    private static int littleEndian(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt()
                : 0;
    }
}
