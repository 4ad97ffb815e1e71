package io.stoa.master;

import com.sun.management.UnixOperatingSystemMXBean;
import io.stoa.http.HttpLimits;
import io.stoa.libprocess.PeerLimits;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many files and connections this process may have open. */
final class OpenFiles {

    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

    private OpenFiles() {}

    /** So few connections of others that what this process opens itself is there. */
    static HttpLimits httpLimits() {
        OptionalLong max = max();
        HttpLimits limits = max.isPresent() ? HttpLimits.STANDARD.within(max.getAsLong()) : HttpLimits.STANDARD;
        if (limits.maxConnections() < HttpLimits.STANDARD.maxConnections()) {
            LOG.info("Few files may be open files={} connectionsLetIn={}", max.getAsLong(), limits.maxConnections());
        }
        return limits;
    }

    /** So many connections to frameworks over libprocess that enough is left for agents, the journal and the log. */
    static PeerLimits peerLimits() {
        OptionalLong max = max();
        if (max.isEmpty()) {
            return PeerLimits.STANDARD;
        }
        PeerLimits limits = PeerLimits.STANDARD.within(max.getAsLong());
        int places = limits.frameworks().maxConnections();
        if (places < PeerLimits.STANDARD.frameworks().maxConnections()) {
            LOG.warn(
                    "Few files may be open, so that few frameworks are heard over libprocess files={} frameworks={}",
                    max.getAsLong(),
                    places);
        }
        return limits;
    }

    /** Empty where the system does not say. */
    private static OptionalLong max() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? OptionalLong.of(system.getMaxFileDescriptorCount())
                : OptionalLong.empty();
    }
}
