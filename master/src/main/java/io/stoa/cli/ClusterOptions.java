package io.stoa.cli;

import java.net.URI;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command on a running cluster takes. */
final class ClusterOptions {

    @Option(
            names = "--master",
            paramLabel = "ADDRESS",
            defaultValue = "${env:STOA_MASTER:-127.0.0.1:5050}",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = {
                "The cluster's master: host:port, http://host:port or zk://host:port,.../path.",
                "Default: STOA_MASTER in the environment, or 127.0.0.1:5050."
            })
    private String master = "";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    HttpEndpoint connect() {
        URI uri = MasterAddress.resolve(
                TypedOptions.<String>find(command, "--master").orElse(master));
        return new HttpEndpoint("master " + uri.getAuthority(), uri);
    }
}
