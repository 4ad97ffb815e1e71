package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Why a framework is offered nothing more, in sentences. */
final class FrameworkReasons {

    private static final String OWN_SCHEDULING =
            "It schedules by itself, over RPC: it sees the whole cluster and claims what it wants of it, so nothing is"
                    + " offered to it. Why it did not get what it claimed is in the answer to its commit; quotas of its"
                    + " roles ('stoa quota') and what is reserved for others hold for it, too.";

    private final JsonNode framework;
    private final long nowMs;

    /**
     * @param framework as {@code /stoa/explain} shows it
     * @param nowMs when it did, in ms since the epoch
     */
    FrameworkReasons(JsonNode framework, long nowMs) {
        this.framework = framework;
        this.nowMs = nowMs;
    }

    List<String> paragraphs() {
        List<String> all = new ArrayList<>();
        all.add(Terminal.oneLine("framework " + framework.path("name").asText() + " ("
                + framework.path("id").asText() + "): "
                + framework.path("state").asText() + tasks()));
        JsonNode offers = framework.path("offers");
        if (framework.path("door").asText().equals("rpc")) {
            all.add(Paragraphs.POINT + OWN_SCHEDULING);
        } else if (offers.isMissingNode()) {
            all.add(Paragraphs.POINT + absence());
        }
        for (JsonNode role : offers.path("in_roles")) {
            all.addAll(new InRole(role).paragraphs());
        }
        int leftOut = offers.path("roles_left_out").asInt();
        if (leftOut > 0) {
            all.add("and " + leftOut + " roles more: --role looks at one of them");
        }
        return all;
    }

    private String tasks() {
        StringJoiner tasks = new StringJoiner(", ");
        framework
                .path("tasks")
                .properties()
                .forEach(count -> tasks.add(count.getValue().asInt() + " " + TaskReasons.shortState(count.getKey())));
        return tasks.length() == 0 ? ", no tasks" : ", tasks: " + tasks;
    }

    private String absence() {
        return switch (framework.path("state").asText()) {
            case "removed" -> {
                long removedMs = framework.path("removed_ms").asLong();
                yield "It was removed at " + Moment.ofMsForPeople(removedMs) + " (" + Moment.span(nowMs - removedMs)
                        + " ago), and cannot come back under this id.";
            }
            case "recovered" ->
                "It has not subscribed since this master began to lead, so nothing is offered to it. "
                        + removal("; after a change of the leader that is at least --agent_reregister_timeout");
            default -> "It is not subscribed, so nothing is offered to it. " + removal("");
        };
    }

    private String removal(String more) {
        if (!framework.has("removed_in_ms")) {
            return "It has been away for too long, and is being removed.";
        }
        long leftMs = framework.path("removed_in_ms").asLong();
        return "Unless it subscribes it is removed with its tasks in " + Moment.span(leftMs) + ", at "
                + Moment.ofMsForPeople(nowMs + leftMs) + " (its failover timeout: "
                + Moment.span(Math.round(framework.path("failover_timeout").asDouble() * 1000)) + more + ").";
    }

    /** One role of it. */
    private final class InRole {

        private final JsonNode role;
        private final String name;
        private final boolean suppressed;

        InRole(JsonNode role) {
            this.role = role;
            name = Terminal.oneLine(role.path("role").asText());
            suppressed = role.path("suppressed").asBoolean();
        }

        List<String> paragraphs() {
            List<String> all = new ArrayList<>();
            boolean offered = causes().anyMatch(cause -> kind(cause).equals("OFFERED"));
            all.add("role " + name + ": " + (offered ? "it has offers" : "nothing is on offer to it"));
            if (suppressed) {
                all.add(Paragraphs.POINT + "It asked for no offers in this role (SUPPRESS). REVIVE ends that; below is"
                        + " what would be then.");
            }
            if (role.path("causes").isEmpty()) {
                all.add(Paragraphs.POINT + "The cluster has no agents.");
            }
            causes().forEach(cause -> all.add(Paragraphs.POINT + Terminal.oneLine(sentence(cause))));
            each("cuts").forEach(cut -> all.add(Paragraphs.POINT + Terminal.oneLine(cut(cut))));
            quota().map(Terminal::oneLine).map(Paragraphs.POINT::concat).ifPresent(all::add);
            return all;
        }

