package io.stoa.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * What is behind a URI.
 *
 * @param bytes to be closed by whoever has it
 * @param sizeBytes as its source says it; empty where it does not
 */
record Content(InputStream bytes, OptionalLong sizeBytes) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
