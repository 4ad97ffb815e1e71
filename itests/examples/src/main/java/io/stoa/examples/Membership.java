package io.stoa.examples;

import io.stoa.client.ClientConfig;
import io.stoa.client.SchedulerConfig;
import io.stoa.client.SchedulerConfig.Entry;
import io.stoa.client.SchedulerConfig.Limits;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which cluster, and as whom: the flags that all schedulers here have. */
public final class Membership {

    @Option(
            names = "--master",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "The masters; not all need to be there.")
    private String masters = "";

    @Option(
            names = "--name",
            required = true,
            description = "Who takes the name of a scheduler that is there already takes over its tasks.")
    private String name = "";

    @Option(
            names = "--role",
            defaultValue = "*",
            description = "For whose resources and quota; by default: ${DEFAULT-VALUE}.")
    private String role = "";

    @Option(names = "--user", description = "Who runs the tasks; by default: who runs this.")
    private String user = System.getProperty("user.name");

    @Option(
            names = "--failover-timeout",
            defaultValue = "3600",
            paramLabel = "SECONDS",
            description = "For how long the tasks run on without a scheduler; by default: ${DEFAULT-VALUE}.")
    private double failoverTimeoutS;

    @Option(
            names = "--stand-by",
            description = "Waits while another one of that name is there, instead of taking its place.")
    private boolean standsBy;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec program = CommandSpec.create();

    /** @throws ParameterException where the flag is no list of masters */
    public ClientConfig masters() {
        try {
            return ClientConfig.of(masters);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(program.commandLine(), "--master: " + e.getMessage(), e);
        }
    }

    public String role() {
        return role;
    }

    /**
     * One proposal at a time: each is made on a view that shows what became of the one before, so that nothing has to
     * be remembered between them.
     */
    public SchedulerConfig config() {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setName(name)
                .setUser(user)
                .addRoles(role)
                .setFailoverTimeout(failoverTimeoutS)
                // Tasks run on while their agent, or its connection, is away for a while.
                .setCheckpoint(true);
        for (Capability.Type type : new Capability.Type[] {
            Capability.Type.MULTI_ROLE, Capability.Type.PARTITION_AWARE, Capability.Type.TASK_KILLING_STATE
        }) {
            info.addCapabilities(Capability.newBuilder().setType(type));
        }
        return SchedulerConfig.of(info.build())
                .with(standsBy ? Entry.STAND_BY : Entry.TAKE_OVER)
                .with(new Limits(1, Limits.STANDARD.proposePauseMs(), Limits.STANDARD.patienceMs()));
    }
}
