package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@Command(name = "roles", description = "List the roles, each with everything below it.")
final class RolesCommand extends ListCommand<RoleRow> {

    @Override
    String target() {
        return "/roles";
    }

    @Override
    Stream<RoleRow> rows(JsonNode answer) {
        return RoleRow.allOf(answer).stream();
    }

    @Override
    Listing<RoleRow> table(Listing<RoleRow> rows) {
        return rows.text("ROLE", RoleRow::role)
                .number("WEIGHT", role -> Amounts.exactly(role.weight()))
                .number("FRAMEWORKS", role -> Integer.toString(role.frameworks().size()))
                .text("ALLOCATED", role -> ResourceText.print(role.allocated()))
                .text("OFFERED", role -> ResourceText.print(role.offered()))
                .text("RESERVED", role -> ResourceText.print(role.reserved()))
                .text("GUARANTEE", role -> ResourceText.print(role.guarantees()))
                .text("LIMIT", role -> ResourceText.print(role.limits()));
    }
}
