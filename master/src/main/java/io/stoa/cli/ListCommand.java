package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that lists what the master's {@code /state} holds of a kind.
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

    /** The rows that are asked for. */
    abstract Stream<T> rows(JsonNode state);

    /** Adds the columns. */
    abstract Listing<T> table(Listing<T> rows);

    @Override
    public final void run() {
        JsonNode state = cluster.connect().get("/state");
        output.print(
                table(new Listing<>(rows(state).toList())), spec.commandLine().getOut());
    }
}