        private Stream<JsonNode> causes() {
            return each("causes");
        }

        private Stream<JsonNode> each(String field) {
            return StreamSupport.stream(role.path(field).spliterator(), false);
        }

        private static String kind(JsonNode cause) {
            return cause.path("cause").asText().toUpperCase(Locale.ROOT);
        }

        private String sentence(JsonNode cause) {
            boolean one = cause.path("agents").asInt() == 1;
            String free = amounts(cause.path("resources"));
            String are = agents(cause) + (one ? " is " : " are ");
            String back = one ? "it is back" : "they are back";
            String have = agents(cause) + (one ? " has " : " have ");
            return switch (kind(cause)) {
                case "OFFERED" ->
                    are + "on offer to it with " + free + ", the oldest offer for " + span(cause, "last_ms")
                            + ". The framework is to accept or decline them; after " + timeout()
                            + " they are taken back.";
                case "DUE" ->
                    have + free + " for it, "
                            + (suppressed
                                    ? "which REVIVE brings."
                                    : "to be offered within " + offers("interval_ms")
                                            + ", unless somebody who has less comes first.");
                case "UNREACHABLE" -> are + "unreachable: " + free + " there, to be offered when " + back + ".";
                case "DISCONNECTED" -> are + "not connected: " + free + " free there, to be offered when " + back + ".";
                case "DEACTIVATED" ->
                    are + "deactivated or drained by operators: " + free + " free there, to be offered when "
                            + (one ? "it is" : "they are") + " reactivated.";
                case "UNLISTED" ->
                    are + "on hosts that the file of the master's --whitelist does not name, with " + free + " free.";
                case "FILTERED" ->
                    have + free + " free, but it declined that; " + filters(cause) + ". REVIVE ends that.";
                case "GPUS" ->
                    have + "GPUs (" + free + " free), and it lacks the capability GPU_RESOURCES. The master's"
                            + " --filter_gpu_resources=false offers them to all.";
                case "REGION" ->
                    are + "in another region than the master (" + free
                            + " free), and it lacks the capability REGION_AWARE.";
                case "CONSTRAINTS" ->
                    are + "ruled out by its offer constraints, with " + free
                            + " free. It can change them by UPDATE_FRAMEWORK.";
                default -> shortage(cause, free);
            };
        }

        /** What makes what is there too little. */
        private String shortage(JsonNode cause, String free) {
            boolean one = cause.path("agents").asInt() == 1;
            String are = agents(cause) + (one ? " is " : " are ");
            String have = agents(cause) + (one ? " has " : " have ");
            return switch (kind(cause)) {
                case "TOO_SMALL" -> have + "less in all than the least of an offer: " + minimum() + ".";
                case "RESERVED" ->
                    are + "reserved for other roles, which leaves it " + free + ", and an offer holds at least "
                            + minimum() + ". 'stoa unreserve' ends reservations that nobody uses.";
                case "UNUSABLE" ->
                    have + "for it only what is revocable, shared or a refined reservation, and it lacks the"
                            + " capability: REVOCABLE_RESOURCES, SHARED_RESOURCES or RESERVATION_REFINEMENT.";
                case "IN_USE" ->
                    are + "in use: tasks and executors leave " + free + ", and an offer holds at least " + minimum()
                            + " of one agent.";
                case "ON_OFFER" ->
                    are + "on offer already, which leaves " + free + ": " + holders(cause)
                            + ". They are free again when declined, or after " + timeout() + ".";
                case "LIMITED" -> have + free + " free, but " + limited();
                case "GUARANTEED" -> have + free + " free, but that is kept " + kept();
                default -> are + kind(cause) + " with " + free + ".";
            };
        }

        /** What is not in offers that are made all the same. */
        private String cut(JsonNode cut) {
            boolean one = cut.path("agents").asInt() == 1;
            String more = agents(cut) + (one ? " has " : " have ") + amounts(cut.path("resources"))
                    + " more free than is offered, ";
            return kind(cut).equals("LIMITED") ? more + "but " + limited() : more + "kept " + kept();
        }

        private String limited() {
            return "role " + quotaRole() + " is at its limit: " + limits() + ". 'stoa quota set " + quotaRole()
                    + " --limit=…' raises it; so does the end of tasks.";
        }

