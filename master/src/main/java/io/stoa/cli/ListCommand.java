package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that lists what the master shows of a kind.
 *
 * @param <T> a row
 */
abstract class ListCommand<T> implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Where the master shows it. */
    String target() {
        return "/state";
    }

    /** The rows that are asked for. */
    abstract Stream<T> rows(JsonNode answer);

    /** Adds the columns. */
    abstract Listing<T> table(Listing<T> rows);

    @Override
    public final void run() {
        JsonNode answer = cluster.connect().get(target());
        output.print(
                table(new Listing<>(rows(answer).toList())), spec.commandLine().getOut());
    }
}
