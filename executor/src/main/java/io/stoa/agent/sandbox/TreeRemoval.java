package io.stoa.agent.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Removes what tasks have filled. Done by the system's own program, which neither a tree deeper than a path may be long
 * nor a directory that becomes a link meanwhile leads astray; links are removed as links.
 */
public final class TreeRemoval {

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
    private static final int ERROR_MAX_BYTES = 1_000;

    private TreeRemoval() {}

    /**
     * Removes trees, each as far as it goes: one that cannot be removed keeps no other.
     *
     * @param roots absolute paths, without links; what is not there is no error
     * @return what was wrong, for people; empty where nothing is left of them
     */
    public static String remove(List<Path> roots) throws IOException {
        List<Path> there = new ArrayList<>();
        for (Path root : roots) {
            if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
                there.add(root);
            }
        }
        return there.isEmpty() ? "" : find(there, 0);
    }

    /** The same for what is in one directory, which stays. */
    public static String empty(Path root) throws IOException {
        return find(List.of(root), 1);
    }

    private static String find(List<Path> roots, int leastDepth) throws IOException {
        List<String> command = new ArrayList<>(List.of("find"));
        roots.forEach(root -> command.add(root.toString()));
        command.addAll(List.of("-mindepth", Integer.toString(leastDepth), "-delete"));
        Process find = new ProcessBuilder(command).redirectErrorStream(true).start();
        find.getOutputStream().close();
        String said = new String(find.getInputStream().readNBytes(ERROR_MAX_BYTES), StandardCharsets.UTF_8).strip();
        find.getInputStream().transferTo(OutputStream.nullOutputStream());
        try {
            int code = find.waitFor();
            return code == 0 ? "" : said.isEmpty() ? "exit status " + code : said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while " + roots + " were removed", e);
        }
    }

    /** Everything that is mounted at this moment; what is below such a place belongs to somebody else. */
    static List<Path> mountPoints() throws IOException {
        return Files.readAllLines(MOUNTS).stream()
                .map(line -> line.split(" ", -1)[MOUNT_POINT])
                .map(text -> OCTAL.matcher(text)
                        .replaceAll(code -> Character.toString((char) Integer.parseInt(code.group(1), 8))))
                .map(Path::of)
                .toList();
    }
}
