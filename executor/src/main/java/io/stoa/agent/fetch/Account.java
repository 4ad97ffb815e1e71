package io.stoa.agent.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Whom files belong to: an account's user and primary group, as numbers. */
record Account(int uid, int gid) {

    /**
     * The account that files have to be given to.
     *
     * @return empty where that is the agent's own, so that nothing has to be done
     */
    static Optional<Account> other(Optional<String> user) throws IOException, InterruptedException {
        if (user.isEmpty() || user.get().equals(System.getProperty("user.name"))) {
            return Optional.empty();
        }
        return Optional.of(new Account(id("-u", user.get()), id("-g", user.get())));
    }

    /** Never follows a link. */
    void own(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    /** Asks the system's own program: accounts may come from anywhere, not only from /etc/passwd. */
    private static int id(String what, String user) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("id", what, "--", user)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream out = process.getInputStream()) {
            String number = new String(out.readNBytes(32), StandardCharsets.US_ASCII).strip();
            if (process.waitFor() != 0 || number.isEmpty()) {
                throw new FetchException("User '" + user + "' does not exist");
            }
            return Integer.parseInt(number);
        }
    }
}
