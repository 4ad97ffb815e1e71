package io.stoa.libprocess;

import java.util.concurrent.Executor;

/**
 * The processes elsewhere, as ours reach them: one connection to each address, opened when it is needed. Safe for use
 * by any thread; nothing here blocks.
 */
public interface Peers {

    /**
     * Where everything that concerns one peer happens, one thing after the other; the same for all processes at one
     * address. What runs there must not block.
     */
    Executor executor(Upid peer);

    /**
     * Sends a message without caring whether it arrives: over the connection of a link where there is one to that
     * address, otherwise over one that lasts no longer than it takes. All of an accepted message leaves, unless the
     * peer fails to take it in time.
     *
     * @param from the name of our process, {@code master}
     * @param to who is to get it
     * @param name of the message
     * @param body kept until it is sent, do not change it; may be empty
     * @return false where too much is waiting already; the message is then dropped and counted
     */
    boolean send(String from, Upid to, String name, byte[] body);

    /**
     * Watches a process, as libprocess does: what is watched is the connection to its address.
     *
     * @param from the name of our process, {@code master}
     * @param onLost run exactly once, on {@link #executor} and never within this call, when the connection cannot be
     *     opened, whatever the reason, or is gone; not after {@link Link#close}
     */
    Link link(String from, Upid to, LinkPurpose purpose, Runnable onLost);
}
