package io.stoa.cli;

import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "quota",
        description = "What roles are guaranteed, and what they may have at most.",
        subcommands = {QuotaCommand.ListAll.class, QuotaCommand.Set.class, QuotaCommand.Remove.class})
final class QuotaCommand extends QuotaList {

    @Command(name = "list", description = "List the quotas.")
    static final class ListAll extends QuotaList {}

    @Command(
            name = "set",
            description = {
                "Set the quota of a role, whether it had one or not.",
                "What is not named is not guaranteed, or not limited, any more."
            })
    static final class Set extends CallCommand {

        @Parameters(paramLabel = "ROLE", description = "One at the top.")
        private String role = "";

        @Option(
                names = "--guarantee",
                paramLabel = "RESOURCES",
                description = "What it can count on, as in cpus:4;mem:1024.",
                defaultValue = "",
                showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
        private String guarantee = "";

        @Option(
                names = "--limit",
                paramLabel = "RESOURCES",
                description = "What it may have at most.",
                defaultValue = "",
                showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
        private String limit = "";

        @Option(
                names = "--force",
                description =
                        "Even where the role has more than that, or the cluster less than all guarantees together.")
        private boolean force;

        @Override
        Call call(HttpEndpoint master) {
            return Call.newBuilder()
                    .setType(Call.Type.UPDATE_QUOTA)
                    .setUpdateQuota(Call.UpdateQuota.newBuilder()
                            .setForce(force)
                            .addQuotaConfigs(QuotaConfig.newBuilder()
                                    .setRole(role)
                                    .putAllGuarantees(ResourceText.amounts(guarantee))
                                    .putAllLimits(ResourceText.amounts(limit))))
                    .build();
        }

        @Override
        String done() {
            return "the quota of " + role + " is set";
        }
    }

    @Command(name = "remove", description = "Remove the quota of a role.")
    static final class Remove extends CallCommand {

        @Parameters(paramLabel = "ROLE", description = "The role.")
        private String role = "";

        @Override
        @SuppressWarnings("deprecation") // UPDATE_QUOTA can set a quota to nothing, but not remove it.
        Call call(HttpEndpoint master) {
            return Call.newBuilder()
                    .setType(Call.Type.REMOVE_QUOTA)
                    .setRemoveQuota(Call.RemoveQuota.newBuilder().setRole(role))
                    .build();
        }

        @Override
        String done() {
            return role + " has no quota any more";
        }
    }
}
