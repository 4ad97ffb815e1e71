package io.stoa.itests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.cluster.ElectedCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** mesos-go's driver for libprocess, as Debian has it, which reads the JSON nodes in ZooKeeper. */
@Tag("long")
class MesosGoTest extends LibprocessFailovers {

    @BeforeAll
    static void build() throws Exception {
        Client.fetch("mesos-go");
    }

    /**
     * What starts a framework.
     *
     * @param master {@code host:port}, or the URL that has ZooKeeper say it
     * @param options those of its credential
     */
    static List<String> command(String master, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Client.fetched("mesos-go").resolve("framework").toString());
        command.add("-logtostderr");
        command.addAll(List.of(options));
        command.addAll(List.of(master, "mesos-go"));
        return command;
    }

    @Override
    List<String> command(ElectedCluster cluster) {
        return command(cluster.url());
    }

    @Test
    void aKilledOneSubscribesAgainAndFindsItsTasks() throws Exception {
        framework.close();
        cluster.awaitFramework(id, view -> !view.connected());

        framework = ClientProcess.start(directory.resolve("here"), command(cluster));

        assertThat(framework.awaitSaid("subscribed")).isEqualTo(id);
        assertThatItGoesOn();
    }

    @Test
    void reconciliationTellsOfKnownAndOfUnknownTasks() throws Exception {
        String agent = cluster.awaitFramework(id, view -> true).agents().get("first");

        framework.tell("reconcile first " + agent);
        framework.awaitSaid("update first TASK_RUNNING REASON_RECONCILIATION");
        framework.tell("reconcile nobody " + agent);
        framework.awaitSaid("update nobody TASK_LOST REASON_RECONCILIATION");
    }
}