        private String kept() {
            return "for what others are guaranteed: " + owed() + ". Free in the cluster: "
                    + amounts(role.path("quota").path("free")) + "; kept: "
                    + amounts(role.path("quota").path("kept_for_others")) + ". A guarantee for " + quotaRole()
                    + " ('stoa quota set'), or more agents, would help.";
        }

        /** Where it has one, and that is not said yet. */
        private Optional<String> quota() {
            JsonNode quota = role.path("quota");
            boolean none =
                    quota.path("guarantee").isEmpty() && quota.path("limit").isEmpty();
            boolean said = Stream.concat(causes(), each("cuts"))
                    .anyMatch(cause -> kind(cause).equals("LIMITED"));
            if (none || said) {
                return Optional.empty();
            }
            return Optional.of("The quota of role " + quotaRole() + ": guaranteed "
                    + amounts(quota.path("guarantee")) + "; limit " + amounts(quota.path("limit")) + "; consumed "
                    + amounts(quota.path("consumed")) + "; on offer " + amounts(quota.path("on_offer")) + ".");
        }

        /** {@code its filters last 5 s to 1 min 2 s more, until 2026-11-21 11:28:04}. */
        private String filters(JsonNode cause) {
            String first = span(cause, "first_ms");
            String last = span(cause, "last_ms");
            return "its filters last " + (first.equals(last) ? last : first + " to " + last) + " more, until "
                    + Moment.ofMsForPeople(nowMs + cause.path("last_ms").asLong());
        }

        private String quotaRole() {
            return role.path("quota").path("role").asText();
        }

        /** {@code cpus 4 of 4 (1 on offer), mem 12 of 64}. */
        private String limits() {
            JsonNode quota = role.path("quota");
            Map<String, Double> consumed = ResourceText.read(quota.path("consumed"));
            Map<String, Double> offered = ResourceText.read(quota.path("on_offer"));
            return ResourceText.read(quota.path("limit")).entrySet().stream()
                    .map(limit -> {
                        double onOffer = offered.getOrDefault(limit.getKey(), 0.0);
                        return limit.getKey() + " "
                                + Amounts.of(consumed.getOrDefault(limit.getKey(), 0.0) + onOffer) + " of "
                                + Amounts.of(limit.getValue())
                                + (onOffer == 0 ? "" : " (" + Amounts.of(onOffer) + " on offer)");
                    })
                    .collect(Collectors.joining(", "));
        }

        private String owed() {
            StringJoiner owed = new StringJoiner(", ");
            role.path("quota")
                    .path("owed")
                    .properties()
                    .forEach(other -> owed.add(other.getKey() + " lacks " + amounts(other.getValue())));
            return owed.toString();
        }

        private String minimum() {
            return StreamSupport.stream(role.path("minimum").spliterator(), false)
                    .map(FrameworkReasons::amounts)
                    .collect(Collectors.joining(" or "));
        }
    }

    /** {@code 12 agents (one, two, three, …)}; agents of one host name it once. */
    private static String agents(JsonNode cause) {
        int count = cause.path("agents").asInt();
        Set<String> hosts = new LinkedHashSet<>();
        cause.path("examples")
                .forEach(example -> hosts.add(example.path("hostname").asText()));
        if (count > cause.path("examples").size()) {
            hosts.add("…");
        }
        return count + (count == 1 ? " agent (" : " agents (") + String.join(", ", hosts) + ")";
    }

    private String holders(JsonNode cause) {
        StringJoiner holders = new StringJoiner(", ");
        for (JsonNode holder : cause.path("holders")) {
            int count = holder.path("offers").asInt();
            String id = holder.path("framework_id").asText();
            String who = id.equals(framework.path("id").asText())
                    ? "the framework itself"
                    : holder.path("name").asText() + " (" + id + ")";
            holders.add(who + " in role " + holder.path("role").asText() + " has " + count
                    + (count == 1 ? " offer" : " offers") + ", the oldest for " + span(holder, "oldest_ms"));
        }
        return holders.toString();
    }

    private static String amounts(JsonNode amounts) {
        return amounts.isEmpty() ? "nothing" : ResourceText.print(ResourceText.read(amounts));
    }

    private static String span(JsonNode node, String field) {
        return Moment.span(node.path(field).asLong());
    }

    private String timeout() {
        return offers("timeout_ms");
    }

    private String offers(String field) {
        return span(framework.path("offers"), field);
    }
}
