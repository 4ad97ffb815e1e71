package io.stoa.libprocess.authentication;

import io.stoa.libprocess.Upid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who has proved to be which principal. So many are remembered; beyond that those are forgotten that were asked for
 * longest ago. Not safe for use by several threads at once.
 */
final class Proofs {

    private static final float LOAD_FACTOR = 0.75f;

    private final int limit;
    private final Map<Upid, String> principals = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    Proofs(int limit) {
        this.limit = limit;
    }

    void put(Upid pid, String principal) {
        principals.put(pid, principal);
        if (principals.size() > limit) {
            principals.remove(principals.keySet().iterator().next());
        }
    }

    Optional<String> find(Upid pid) {
        return Optional.ofNullable(principals.get(pid));
    }

    void forget(Upid pid) {
        principals.remove(pid);
    }
}
