package io.stoa.agent.container;

import com.google.protobuf.ByteString;
import org.apache.mesos.v1.Protos.Environment.Variable;
import org.apache.mesos.v1.Protos.Secret;

/** Variables of an environment. */
public final class VariableFixture {

    private VariableFixture() {}

    public static Variable variable(String name, String value) {
        return Variable.newBuilder().setName(name).setValue(value).build();
    }

    /** By value. */
    public static Variable secret(String name, String value) {
        return Variable.newBuilder()
                .setName(name)
                .setType(Variable.Type.SECRET)
                .setSecret(Secret.newBuilder()
                        .setType(Secret.Type.VALUE)
                        .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8(value))))
                .build();
    }
}
