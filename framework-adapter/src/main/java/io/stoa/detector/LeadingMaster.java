package io.stoa.detector;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * Where the leading master is.
 *
 * @param host the address to connect to: a name or an IP address
 * @param port its only port
 * @param hostname the name to send people and HTTP clients to
 * @param info what it published of itself; empty where the address was given
 */
public record LeadingMaster(String host, int port, String hostname, Optional<MasterInfo> info) {

    static LeadingMaster of(MasterInfo info) {
        String hostname = info.getHostname();
        String ip = info.getAddress().hasIp() ? info.getAddress().getIp() : fromLittleEndian(info.getIp());
        int port = info.getAddress().hasPort() ? info.getAddress().getPort() : info.getPort();
        return new LeadingMaster(ip, port, hostname.isEmpty() ? ip : hostname, Optional.of(info));
    }

    /** Mesos keeps an address as it lies in the memory of a little-endian machine: 127.0.0.1 is 16777343. */
    private static String fromLittleEndian(int ip) {
        byte[] bytes = {(byte) ip, (byte) (ip >> 8), (byte) (ip >> 16), (byte) (ip >> 24)};
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /** {@code host:port}. */
    public String address() {
        return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
    }
}
