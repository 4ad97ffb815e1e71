package io.stoa.master.operator;

import java.lang.ref.SoftReference;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What was printed of values that never change, found again by their identity. Kept is what the newest answer held, so
 * this is never larger than the state; it goes when memory is short. For one thread at a time.
 */
public final class Fragments<K, V> {

    private SoftReference<IdentityHashMap<K, V>> kept = new SoftReference<>(new IdentityHashMap<>());
    private IdentityHashMap<K, V> last = new IdentityHashMap<>();
    private IdentityHashMap<K, V> now = new IdentityHashMap<>();

    /** A new answer is begun. */
    public void begin() {
        IdentityHashMap<K, V> before = kept.get();
        last = before == null ? new IdentityHashMap<>() : before;
        now = new IdentityHashMap<>(last.size());
    }

    /** The answer is complete: whatever it did not hold is forgotten, unless it held nothing of this kind. */
    public void end() {
        if (!now.isEmpty()) {
            kept = new SoftReference<>(now);
        }
        abandon();
    }

    /** The answer held but a part: what is known of the others stays. */
    public void abandon() {
        last = new IdentityHashMap<>();
        now = last;
    }

    public @Nullable V find(K value) {
        V fragment = last.get(value);
        if (fragment != null) {
            now.put(value, fragment);
        }
        return fragment;
    }

    public V keep(K value, V fragment) {
        now.put(value, fragment);
        return fragment;
    }
}
