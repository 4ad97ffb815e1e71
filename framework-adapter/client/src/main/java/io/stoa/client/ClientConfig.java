package io.stoa.client;

import java.util.List;
import java.util.Optional;

/**
 * How to reach the masters.
 *
 * @param masters tried in turn until one leads or names who does
 * @param credential sent to every master, also to one that another names
 * @param callTimeoutMs for one attempt at a call that is answered once; 10,000 where nothing is said
 * @param patienceMs for how long such a call is tried again while no master leads; 60,000 where nothing is said
 * @param backoffMs bound of the first random wait between attempts, which doubles up to 5 s; 100 where nothing is said
 */
public record ClientConfig(
        List<MasterAddress> masters,
        Optional<Credential> credential,
        long callTimeoutMs,
        long patienceMs,
        long backoffMs) {

    /** So many addresses are no list of masters any more. */
    private static final int MAX_MASTERS = 100;

    public ClientConfig {
        masters = List.copyOf(masters);
        if (masters.isEmpty() || masters.size() > MAX_MASTERS) {
            throw new IllegalArgumentException("masters: " + masters.size() + " (expected: 1 to " + MAX_MASTERS + ")");
        }
        atLeastOne("callTimeoutMs", callTimeoutMs);
        atLeastOne("patienceMs", patienceMs);
        atLeastOne("backoffMs", backoffMs);
    }

    /** @param masters {@code host:port,host:port} */
    public static ClientConfig of(String masters) {
        return new ClientConfig(MasterAddress.parseAll(masters), Optional.empty(), 10_000, 60_000, 100);
    }

    public ClientConfig as(Credential who) {
        return new ClientConfig(masters, Optional.of(who), callTimeoutMs, patienceMs, backoffMs);
    }

    public ClientConfig withCallTimeoutMs(long ms) {
        return new ClientConfig(masters, credential, ms, patienceMs, backoffMs);
    }

    public ClientConfig withPatienceMs(long ms) {
        return new ClientConfig(masters, credential, callTimeoutMs, ms, backoffMs);
    }

    public ClientConfig withBackoffMs(long ms) {
        return new ClientConfig(masters, credential, callTimeoutMs, patienceMs, ms);
    }

    static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
