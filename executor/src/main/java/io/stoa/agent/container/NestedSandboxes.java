package io.stoa.agent.container;

import io.stoa.agent.sandbox.SharedSandbox;
import java.nio.file.Path;

/**
 * Is told of the directories that nested containers have of their own in the sandboxes of their roots; on any thread.
 */
public interface NestedSandboxes {

    /** Those that nobody looks after. */
    NestedSandboxes UNTOLD = new NestedSandboxes() {
        @Override
        public void taken(SharedSandbox around, Path sandbox) {}

        @Override
        public void left(SharedSandbox around, Path sandbox) {}
    };

    /** It is about to be used. */
    void taken(SharedSandbox around, Path sandbox);

    /** Nobody uses it any more. */
    void left(SharedSandbox around, Path sandbox);
}
