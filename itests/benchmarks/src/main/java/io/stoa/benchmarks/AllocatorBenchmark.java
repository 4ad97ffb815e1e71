package io.stoa.benchmarks;

import io.stoa.mesos.offer.OfferCause;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The allocator at the sizes of Mesos' own {@code hierarchical_allocator_benchmarks}, without network and journal. A
 * cycle is timed with everything that making its offers costs, their messages included.
 */
final class AllocatorBenchmark {

    /** How much faster than Mesos is wanted. */
    private static final int TIMES = 5;

    private static final String AGENT = "cpus:24;mem:4096;disk:4096;ports:[31000-32000]";
    private static final String HELD = "cpus:16;mem:2014;disk:1024;ports:[31000-31015]";
    private static final double FOREVER_SECONDS = 31_536_000;
    private static final int DECLINING_ROUNDS = 300;
    private static final int CHANGES = 400;
    private static final int FEW_AGENTS = 100;
    private static final int MANY_AGENTS = 10_000;
    private static final int EXPLANATIONS = 101;

    private AllocatorBenchmark() {}

    static List<Figure> run() {
        List<Figure> figures = new ArrayList<>();
        declines(1_000, 100, 20);
        figures.addAll(declines(10_000, 1_000, DECLINING_ROUNDS));
        figures.add(largeCycle());
        figures.addAll(quotas());
        figures.add(oneAgent());
        figures.addAll(explanations());
        return figures;
    }

