package io.stoa.itests.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processes on this machine that have to do with a directory. */
final class Inhabitants {

    private Inhabitants() {}

    /** Those that have the directory in their command, or work in it; not this one. */
    static List<ProcessHandle> of(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(process -> !process.equals(ProcessHandle.current()))
                .filter(process -> command(process).contains(directory.toString()) || worksIn(directory, process))
                .toList();
    }

    private static boolean worksIn(Path directory, ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
                    .startsWith(directory);
        } catch (IOException e) {
            // It has ended meanwhile, or is another user's.
            return false;
        }
    }

    static String command(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }
}
