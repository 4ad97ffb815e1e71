package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "volumes",
        description = "Persistent volumes: disk that keeps its files when tasks end.",
        subcommands = {VolumesCommand.ListAll.class, VolumesCommand.Create.class, VolumesCommand.Destroy.class})
final class VolumesCommand {

    private static final String AGENTS = "/slaves";

    @Command(name = "list", description = "List the persistent volumes.")
    static final class ListAll extends ListCommand<VolumeRow> {

        @Override
        String target() {
            return AGENTS;
        }

        @Override
        Stream<VolumeRow> rows(JsonNode answer) {
            return VolumeRow.allOf(answer).stream();
        }

        @Override
        Listing<VolumeRow> table(Listing<VolumeRow> rows) {
            return rows.text("ID", VolumeRow::id)
                    .text("ROLE", VolumeRow::role)
                    .text("AGENT", VolumeRow::agentId)
                    .text("HOST", VolumeRow::hostname)
                    .text("PATH", VolumeRow::path)
                    .number("SIZE MB", volume -> Amounts.of(volume.sizeMb()))
                    .text("SHARED", volume -> volume.shared() ? "yes" : "no");
        }
    }

    @Command(name = "create", description = "Make a volume of disk that is reserved for a role.")
    static final class Create extends CallCommand {

        @Option(names = "--agent", required = true, paramLabel = "ID", description = "The agent whose disk it is.")
        private String agent = "";

        @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The role it is for.")
        private String role = "";

        @Option(names = "--path", required = true, paramLabel = "PATH", description = "In the containers that use it.")
        private String path = "";

        @Option(names = "--size", required = true, paramLabel = "MB", description = "How much disk, in MB.")
        private double sizeMb;

        @Parameters(paramLabel = "VOLUME", description = "The volume's id.")
        private String id = "";

        @Override
        Call call(HttpEndpoint master) {
            Resource disk = ReservationOptions.reserved(ResourceText.parse("disk:" + Amounts.of(sizeMb)), role)
                    .get(0);
            DiskInfo.Builder volume = DiskInfo.newBuilder()
                    .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                    .setVolume(Volume.newBuilder().setContainerPath(path).setMode(Volume.Mode.RW));
            return Call.newBuilder()
                    .setType(Call.Type.CREATE_VOLUMES)
                    .setCreateVolumes(Call.CreateVolumes.newBuilder()
                            .setAgentId(AgentID.newBuilder().setValue(agent))
                            .addVolumes(disk.toBuilder().setDisk(volume)))
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

        @Option(names = "--agent", required = true, paramLabel = "ID", description = "The agent whose disk it is.")
        private String agent = "";

        @Parameters(paramLabel = "VOLUME", description = "The volume's id.")
        private String id = "";

        @Override
        Call call(HttpEndpoint master) {
            return Call.newBuilder()
                    .setType(Call.Type.DESTROY_VOLUMES)
                    .setDestroyVolumes(Call.DestroyVolumes.newBuilder()
                            .setAgentId(AgentID.newBuilder().setValue(agent))
                            .addVolumes(find(master.get(AGENTS))))
                    .build();
        }

        /** Whole, as the master has it: a volume is told by all that belongs to it. */
        private Resource find(JsonNode answer) {
            for (JsonNode each : answer.path("slaves")) {
                if (each.path("id").asText().equals(agent)) {
                    for (JsonNode reserved : each.path("reserved_resources_full")) {
                        for (JsonNode resource : reserved) {
                            if (resource.at("/disk/persistence/id").asText().equals(id)) {
                                return read(resource);
                            }
                        }
                    }
                }
            }
            throw new CommandException(ExitCode.NOT_FOUND, "agent " + agent + " has no volume " + id);
        }

        private static Resource read(JsonNode resource) {
            try {
                return MesosJson.parse(resource.toString().getBytes(StandardCharsets.UTF_8), Resource.newBuilder())
                        .build();
            } catch (MesosJsonException e) {
                throw new CommandException(ExitCode.FAILED, "the master shows no resource: " + e.getMessage());
            }
        }

        @Override
        String done() {
            return "volume " + id + " is destroyed";
        }
    }
}
