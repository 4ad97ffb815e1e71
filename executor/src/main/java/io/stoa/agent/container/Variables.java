package io.stoa.agent.container;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Environment.Variable;

/** What a command brings into its environment itself. */
public final class Variables {

    private Variables() {}

    /** By name. Of secrets, only the values: containerizers refuse references. */
    public static Map<String, String> of(CommandInfo command) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Variable variable : command.getEnvironment().getVariablesList()) {
            variables.put(
                    variable.getName(),
                    variable.getType() == Variable.Type.SECRET
                            ? variable.getSecret().getValue().getData().toStringUtf8()
                            : variable.getValue());
        }
        return variables;
    }
}
