package io.stoa.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command prints what it found. */
final class OutputOption {

    enum Format {
        TABLE,
        JSON;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    private Format format = Format.TABLE;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    boolean isJson() {
        return TypedOptions.<Format>find(command, "--output").orElse(format) == Format.JSON;
    }

    <T> void print(Listing<T> listing, PrintWriter out) {
        if (isJson()) {
            out.println(Json.print(listing.rows()));
        } else {
            listing.printTable(out, Terminal.widthOfStdout());
        }
        out.flush();
    }
}
