package io.stoa.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** How a command prints what it found. */
final class OutputOption {

    enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    private Format format = Format.TABLE;

    boolean isJson() {
        return format == Format.JSON;
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
