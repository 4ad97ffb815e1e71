package io.stoa.master;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.json.MesosJson;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.junit.jupiter.api.Test;

class MasterIdentityTest {

    /** As recorded from a master at 127.0.0.1:5050, but for the version. */
    private static final String RECORDED =
            "{\"address\":{\"hostname\":\"localhost\",\"ip\":\"127.0.0.1\",\"port\":5050},"
                    + "\"capabilities\":[{\"type\":\"AGENT_UPDATE\"},{\"type\":\"AGENT_DRAINING\"},{\"type\":\"QUOTA_V2\"}],"
                    + "\"hostname\":\"localhost\",\"id\":\"%s\",\"ip\":16777343,\"pid\":\"master@127.0.0.1:5050\","
                    + "\"port\":5050,\"version\":\"1.11.0\"}";

    private final MasterIdentity identity =
            new MasterIdentity(InetAddress.getLoopbackAddress(), 5050, "localhost", Optional.empty());

    @Test
    void aMasterSaysOfItselfWhatMesosSays() throws Exception {
        MasterInfo info = identity.newTerm();

        byte[] printed = MesosJson.printSorted(org.apache.mesos.Protos.MasterInfo.parseFrom(info.toByteString()));

        assertThat(new String(printed, UTF_8)).isEqualTo(RECORDED.formatted(info.getId()));
    }

    @Test
    void everyTermHasAnIdOfItsOwn() {
        assertThat(identity.newTerm().getId()).isNotEqualTo(identity.newTerm().getId());
    }
}
