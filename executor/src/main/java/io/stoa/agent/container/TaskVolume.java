package io.stoa.agent.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A persistent volume that a task uses.
 *
 * @param source where it is on the host
 * @param containerPath its name in the sandbox; without {@code /}
 * @param readOnly whether the task may only read it
 * @param inUse whether another task uses it, too
 */
public record TaskVolume(Path source, String containerPath, boolean readOnly, boolean inUse) {

    /** Gives the volume, but not what is in it, to whom the sandbox belongs; not while others use it. */
    public void giveToOwnerOf(Path sandbox) throws IOException {
        if (inUse) {
            return;
        }
        int uid = uid(sandbox);
        int gid = (int) Files.getAttribute(sandbox, "unix:gid");
        try {
            Files.setAttribute(source, "unix:uid", uid);
            Files.setAttribute(source, "unix:gid", gid);
        } catch (IOException e) {
            throw new IOException(
                    "Failed to change the ownership of the persistent volume at '" + source + "' with uid " + uid
                            + " and gid " + gid + ": " + e,
                    e);
        }
    }

    /** The number of the user whom the path belongs to. */
    public static int uid(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }
}
