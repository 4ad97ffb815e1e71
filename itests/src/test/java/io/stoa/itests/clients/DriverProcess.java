package io.stoa.itests.clients;

import io.stoa.itests.DriverJar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Frameworks in {@code src/test/clients/driver}, with the driver put first on their class path. */
final class DriverProcess {

    private static final String BINDINGS = "driver";

    private DriverProcess() {}

    /** Builds the driver and gets the bindings, unless they are here. */
    static void prepare(String... bindings) throws IOException, InterruptedException {
        Client.fetch(bindings.length == 0 ? new String[] {BINDINGS} : bindings);
        DriverJar.path();
    }

    /** @param arguments MASTER NAME [ID] */
    static ClientProcess start(Path directory, String... arguments) throws IOException, InterruptedException {
        return start(directory, Map.of(), arguments);
    }

    /**
     * @param variables of its environment, among them its credential
     * @param arguments MASTER NAME [ID]
     */
    static ClientProcess start(Path directory, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        return startProgram(directory, BINDINGS, "DriverFramework.java", variables, arguments);
    }

    /** @param bindings the folder of {@code src/test/clients} whose Mesos classes it uses */
    static ClientProcess startProgram(Path directory, String bindings, String program, String... arguments)
            throws IOException, InterruptedException {
        return startProgram(directory, bindings, program, Map.of(), arguments);
    }

    private static ClientProcess startProgram(
            Path directory, String bindings, String program, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command(bindings, program));
        all.addAll(List.of(arguments));
        return ClientProcess.start(directory, all, variables);
    }

    /** What starts a program. */
    static List<String> command(String bindings, String program) throws IOException, InterruptedException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                DriverJar.path() + ":" + Client.fetched(bindings) + "/*",
                Client.source("driver", program).toString());
    }
}
