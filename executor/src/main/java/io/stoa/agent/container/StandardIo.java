package io.stoa.agent.container;

import java.util.Optional;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.TTYInfo.WindowSize;

/**
 * Where a container's input comes from and its output goes to, besides the files of its sandbox.
 *
 * @param waits whether the output waits for the first who connects, and goes to no files: that of a session
 * @param window the size that a terminal has at first
 */
public record StandardIo(Kind kind, boolean waits, Optional<WindowSize> window) {

    public enum Kind {
        /** Nobody can connect; there is no input. */
        FILES,
        PIPES,
        TERMINAL
    }

    public static final StandardIo FILES = new StandardIo(Kind.FILES, false, Optional.empty());

    /** What a container asks for that is no session. */
    public static StandardIo of(Optional<ContainerInfo> container) {
        return container
                .filter(ContainerInfo::hasTtyInfo)
                .map(info -> terminal(info, false))
                .orElse(FILES);
    }

    /** Of a container that lives as long as somebody is connected to it. */
    public static StandardIo session(Optional<ContainerInfo> container) {
        return container
                .filter(ContainerInfo::hasTtyInfo)
                .map(info -> terminal(info, true))
                .orElse(new StandardIo(Kind.PIPES, true, Optional.empty()));
    }

    private static StandardIo terminal(ContainerInfo info, boolean waits) {
        return new StandardIo(
                Kind.TERMINAL,
                waits,
                info.getTtyInfo().hasWindowSize()
                        ? Optional.of(info.getTtyInfo().getWindowSize())
                        : Optional.empty());
    }

    /** True where somebody can connect. */
    public boolean isAttachable() {
        return kind != Kind.FILES;
    }
}
