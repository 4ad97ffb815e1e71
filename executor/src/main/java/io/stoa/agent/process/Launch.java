package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.StandardIo;
import io.stoa.agent.container.Variables;
import io.stoa.agent.isolation.Isolated;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.RLimitInfo.RLimit;
import org.apache.mesos.v1.Protos.TTYInfo.WindowSize;

/** What a shim is told first; stoa-shim.c says how. */
final class Launch {

    /** What the C library calls RLIM_INFINITY. */
    private static final String UNLIMITED = Long.toUnsignedString(-1);

    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

    private Launch() {}

    /** @throws IOException with a message for people where it cannot be said */
    static byte[] encode(ContainerSpec spec, Isolated isolated, OptionalLong oomScoreAdj) throws IOException {
        Launch launch = new Launch();
        launch.put('w', spec.runtimeDir().toAbsolutePath().toString());
        if (spec.user().isPresent()) {
            launch.put('u', spec.user().get());
        }
        launch.putCommand(spec.workload().command().orElseThrow(), spec.sandbox(), spec.environment());
        for (Path group : isolated.joined()) {
            launch.put('g', group.toString());
        }
        if (isolated.ownGroup().isPresent()) {
            launch.put('k', isolated.ownGroup().get().toString());
        }
        if (isolated.memoryGroup().isPresent()) {
            launch.put('m', isolated.memoryGroup().get().toString());
        }
        if (oomScoreAdj.isPresent()) {
            launch.put('o', Long.toString(oomScoreAdj.getAsLong()));
        }
        launch.putIo(spec.workload().io());
        ContainerVolumes volumes = ContainerVolumes.of(spec);
        for (Path directory : volumes.directories()) {
            launch.put('p', directory.toString());
        }
        for (ContainerVolumes.Link link : volumes.links()) {
            launch.put('l', link.path());
            launch.put('t', link.target().toString());
        }
        if (spec.workload().container().isPresent()) {
            for (RLimit rlimit :
                    spec.workload().container().get().getRlimitInfo().getRlimitsList()) {
                launch.putRlimit(rlimit);
            }
        }
        return launch.strings.toByteArray();
    }

    /** What is to run beside the container's own command; the rest is as that has it. */
    static byte[] beside(ContainerSpec spec, CommandInfo command) throws IOException {
        Launch launch = new Launch();
        Map<String, String> environment = new TreeMap<>(spec.environment());
        environment.putAll(Variables.of(command));
        launch.putCommand(command, spec.sandbox(), environment);
        return launch.strings.toByteArray();
    }

    private void putCommand(CommandInfo command, Path sandbox, Map<String, String> environment) throws IOException {
        put('d', sandbox.toAbsolutePath().toString());
        put('x', command.getShell() ? "/bin/sh" : command.getValue());
        for (String argument : arguments(command)) {
            put('a', argument);
        }
        for (var variable : environment.entrySet()) {
            put('e', variable.getKey() + "=" + variable.getValue());
        }
    }

    private static List<String> arguments(CommandInfo command) {
        if (command.getShell()) {
            return List.of("sh", "-c", command.getValue());
        }
        return command.getArgumentsCount() == 0 ? List.of(command.getValue()) : command.getArgumentsList();
    }

    private void putIo(StandardIo io) throws IOException {
        if (io.isAttachable()) {
            WindowSize window = io.window().orElse(WindowSize.getDefaultInstance());
            put('i', kind(io) + (io.waits() ? " 1 " : " 0 ") + window.getRows() + " " + window.getColumns());
        }
    }

    private static int kind(StandardIo io) {
        return switch (io.kind()) {
            case FILES -> 0;
            case PIPES -> 1;
            case TERMINAL -> 2;
        };
    }

    private void putRlimit(RLimit rlimit) throws IOException {
        if (rlimit.getType() == RLimit.Type.UNKNOWN) {
            throw new IOException("Could not convert rlimit: Unknown rlimit type");
        }
        if (rlimit.hasSoft() != rlimit.hasHard()) {
            throw new IOException("Invalid rlimit values");
        }
        String name = rlimit.getType().name().substring("RLMT_".length());
        put(
                'r',
                rlimit.hasSoft()
                        ? name + " " + Long.toUnsignedString(rlimit.getSoft()) + " "
                                + Long.toUnsignedString(rlimit.getHard())
                        : name + " " + UNLIMITED + " " + UNLIMITED);
    }

    private void put(char kind, String text) throws IOException {
        if (text.indexOf('\0') >= 0) {
            throw new IOException("The command or its environment holds a NUL character");
        }
        strings.write(kind);
        strings.writeBytes(text.getBytes(UTF_8));
        strings.write(0);
    }
}
