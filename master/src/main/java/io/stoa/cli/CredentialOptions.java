package io.stoa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static picocli.CommandLine.Help.Visibility.NEVER;

import java.util.Base64;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Who a command's framework is, and by what it proves that. The names of the options are those of mesos-execute. */
final class CredentialOptions {

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            defaultValue = "${env:STOA_PRINCIPAL}",
            showDefaultValue = NEVER,
            description = {
                "Who the framework is, where the master asks for it.",
                "Default: STOA_PRINCIPAL in the environment."
            })
    private Optional<String> principal = Optional.empty();

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            defaultValue = "${env:STOA_SECRET}",
            showDefaultValue = NEVER,
            description = {
                "The principal's secret, which other users of this machine can see here.",
                "Default: STOA_SECRET in the environment."
            })
    private Optional<String> secret = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    void check() {
        if (secret.isPresent() && principal.isEmpty()) {
            throw new ParameterException(command.commandLine(), "--secret without --principal (expected: both)");
        }
        principal.filter(name -> secret.isPresent() && name.contains(":")).ifPresent(name -> {
            throw new ParameterException(command.commandLine(), "--principal: " + name + " (expected: no colon)");
        });
    }

    /** With the principal, if there is one. */
    FrameworkInfo ofPrincipal(FrameworkInfo framework) {
        return principal
                .map(name -> framework.toBuilder().setPrincipal(name).build())
                .orElse(framework);
    }

    /** The server, to which requests prove who sends them. */
    HttpEndpoint authenticatedAt(HttpEndpoint server) {
        if (principal.isEmpty() || secret.isEmpty()) {
            return server;
        }
        byte[] pair = (principal.get() + ":" + secret.get()).getBytes(UTF_8);
        return server.withAuthorization("Basic " + Base64.getEncoder().encodeToString(pair));
    }
}
