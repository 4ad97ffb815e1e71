package io.stoa.driver.detector;

import org.jspecify.annotations.Nullable;

/** The leading master: where it listens, and what is known of it before it answers. */
public final class Leader {

    private final String host;
    private final int port;
    private final byte @Nullable [] info;

    Leader(String host, int port, byte @Nullable [] info) {
        this.host = host;
        this.port = port;
        this.info = info;
    }

    /** A name or an address. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** The {@code MasterInfo} in protobuf, or null if nothing but the address is known. */
    public byte @Nullable [] info() {
        return info == null ? null : info.clone();
    }

    /** {@code host:port}, with IPv6 in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
