package io.stoa.master;

import com.sun.management.UnixOperatingSystemMXBean;
import io.stoa.libprocess.PeerLimits;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many files and connections this process may have open. */
final class OpenFiles {

    private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

    private OpenFiles() {}

    /** So many connections to frameworks over libprocess that enough is left for agents, the journal and the log. */
    static PeerLimits peerLimits() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return PeerLimits.STANDARD;
        }
        long max = system.getMaxFileDescriptorCount();
        PeerLimits limits = PeerLimits.STANDARD.within(max);
        int places = limits.frameworks().maxConnections();
        if (places < PeerLimits.STANDARD.frameworks().maxConnections()) {
            LOG.warn(
                    "Few files may be open, so that few frameworks are heard over libprocess files={} frameworks={}",
                    max,
                    places);
        }
        return limits;
    }
}
