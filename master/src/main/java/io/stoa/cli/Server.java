package io.stoa.cli;

import io.stoa.agent.AgentCommand;
import io.stoa.agent.AgentFlags;
import io.stoa.flags.FlagSet;
import io.stoa.master.MasterFlags;
import io.stoa.master.MasterMain;
import io.stoa.master.dev.DevMain;
import java.util.Arrays;
import java.util.Optional;

/** The commands that run servers. They have flags in Mesos' manner, so they read their command lines themselves. */
enum Server {
    MASTER("master", "Run a master, with Mesos' flags."),
    AGENT("agent", "Run an agent, with Mesos' flags."),
    DEV("dev", "Run a whole cluster in one process: ZooKeeper, a master and agents.");

    private final String command;
    private final String description;

    Server(String command, String description) {
        this.command = command;
        this.description = description;
    }

    static Optional<Server> named(String command) {
        return Arrays.stream(values())
                .filter(server -> server.command.equals(command))
                .findFirst();
    }

    String command() {
        return command;
    }

    String description() {
        return description;
    }

    FlagSet flags() {
        return switch (this) {
            case MASTER -> MasterFlags.ALL;
            case AGENT -> AgentFlags.FLAGS;
            case DEV -> DevMain.FLAGS;
        };
    }

    void run(String[] arguments) {
        switch (this) {
            case MASTER -> MasterMain.main(arguments);
            case AGENT -> AgentCommand.main(arguments);
            case DEV -> DevMain.main(arguments);
        }
    }
}
