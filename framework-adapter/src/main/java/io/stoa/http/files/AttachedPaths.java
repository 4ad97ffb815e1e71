package io.stoa.http.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The virtual paths under which files and directories can be read. Nothing outside them can. Safe for any thread. */
public final class AttachedPaths {

    private final Map<String, Path> byVirtualPath = new ConcurrentHashMap<>();

    /**
     * Replaces what was attached there.
     *
     * @param virtualPath as clients name it, {@code /master/log}; a slash at its end counts for nothing
     * @param path a file, or a directory whose whole tree is shown
     * @throws IOException where it does not exist or cannot be read
     */
    public void attach(String virtualPath, Path path) throws IOException {
        Path real = path.toRealPath();
        if (!Files.isReadable(real)) {
            throw new IOException("cannot read " + real);
        }
        byVirtualPath.put(withoutSlash(virtualPath), real);
    }

    public void detach(String virtualPath) {
        byVirtualPath.remove(withoutSlash(virtualPath));
    }

    /** Virtual path to real path, sorted. */
    SortedMap<String, Path> all() {
        return new TreeMap<>(byVirtualPath);
    }

    /**
     * What a virtual path stands for; the longest attached one counts, and no link or {@code ..} leads out of it.
     *
     * @return free of links; empty where nothing is there, or nothing that this process may look at
     * @throws InaccessiblePathException where it exists, but is not to be seen
     */
    Optional<Path> resolve(String virtualPath) throws InaccessiblePathException {
        String requested = withoutSlash(virtualPath);
        for (int end = requested.length(); end > 0; end = requested.lastIndexOf('/', end - 1)) {
            Path root = byVirtualPath.get(requested.substring(0, end));
            if (root != null) {
                return below(root, requested.substring(end));
            }
        }
        return Optional.empty();
    }

    /** @param rest empty, or begins with a slash */
    private static Optional<Path> below(Path root, String rest) throws InaccessiblePathException {
        if (!Files.isDirectory(root)) {
            return rest.isEmpty() && Files.exists(root) ? Optional.of(root) : Optional.empty();
        }
        Path real;
        try {
            real = Path.of(root + rest).toRealPath();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
        if (!real.startsWith(root)) {
            throw new InaccessiblePathException("'" + root + rest + "' is inaccessible");
        }
        return Optional.of(real);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
