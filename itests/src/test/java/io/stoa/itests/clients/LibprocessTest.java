package io.stoa.itests.clients;

import io.stoa.itests.cluster.ElectedCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** jesos, which reads the protobuf nodes in ZooKeeper. */
class LibprocessTest extends LibprocessFailovers {

    @BeforeAll
    static void fetch() throws Exception {
        Client.fetch("jesos");
    }

    @Override
    List<String> command(ElectedCluster cluster) {
        List<String> command = new ArrayList<>(Client.JESOS.command());
        command.addAll(List.of(cluster.master(), cluster.zooKeeper(), "jesos"));
        return command;
    }
}
