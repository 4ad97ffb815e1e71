package io.stoa.libprocess;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;

/**
 * Where our own processes are reached. Whoever names it as his own would have us watch ourselves: a link that never
 * breaks, of somebody who never answers.
 *
 * @param own any process of ours
 */
public record OwnAddress(Upid own) {

    /** Whether the process would be one of ours, under any address of this machine. Names are not looked up. */
    public boolean isOf(Upid peer) {
        if (peer.port() != own.port()) {
            return false;
        }
        if (peer.host().equalsIgnoreCase(own.host())) {
            return true;
        }
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(peer.host());
        try {
            return literal != null && isOfThisMachine(InetAddress.getByAddress(literal));
        } catch (UnknownHostException e) {
            throw new AssertionError("the bytes of an address", e);
        }
    }

    /** Whether a socket that is connected to this address is connected to ourselves. */
    boolean is(SocketAddress remote) {
        return remote instanceof InetSocketAddress address
                && address.getPort() == own.port()
                && (address.getAddress().getHostAddress().equals(own.host()) || isOfThisMachine(address.getAddress()));
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false; // Where the interfaces cannot be told, it is not known to be ours.
        }
    }
}
