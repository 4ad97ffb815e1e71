package io.stoa.driver.detector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.mesos.Protos.MasterInfo;
import org.junit.jupiter.api.Test;

class LeaderNodeTest {

    private static final String RECORDED =
            "{\"address\":{\"hostname\":\"localhost\",\"ip\":\"127.0.0.1\",\"port\":5050},"
                    + "\"capabilities\":[{\"type\":\"AGENT_UPDATE\"},{\"type\":\"AGENT_DRAINING\"},{\"type\":\"QUOTA_V2\"}],"
                    + "\"hostname\":\"localhost\",\"id\":\"c8ba3f6c-7ae6-4d67-bc47-01ffa86ad0a0\",\"ip\":16777343,"
                    + "\"pid\":\"master@127.0.0.1:5050\",\"port\":5050,\"version\":\"1.12.0\"}";

    @Test
    void theLowestNumberLeads() {
        assertThat(LeaderNode.leading(
                        List.of("json.info_0000000012", "log_replicas", "json.info_0000000003", "info_0000000001")))
                .isEqualTo("json.info_0000000003");
        assertThat(LeaderNode.leading(List.of("info_0000000004", "info_0000000002")))
                .isEqualTo("info_0000000002");
        assertThat(LeaderNode.leading(List.of("log_replicas", "json.info_12"))).isNull();
    }

    @Test
    void aMasterDescribesItselfInJson() throws Exception {
        Leader leader = new LeaderNode("json.info_0000000001", RECORDED.getBytes(UTF_8)).leader();

        assertThat(leader).hasToString("127.0.0.1:5050");
        MasterInfo info = MasterInfo.parseFrom(Objects.requireNonNull(leader.info()));
        assertThat(info.getId()).isEqualTo("c8ba3f6c-7ae6-4d67-bc47-01ffa86ad0a0");
        assertThat(info.getIp()).isEqualTo(16777343);
        assertThat(info.getPid()).isEqualTo("master@127.0.0.1:5050");
        assertThat(info.getHostname()).isEqualTo("localhost");
        assertThat(info.getVersion()).isEqualTo("1.12.0");
        assertThat(info.getAddress().getPort()).isEqualTo(5050);
    }

    @Test
    void anOldMasterDescribesItselfInProtobuf() throws Exception {
        byte[] info = MasterInfo.newBuilder()
                .setId("old")
                .setIp(16777343)
                .setPort(5051)
                .setPid("master@10.0.0.7:5051")
                .build()
                .toByteArray();

        assertThat(new LeaderNode("info_0000000001", info).leader()).hasToString("10.0.0.7:5051");
    }

    @Test
    void whatSaysNoAddressIsNotUnderstood() {
        for (String data : List.of("{}", "", "{\"port\":5050}", "[1]", "{\"a\":{\"b\":tru}}", "{\"pid\":\"x\\u00")) {
            assertThatThrownBy(() -> new LeaderNode("json.info_0000000001", data.getBytes(UTF_8)).leader())
                    .as(data)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void jsonIsReadWithEscapesAndAllKindsOfValues() throws IOException {
        assertThat(Json.object(" {\"a\\n\\u0041\": [1.5e1, true, false, null, \"\\\"\"], \"gone\": null, \"o\": {}} "))
                .hasToString("{a\nA=[15.0, true, false, VALUE, \"], o={}}");
    }

    @Test
    void jsonThatIsNestedWithoutEndIsRefused() {
        assertThatThrownBy(() -> Json.object("{\"a\":" + "[".repeat(100_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("levels: 33 (expected: at most 32)");
    }
}
