package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "volumes",
        description = "Persistent volumes: disk that keeps its files when tasks end.",
        subcommands = {VolumesCommand.ListAll.class, VolumesCommand.Create.class, VolumesCommand.Destroy.class})
final class VolumesCommand extends VolumesList {

    @Command(name = "list", description = "List the persistent volumes.")
    static final class ListAll extends VolumesList {}

    @Command(name = "create", description = "Make a volume of disk that is reserved for a role.")
    static final class Create extends CallCommand {

        @Mixin
        private AgentOption agent = new AgentOption();

        @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The role it is for.")
        private String role = "";

        @Mixin
        private DiskOption disk = new DiskOption();

        @Option(names = "--path", required = true, paramLabel = "PATH", description = "In the containers that use it.")
        private String path = "";

        @Option(names = "--size", required = true, paramLabel = "MB", description = "How much disk, in MB.")
        private double sizeMb;

        @Parameters(paramLabel = "VOLUME", description = "The volume's id.")
        private String id = "";

        @Override
        Call call(HttpEndpoint master) {
            JsonNode found = agent.find(master);
            Resource wanted =
                    ResourceText.parse("disk:" + Amounts.of(sizeMb)).toProto().get(0);
            Resource reserved = disk.part(found, wanted, Optional.of(role));
            DiskInfo.Builder volume = reserved.getDisk().toBuilder()
                    .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                    .setVolume(Volume.newBuilder().setContainerPath(path).setMode(Volume.Mode.RW));
            return Call.newBuilder()
                    .setType(Call.Type.CREATE_VOLUMES)
                    .setCreateVolumes(Call.CreateVolumes.newBuilder()
                            .setAgentId(ReservationOptions.id(found))
                            .addVolumes(reserved.toBuilder().setDisk(volume)))
                    .build();
        }

        @Override
        String done() {
            return "volume " + id + " is made";
        }
    }

    @Command(
            name = "destroy",
            description = "Destroy a volume that nobody uses. What is in it is lost; the disk stays reserved.")
    static final class Destroy extends CallCommand {

        @Mixin
        private AgentOption agent = new AgentOption();

        @Parameters(paramLabel = "VOLUME", description = "The volume's id.")
        private String id = "";

        @Override
        Call call(HttpEndpoint master) {
            JsonNode found = agent.find(master);
            Resource volume = new AgentResources(found)
                    .volume(id)
                    .orElseThrow(() -> new CommandException(
                            ExitCode.NOT_FOUND, "agent " + AgentOption.id(found) + " has no volume " + id));
            return Call.newBuilder()
                    .setType(Call.Type.DESTROY_VOLUMES)
                    .setDestroyVolumes(Call.DestroyVolumes.newBuilder()
                            .setAgentId(ReservationOptions.id(found))
                            .addVolumes(volume))
                    .build();
        }

        @Override
        String done() {
            return "volume " + id + " is destroyed";
        }
    }
}
