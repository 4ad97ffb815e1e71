package io.stoa.examples.batch;

import io.stoa.client.resources.Demand;
import io.stoa.client.resources.Resources;
import io.stoa.examples.Program;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Best fit, the largest first: each task goes to the host with the least room that is enough for it, so that whole
 * hosts stay empty for what is large, or can be given back.
 *
 * <p>Of tasks that want the same amounts the next goes where the last one went, as long as it fits, since that host is
 * the fullest still. So the hosts are sorted once for each amount: hosts times different amounts, plus tasks.
 */
final class BinPacking {

    private final String role;
    private final List<Bin> bins;
    private final double mostCpus;
    private final double mostMemMb;

    private BinPacking(String role, List<Bin> bins) {
        this.role = role;
        this.bins = bins;
        mostCpus = most("cpus");
        mostMemMb = most("mem");
    }

    private double most(String name) {
        return bins.stream()
                .mapToDouble(bin -> bin.host.total().scalar(name))
                .max()
                .orElse(0);
    }

    /**
     * A host.
     *
     * @param free what can be claimed of it
     * @param total all that it has
     */
    record Host(String agentId, Resources free, Resources total) {}

    /**
     * Where a task is to run.
     *
     * @param resources which of the host's
     */
    record Placement(Want want, String agentId, Resources resources) {}

    /** A host while it is filled. */
    private static final class Bin {

        private final Host host;
        private Resources free;

        private Bin(Host host) {
            this.host = host;
            free = host.free();
        }

        /** Cheaper than to choose, and enough to pass over a host that is full. */
        private boolean mayHold(Demand demand) {
            return demand.scalars().entrySet().stream()
                    .allMatch(scalar -> free.scalar(scalar.getKey()) >= scalar.getValue());
        }
    }

    /**
     * @param role in which the tasks are to run
     * @return those that find room, in no order
     */
    static List<Placement> pack(List<Want> wants, List<Host> hosts, String role) {
        return new BinPacking(role, hosts.stream().map(Bin::new).toList()).pack(wants);
    }

    private List<Placement> pack(List<Want> wants) {
        Map<Demand, List<Want>> alike = new LinkedHashMap<>();
        wants.stream()
                .sorted(Comparator.comparingDouble((Want want) -> -size(want.program())))
                .forEach(want -> alike.computeIfAbsent(want.program().demand(), demand -> new ArrayList<>())
                        .add(want));
        List<Placement> placements = new ArrayList<>();
        alike.forEach((demand, some) -> pack(demand, some.iterator(), placements));
        return placements;
    }

    /** The part of the largest host that it takes, of whatever it takes most. */
    private double size(Program program) {
        return Math.max(program.cpus() / mostCpus, program.memMb() / mostMemMb);
    }

    /** How much is free there of what is wanted: the sum over cpus and mem, each as a part of the largest host. */
    private double emptiness(Bin bin) {
        return bin.free.scalar("cpus") / mostCpus + bin.free.scalar("mem") / mostMemMb;
    }

    private void pack(Demand demand, Iterator<Want> wants, List<Placement> placements) {
        Iterator<Bin> fullestFirst = bins.stream()
                .filter(bin -> bin.mayHold(demand))
                .sorted(Comparator.comparingDouble(this::emptiness).thenComparing((Bin bin) -> bin.host.agentId()))
                .iterator();
        while (wants.hasNext() && fullestFirst.hasNext()) {
            Bin bin = fullestFirst.next();
            Optional<Resources> chosen = bin.free.choose(role, demand);
            while (chosen.isPresent() && wants.hasNext()) {
                placements.add(new Placement(wants.next(), bin.host.agentId(), chosen.get()));
                bin.free = bin.free.minus(chosen.get());
                chosen = bin.free.choose(role, demand);
            }
        }
    }
}
