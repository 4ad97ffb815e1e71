package io.stoa.driver.detector;

import org.jspecify.annotations.Nullable;

/** Is told of leaders, on a thread of the detector's, one at a time. */
public interface LeaderListener {

    /** From now on this master leads, or none does. Also called where the same master leads anew. */
    void detected(@Nullable Leader leader);

    /** No leader will be detected any more. The text says why. */
    void failed(String reason);
}
