package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Executor;
import io.stoa.v0.V0Writer;
import java.io.IOException;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;

/** An executor as Mesos' v0 endpoints print it. */
final class ExecutorWriter {

    private final JsonGenerator out;
    private final V0Writer values;

    ExecutorWriter(JsonGenerator out) {
        this.out = out;
        values = new V0Writer(out);
    }

    void write(Executor executor) throws IOException {
        ExecutorInfo info = executor.info();
        out.writeStartObject();
        out.writeStringField("executor_id", executor.key().executorId());
        out.writeStringField("name", info.getName());
        out.writeStringField("framework_id", executor.key().frameworkId().value());
        command(info.getCommand());
        values.resources("resources", info.getResourcesList());
        if (info.getResourcesCount() > 0) {
            out.writeStringField("role", executor.role());
        }
        if (info.hasLabels()) {
            values.labels(info.getLabels().getLabelsList());
        }
        if (info.hasType()) {
            out.writeStringField("type", info.getType().name());
        }
        out.writeStringField("slave_id", executor.key().agentId().value());
        out.writeEndObject();
    }

    private void command(CommandInfo command) throws IOException {
        out.writeObjectFieldStart("command");
        if (command.hasShell()) {
            out.writeBooleanField("shell", command.getShell());
        }
        if (command.hasValue()) {
            out.writeStringField("value", command.getValue());
        }
        out.writeArrayFieldStart("argv");
        for (String argument : command.getArgumentsList()) {
            out.writeString(argument);
        }
        out.writeEndArray();
        if (command.hasEnvironment()) {
            out.writeFieldName("environment");
            MesosJson.write(command.getEnvironment(), out);
        }
        out.writeArrayFieldStart("uris");
        for (CommandInfo.URI uri : command.getUrisList()) {
            out.writeStartObject();
            out.writeStringField("value", uri.getValue());
            out.writeBooleanField("executable", uri.getExecutable());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
