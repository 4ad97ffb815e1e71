package io.stoa.agent.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A local file as another user sees it: a task must not get at what its user could not read. */
final class OtherUsersFile extends FilterInputStream {

    private final Process process;
    private final Path path;

    private OtherUsersFile(Process process, Path path) {
        super(process.getInputStream());
        this.process = process;
        this.path = path;
    }

    static InputStream open(String user, Path path) throws IOException {
        Process process = new ProcessBuilder("runuser", "-u", user, "--", "cat", "--", path.toString()).start();
        process.getOutputStream().close();
        return new OtherUsersFile(process, path);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read < 0) {
            checkExit();
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        super.close();
    }

    private void checkExit() throws IOException {
        byte[] words = process.getErrorStream().readNBytes(1024);
        try {
            if (process.waitFor() != 0) {
                throw new FetchException(
                        "Failed to copy '" + path + "': " + new String(words, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException("cancelled");
        }
    }
}
