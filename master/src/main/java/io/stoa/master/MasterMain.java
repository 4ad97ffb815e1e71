package io.stoa.master;

import io.stoa.flags.ServerProgram;
import io.stoa.proto.mesos.MesosVersion;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code stoa master}. */
public final class MasterMain {

    private static final Logger LOG = LoggerFactory.getLogger(MasterMain.class);

    private MasterMain() {}

    /** Runs a master until the process is asked to end. */
    public static void main(String[] args) {
        System.exit(new ServerProgram(
                        "master", MesosVersion.EMULATED, MasterFlags.ALL, values -> run(MasterConfig.of(values)))
                .run(List.of(args), System.getenv(), System.out, System.err));
    }

    private static void run(MasterConfig config) throws IOException {
        Master master = Master.start(config);
        LOG.info("Master started address={} zk={}", master.address(), master.zooKeeper());
        Runtime.getRuntime().addShutdownHook(new Thread(master::close, "shutdown"));
        throw new IOException(master.failure().join());
    }
}
