package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Show the versions of this command and of the master.")
final class VersionCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Option(names = "--client", description = "Ask no master.")
    private boolean clientOnly;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What this command is does not depend on a master: it is shown before a failure to find one is. */
    @Override
    public void run() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("client", own());
        try {
            if (!clientOnly) {
                JsonNode server = cluster.connect().get("/version");
                versions.put("server", server.path("stoa_version").asText("unknown"));
                versions.put("mesos", server.path("version").asText("unknown"));
            }
        } finally {
            print(versions);
        }
    }

    private void print(Map<String, String> versions) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(Json.print(versions));
        } else {
            versions.forEach((what, version) -> out.printf("%-8s%s%n", what, version));
        }
        out.flush();
    }

    /** Of the jar; classes that were not packaged have none. */
    static String own() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
