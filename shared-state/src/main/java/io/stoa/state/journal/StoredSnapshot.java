package io.stoa.state.journal;

import java.io.InputStream;

/**
 * A snapshot as it was stored.
 *
 * @param index of the newest entry it holds
 * @param content to be read once
 */
public record StoredSnapshot(long index, InputStream content) {}
