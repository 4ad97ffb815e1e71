package io.stoa.master;

import io.stoa.flags.FlagSet;
import io.stoa.flags.FlagValues;
import io.stoa.flags.FlagsException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code stoa master}. */
public final class MasterMain {

    private static final Logger LOG = LoggerFactory.getLogger(MasterMain.class);
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private MasterMain() {}

    /** Runs a master until the process is asked to end. Exit codes: 1 it cannot run, 2 the command line is wrong. */
    public static void main(String[] args) {
        List<String> arguments = List.of(args);
        if (FlagSet.wantsHelp(arguments)) {
            System.out.print(MasterFlags.ALL.help());
            return;
        }
        MasterConfig config;
        try {
            FlagValues flags = MasterFlags.ALL.load(arguments, System.getenv());
            if (flags.get(MasterFlags.VERSION)) {
                System.out.println("mesos " + MasterIdentity.MESOS_VERSION);
                return;
            }
            MasterLogging.configure(flags);
            MasterFlags.WITHOUT_EFFECT.stream()
                    .filter(flag -> flags.find(flag).isPresent())
                    .forEach(flag -> LOG.warn("Flag without effect: --{}", flag.name()));
            config = MasterConfig.of(flags);
        } catch (FlagsException | IllegalArgumentException e) {
            System.err.println("stoa master: " + e.getMessage());
            System.exit(USAGE);
            return;
        }
        try {
            Master master = Master.start(config);
            LOG.info("Master started address={} zk={}", master.address(), master.zooKeeper());
            Runtime.getRuntime().addShutdownHook(new Thread(master::close, "shutdown"));
            Thread.currentThread().join();
        } catch (IOException e) {
            System.err.println("stoa master: " + e.getMessage());
            System.exit(FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
