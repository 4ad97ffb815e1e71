package io.stoa.mesos.validation;

import java.util.Optional;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.Secret;
import org.apache.mesos.v1.Protos.Volume;

/** The rules for commands and containers, of tasks and executors alike. */
final class ContainerValidator {

    private ContainerValidator() {}

    static Optional<String> command(CommandInfo command) {
        for (Environment.Variable variable : command.getEnvironment().getVariablesList()) {
            Optional<String> error = variable(variable);
            if (error.isPresent()) {
                return error;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> variable(Environment.Variable variable) {
        String subject = "Environment variable '" + variable.getName() + "' ";
        return switch (variable.getType()) {
            case VALUE -> {
                if (!variable.hasValue()) {
                    yield Optional.of(subject + "of type 'VALUE' must have a value set");
                }
                yield variable.hasSecret()
                        ? Optional.of(subject + "of type 'VALUE' must not have a secret set")
                        : Optional.empty();
            }
            case SECRET -> {
                if (!variable.hasSecret()) {
                    yield Optional.of(subject + "of type 'SECRET' must have a secret set");
                }
                if (variable.hasValue()) {
                    yield Optional.of(subject + "of type 'SECRET' must not have a value set");
                }
                yield secret(subject, variable.getSecret());
            }
            case UNKNOWN -> Optional.of("Environment variable of type 'UNKNOWN' is not allowed");
        };
    }

    private static Optional<String> secret(String subject, Secret secret) {
        Optional<String> error = secret(secret);
        if (error.isPresent()) {
            return error.map(text -> subject + "specifies an invalid secret: " + text);
        }
        return secret.getValue().getData().toStringUtf8().indexOf('\0') >= 0
                ? Optional.of(
                        subject + "specifies a secret containing null bytes, which is not allowed in the environment")
                : Optional.empty();
    }

    private static Optional<String> secret(Secret secret) {
        return switch (secret.getType()) {
            case REFERENCE -> {
                if (!secret.hasReference()) {
                    yield Optional.of("Secret of type REFERENCE must have the 'reference' field set");
                }
                yield secret.hasValue()
                        ? Optional.of("Secret '" + secret.getReference().getName()
                                + "' of type REFERENCE must not have the 'value' field set")
                        : Optional.empty();
            }
            case VALUE -> {
                if (!secret.hasValue()) {
                    yield Optional.of("Secret of type VALUE must have the 'value' field set");
                }
                yield secret.hasReference()
                        ? Optional.of("Secret of type VALUE must not have the 'reference' field set")
                        : Optional.empty();
            }
            case UNKNOWN -> Optional.empty();
        };
    }

    static Optional<String> container(ContainerInfo container) {
        for (Volume volume : container.getVolumesList()) {
            Optional<String> error = volume(volume);
            if (error.isPresent()) {
                return error.map(text -> "Invalid volume: " + text);
            }
        }
        if (container.getType() != ContainerInfo.Type.DOCKER) {
            return Optional.empty();
        }
        if (!container.hasDocker()) {
            return Optional.of("DockerInfo 'docker' is not set for DOCKER typed ContainerInfo");
        }
        return container.getDocker().getParametersList().stream()
                        .anyMatch(parameter -> parameter.getKey().equals("name"))
                ? Optional.of("Parameter in DockerInfo must not be 'name'")
                : Optional.empty();
    }

    private static Optional<String> volume(Volume volume) {
        int kinds = (volume.hasHostPath() ? 1 : 0) + (volume.hasImage() ? 1 : 0) + (volume.hasSource() ? 1 : 0);
        if (kinds != 1) {
            return Optional.of("Only one of them should be set: 'host_path', 'image' and 'source'");
        }
        return volume.hasSource() ? source(volume.getSource()) : Optional.empty();
    }

    private static Optional<String> source(Volume.Source source) {
        return switch (source.getType()) {
            case DOCKER_VOLUME -> set(source.hasDockerVolume(), "source.docker_volume", "DOCKER_VOLUME");
            case HOST_PATH -> set(source.hasHostPath(), "source.host_path", "HOST_PATH");
            case SANDBOX_PATH -> set(source.hasSandboxPath(), "source.sandbox_path", "SANDBOX_PATH");
            case SECRET -> set(source.hasSecret(), "source.secret", "SECRET");
            case CSI_VOLUME ->
                set(source.hasCsiVolume(), "source.csi_volume", "CSI")
                        .or(() -> set(
                                source.getCsiVolume().hasStaticProvisioning(),
                                "source.csi_volume.static_provisioning",
                                "CSI"));
            case UNKNOWN -> Optional.of("'source.type' is unknown");
        };
    }

    private static Optional<String> set(boolean isSet, String field, String kind) {
        return isSet ? Optional.empty() : Optional.of("'" + field + "' is not set for " + kind + " volume");
    }
}
