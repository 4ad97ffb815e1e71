package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.PiecedBody;
import io.stoa.state.model.FrameworkId;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Prints Mesos' {@code /roles}. */
final class RolesReport {

    private RolesReport() {}

    static PiecedBody print(List<RoleAccounts.Account> roles) {
        return JsonParts.print(parts -> {
            JsonGenerator out = parts.out();
            out.writeStartObject();
            out.writeArrayFieldStart("roles");
            for (RoleAccounts.Account role : roles) {
                write(role, out);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void write(RoleAccounts.Account account, JsonGenerator out) throws IOException {
        V0Writer values = new V0Writer(out);
        out.writeStartObject();
        out.writeStringField("name", account.role());
        values.number("weight", account.weight());
        out.writeObjectFieldStart("quota");
        out.writeStringField("role", account.role());
        amounts("guarantee", account.quota().guarantees().toMap(), out);
        amounts("limit", account.quota().limits().milliByName(), out);
        amounts("consumed", account.usage().consumed().toMap(), out);
        out.writeEndObject();
        amounts("resources", account.usage().allocated().plus(account.offered()).toMap(), out);
        amounts("allocated", account.usage().allocated().toMap(), out);
        amounts("offered", account.offered().toMap(), out);
        amounts("reserved", account.usage().reserved().toMap(), out);
        out.writeArrayFieldStart("frameworks");
        for (FrameworkId framework : account.frameworks()) {
            out.writeString(framework.value());
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** @param milli thousandths by name */
    private static void amounts(String field, Map<String, Long> milli, JsonGenerator out) throws IOException {
        V0Writer values = new V0Writer(out);
        out.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> amount : milli.entrySet()) {
            values.number(amount.getKey(), amount.getValue() / 1000.0);
        }
        out.writeEndObject();
    }
}
