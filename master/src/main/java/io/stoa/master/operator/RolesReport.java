package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.FrameworkId;
import io.stoa.v0.V0Writer;
import java.io.IOException;

/** Prints Mesos' {@code /roles}. */
final class RolesReport {

    private RolesReport() {}

    static PiecedBody print(RoleAccounts roles) {
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            out.writeArrayFieldStart("roles");
            for (var role : roles.all().entrySet()) {
                write(role.getKey(), role.getValue(), out);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void write(String name, RoleAccounts.Account account, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", name);
        new V0Writer(out).number("weight", 1);
        out.writeObjectFieldStart("quota");
        out.writeStringField("role", name);
        new Quantities().write("guarantee", out);
        new Quantities().write("limit", out);
        account.consumed().write("consumed", out);
        out.writeEndObject();
        Quantities both = new Quantities();
        both.add(account.allocated());
        both.add(account.offered());
        both.write("resources", out);
        account.allocated().write("allocated", out);
        account.offered().write("offered", out);
        account.reserved().write("reserved", out);
        out.writeArrayFieldStart("frameworks");
        for (FrameworkId framework : account.frameworks()) {
            out.writeString(framework.value());
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