    /** Frameworks have all they need and decline what they are offered; each round is a cycle. */
    private static List<Figure> declines(int agents, int frameworks, int rounds) {
        OfferCluster cluster = new OfferCluster();
        for (int i = 0; i < frameworks; i++) {
            cluster.framework("F" + i, "*");
        }
        for (int i = 0; i < agents; i++) {
            cluster.agent("S" + i, AGENT);
            cluster.claim("F" + i % frameworks, "S" + i, "T" + i, HELD);
        }
        double[] seconds = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            cluster.declineAll(FOREVER_SECONDS);
            seconds[round] = cluster.timedCycleSeconds();
            expect(cluster.offers() == agents, "offers: " + cluster.offers() + " (expected: " + agents + ")");
        }
        double[] last = Arrays.copyOfRange(seconds, rounds - rounds / 10, rounds);
        String size = String.format(Locale.ROOT, "decline cycle, %,d agents, %,d frameworks", agents, frameworks);
        return List.of(
                figure(size + ", median of " + rounds + " rounds", median(seconds), 1.06),
                figure(size + ", median of the last tenth", median(last), 1.06));
    }

    /** Everything is free and everybody wants it. */
    private static Figure largeCycle() {
        OfferCluster cluster = new OfferCluster();
        for (int i = 0; i < 20_000; i++) {
            cluster.agent("S" + i, AGENT);
        }
        for (int i = 0; i < 2_000; i++) {
            cluster.framework("F" + i, "role" + i % 100);
        }
        cluster.timedCycleSeconds();
        double[] seconds = new double[5];
        for (int i = 0; i < seconds.length; i++) {
            cluster.declineAll(0);
            seconds[i] = cluster.timedCycleSeconds();
            expect(cluster.offers() == 20_000, "offers: " + cluster.offers() + " (expected: 20000)");
        }
        return figure("cycle, 20,000 agents, 2,000 frameworks in 100 roles", median(seconds), 3.8);
    }

    /** 2,500 roles are promised half an agent each, 500 two agents; together the whole cluster. */
    private static List<Figure> quotas() {
        OfferCluster cluster = new OfferCluster();
        SortedMap<String, Quota> quotas = new TreeMap<>();
        for (int i = 0; i < 2_500; i++) {
            quotas.put("small" + i, quota("cpus:1;mem:1024;disk:1024"));
        }
        for (int i = 0; i < 500; i++) {
            quotas.put("large" + i, quota("cpus:4;mem:4096;disk:4096"));
        }
        for (int i = 0; i < 3_000; i++) {
            cluster.agent("S" + i, "cpus:2;mem:2048;disk:2048");
        }
        cluster.commit(new StateMutation.UpdateQuotas(quotas, true));
        quotas.keySet().forEach(role -> cluster.frameworkThatWaits("F-" + role, role));
        cluster.timedCycleSeconds();
        cluster.reviveAllSilently();
        double first = cluster.timedCycleSeconds();
        expect(cluster.offers() > 2_250, "offers: " + cluster.offers() + " (expected: those of 2,250 agents)");
        double idle = cluster.timedCycleSeconds();
        return List.of(
                figure("3,000 agents, 3,000 roles with quota, all offered", first, 15.5),
                figure("the same, nothing to do", idle, 13));
    }

    private static Quota quota(String resources) {
        ResourceQuantities quantities = Resources.parse(resources).quantities();
        return new Quota(quantities, ResourceLimits.of(quantities.toMap()));
    }

    /**
     * Everything is on offer; on one agent a task starts past the offers and ends, and what it held is offered again.
     */
    private static Figure oneAgent() {
        oneAgentMicros(FEW_AGENTS);
        double few = oneAgentMicros(FEW_AGENTS);
        double many = oneAgentMicros(MANY_AGENTS);
        double ratio = many / few;
        return new Figure(
                "a task ends and its resources are offered, among 100 and among 10,000 agents",
                String.format(Locale.ROOT, "%.0f and %.0f µs, %.2f times", few, many, ratio),
                Figure.verdict("<= 1.5 times", ratio <= 1.5));
    }

    private static double oneAgentMicros(int agents) {
        OfferCluster cluster = new OfferCluster();
        for (int i = 0; i < 10; i++) {
            cluster.framework("F" + i, "role" + i % 5);
        }
        for (int i = 0; i < agents; i++) {
            cluster.agent("S" + i, AGENT);
        }
        double[] seconds = new double[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            cluster.claim("F0", "S" + i % FEW_AGENTS, "T" + i, HELD);
            cluster.timedCycleSeconds();
            long fromNanos = System.nanoTime();
            cluster.finish("F0", "T" + i);
            cluster.timedCycleSeconds();
            seconds[i] = (System.nanoTime() - fromNanos) / 1e9;
        }
        expect(cluster.offers() > agents, "offers: " + cluster.offers() + " (expected: all of " + agents + " agents)");
        return median(seconds) * 1e6;
    }

    /**
     * One framework refused every agent, and another has all on offer: the two causes that take the longest to find.
     * What counts is how long the allocator is kept from everything else at a time.
     */
    private static List<Figure> explanations() {
        OfferCluster cluster = new OfferCluster();
        cluster.framework("refuser", "picky");
        for (int i = 0; i < MANY_AGENTS; i++) {
            cluster.agent("S" + i, AGENT);
            cluster.claim("refuser", "S" + i, "T" + i, HELD);
        }
        cluster.timedCycleSeconds();
        cluster.declineAll(FOREVER_SECONDS);
        Figure filtered = explanation(cluster, "refuser", OfferCause.FILTERED);
        cluster.framework("holder", "greedy");
        cluster.framework("waiter", "poor");
        cluster.timedCycleSeconds();
        expect(cluster.offers() == MANY_AGENTS, "offers: " + cluster.offers() + " (expected: all agents)");
        return List.of(filtered, explanation(cluster, "waiter", OfferCause.ON_OFFER));
    }

    private static Figure explanation(OfferCluster cluster, String framework, OfferCause cause) {
        double[] steps = new double[EXPLANATIONS];
        double[] sums = new double[EXPLANATIONS];
        for (int i = 0; i < EXPLANATIONS; i++) {
            OfferCluster.Explained explained = cluster.explain(framework);
            int agents = explained.answer().cause(cause).orElseThrow().agents();
            expect(agents == MANY_AGENTS, cause + ": " + agents + " agents (expected: all)");
            steps[i] = Collections.max(explained.seconds()) * 1e3;
            sums[i] = explained.seconds().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum()
                    * 1e3;
        }
        double step = median(steps);
        return new Figure(
                String.format(Locale.ROOT, "an explanation over %,d agents, all %s", MANY_AGENTS, cause),
                String.format(Locale.ROOT, "%.1f ms, %.1f ms at a time", median(sums), step),
                Figure.verdict("<= 10 ms at a time", step <= 10));
    }

    private static Figure figure(String what, double seconds, double mesosSeconds) {
        return new Figure(
                what,
                String.format(
                        Locale.ROOT,
                        "%.4f s, Mesos: %.2f s, %.0f times",
                        seconds,
                        mesosSeconds,
                        mesosSeconds / seconds),
                Figure.verdict(">= " + TIMES + " times", seconds * TIMES <= mesosSeconds));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
