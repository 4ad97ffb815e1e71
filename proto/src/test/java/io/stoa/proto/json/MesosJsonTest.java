package io.stoa.proto.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.List;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MesosJsonTest {

    /** Events and infos as a real Mesos printed them; each is printed again as it was. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"HEARTBEAT\"}",
                "{\"type\":\"SUBSCRIBED\",\"subscribed\":{\"framework_id\":{\"value\":\"2ca7970e-0004\"},"
                        + "\"heartbeat_interval_seconds\":15.0,\"master_info\":{\"id\":\"2ca7970e\",\"ip\":16777343,"
                        + "\"port\":5050,\"pid\":\"master@127.0.0.1:5050\",\"hostname\":\"localhost\","
                        + "\"version\":\"1.12.0\",\"address\":{\"hostname\":\"localhost\",\"ip\":\"127.0.0.1\","
                        + "\"port\":5050},\"capabilities\":[{\"type\":\"AGENT_UPDATE\"},"
                        + "{\"type\":\"AGENT_DRAINING\"}]}}}",
                "{\"type\":\"ERROR\",\"error\":{\"message\":\"Suppressed roles { b } are not contained\"}}"
            })
    void recordedEventsAreReadAndPrintedAlike(String json) throws Exception {
        assertThat(print(parse(json, Event.newBuilder()).build())).isEqualTo(json);
    }

    @Test
    void explicitDefaultsArePrintedUnlessDeprecated() {
        Resource cpus = Resource.newBuilder()
                .setName("cpus")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(0.5))
                .build();

        // Resource.role is deprecated and has a default; so have, undeprecated, the fields of FrameworkInfo.
        assertThat(print(cpus)).isEqualTo("{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":0.5}}");
        assertThat(print(FrameworkInfo.newBuilder().setUser("u").setName("n").build()))
                .contains("\"failover_timeout\":0.0", "\"checkpoint\":false")
                .doesNotContain("\"role\"");
        assertThat(print(Filters.getDefaultInstance())).isEqualTo("{\"refuse_seconds\":5.0}");
    }

    @Test
    void sortedFormIsTheOneOfZooKeeper() throws Exception {
        MasterInfo master = MasterInfo.newBuilder()
                .setId("m")
                .setIp(16777343)
                .setPort(5050)
                .setHostname("h")
                .build();

        assertThat(new String(MesosJson.printSorted(master), UTF_8))
                .isEqualTo("{\"hostname\":\"h\",\"id\":\"m\",\"ip\":16777343,\"port\":5050}");
    }

    @Test
    void unsignedNumbersAndBytesAndMapsSurvive() throws Exception {
        Value.Range range = Value.Range.newBuilder().setBegin(0).setEnd(-1).build();
        assertThat(print(range)).isEqualTo("{\"begin\":0,\"end\":18446744073709551615}");

        TaskStatus status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("é\"\u0001/<"))
                .setState(org.apache.mesos.v1.Protos.TaskState.TASK_RUNNING)
                .setData(ByteString.copyFrom(new byte[] {1, 2, 3, (byte) 0xff}))
                .setTimestamp(1795218919.83632)
                .build();
        String json = "{\"task_id\":{\"value\":\"é\\\"\\u0001/<\"},\"state\":\"TASK_RUNNING\",\"data\":\"AQID/w==\","
                + "\"timestamp\":1795218919.83632}";
        assertThat(print(status)).isEqualTo(json);
        assertThat(parse(json, TaskStatus.newBuilder()).build()).isEqualTo(status);

        String filters =
                "{\"min_allocatable_resources\":{\"quantities\":[{\"quantities\":{\"cpus\":{\"value\":1.0}}}]}}";
        assertThat(print(parse(filters, OfferFilters.newBuilder()).build())).isEqualTo(filters);
    }

    @ParameterizedTest
    @CsvSource({
        "15, 15.0",
        "0.5, 0.5",
        "-0.0, -0.0",
        "-2, -2.0",
        "0.1, 0.1",
        "0.012769280000000001, 0.012769280000000001",
        "1795218919.83632, 1795218919.83632",
        "1e15, 1000000000000000.0",
        "1e20, 100000000000000000000.0",
        "123456789012345680000, 123456789012345680000.0",
        "1e21, 1e21",
        "1.5e300, 1.5e300",
        "0.000001, 0.000001",
        "0.00000123, 0.00000123",
        "0.0000001, 1e-7",
        "2.5e-10, 2.5e-10",
        "NaN, NaN",
        "Infinity, \"Infinity\"",
        "-Infinity, \"-Infinity\"",
    })
    void doublesArePrintedAsMesosPrintsThem(double value, String text) {
        assertThat(Decimals.toJson(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"refuse_seconds\":2.5}",
                "{\"refuse_seconds\":\"2.5\"}",
                "{\"refuse_seconds\":1,\"refuse_seconds\":2.5}",
                " { \"nosuch\":{\"a\":[1,{}]},\"refuse_seconds\":02.5} \r\n\t",
            })
    void numbersMayBeQuotedAndUnknownFieldsAreIgnored(String json) throws Exception {
        assertThat(parse(json, Filters.newBuilder()).getRefuseSeconds()).isEqualTo(2.5);
    }

    @Test
    void nullAndUnknownEnumValuesCountAsNotSet() throws Exception {
        assertThat(parse("{\"type\":\"NOSUCH\",\"framework_id\":null}", Call.newBuilder())
                        .build())
                .isEqualTo(Call.getDefaultInstance());
        assertThat(parse(
                                "{\"capabilities\":[{\"type\":\"NOSUCH\"}],\"user\":\"u\",\"name\":\"n\"}",
                                FrameworkInfo.newBuilder())
                        .getCapabilities(0)
                        .hasType())
                .isFalse();
    }

    @Test
    void oneValueStandsForAnArrayAndArraysNest() throws Exception {
        assertThat(parse("{\"labels\":{\"key\":\"k\"}}", Labels.newBuilder()).getLabelsCount())
                .isEqualTo(1);
        assertThat(parse("{\"roles\":[\"a\",[\"b\",[null]]],\"user\":\"u\",\"name\":\"n\"}", FrameworkInfo.newBuilder())
                        .getRolesList())
                .containsExactly("a", "b");
    }

    @Test
    void integersWrapAndFractionsAreCut() throws Exception {
        assertThat(parse("{\"begin\":2.9,\"end\":18446744073709551615}", Value.Range.newBuilder())
                        .build())
                .isEqualTo(Value.Range.newBuilder().setBegin(2).setEnd(-1).build());
        assertThat(parse("{\"id\":\"m\",\"ip\":4294967295,\"port\":\"5050\"}", MasterInfo.newBuilder())
                        .getIp())
                .isEqualTo(-1);
        assertThat(parse("{\"refuse_seconds\":\"-Infinity\"}", Filters.newBuilder())
                        .getRefuseSeconds())
                .isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(parse("{\"refuse_seconds\":1e999}", Filters.newBuilder()).getRefuseSeconds())
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                          | syntax error at line 1 near: ",
                "{\"type\": \"REVIVE\"       | syntax error at line 1 near: ",
                "{\"type\": xyz}             | syntax error at line 1 near: xyz}",
                "{\"type\": nul}             | syntax error at line 1 near: }",
                "{\"type\": \"\\q\"}         | syntax error at line 1 near: \"}",
                "{\"framework_id\":{\"value\":\"\\ud800x\"}} | syntax error at line 1 near: x\"}}",
                "{\"framework_id\":{\"value\":\"x\\udc00y\"}} | syntax error at line 1 near: y\"}}",
                "{'type': 5}                 | syntax error at line 1 near: 'type': 5}",
                "{\"a\":1 \"b\":2}           | syntax error at line 1 near: \"b\":2}",
                "{\"a\":1-2}                 | syntax error at line 1 near: }",
                "{\"type\":5, ,}             | syntax error at line 1 near: ,}",
                "{}xyz                       | Parsed JSON included non-whitespace trailing characters: xyz",
                "{\"type\":5} x              | Parsed JSON included non-whitespace trailing characters:  x",
            })
    void textThatIsNoJsonIsRefusedInMesosWords(String json, String message) {
        assertThatThrownBy(() -> parse(json, Call.newBuilder()))
                .isInstanceOfSatisfying(MesosJsonException.class, refused -> {
                    assertThat(refused.step()).isEqualTo(MesosJsonException.Step.PARSE);
                    assertThat(refused.sentence("Call")).startsWith("Failed to parse body into JSON: ");
                    assertThat(refused.getMessage().strip()).isEqualTo(message.strip());
                });
    }

    @Test
    void syntaxErrorsNameTheirLine() {
        assertRefused("{\n\n \"a\" 5,\n}", Call.newBuilder(), "syntax error at line 3 near: 5,");
        assertRefused("\u0010\u0005", Call.newBuilder(), "syntax error at line 1 near: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]                          | Expecting a JSON object",
                "\"REVIVE\"                  | Expecting a JSON object",
                "{\"type\":5}                | Not expecting a JSON number for field 'type'",
                "{\"framework_id\":\"abc\"}  | Not expecting a JSON string for field 'framework_id'",
                "{\"framework_id\":[]}       | Not expecting a JSON array for field 'framework_id'",
                "{\"framework_id\":true}     | Not expecting a JSON boolean for field 'framework_id'",
                "{\"type\":{}}               | Not expecting a JSON object for field 'type'",
                "{\"message\":{\"data\":\"***\"}}"
                        + "| Failed to base64 decode bytes field 'data': Invalid character '*'",
                "{\"accept\":{\"filters\":{\"refuse_seconds\":\"x\"}}} | Failed to parse 'x' as a JSON number"
                        + " for field 'refuse_seconds': syntax error at line 1 near: x",
                "{\"accept\":{\"filters\":{\"refuse_seconds\":\"true\"}}} | Failed to parse 'true' as a JSON number"
                        + " for field 'refuse_seconds': Unexpected JSON type parsed",
                "{\"subscribe\":{}}          | Missing required fields: subscribe.framework_info",
                "{\"subscribe\":{\"framework_info\":{}}} | Missing required fields:"
                        + " subscribe.framework_info.user, subscribe.framework_info.name",
                "{\"accept\":{\"operations\":[{\"launch\":{\"task_infos\":[{\"name\":\"n\"}]}}]}}"
                        + "| Missing required fields: accept.operations[0].launch.task_infos[0].task_id,"
                        + " accept.operations[0].launch.task_infos[0].agent_id",
            })
    void jsonThatIsNoSuchMessageIsRefusedInMesosWords(String json, String message) {
        assertRefused(json, Call.newBuilder(), message);
    }

    @Test
    void unknownValueOfRequiredEnumIsRefused() {
        assertRefused(
                "{\"mode\":\"XX\",\"container_path\":\"/\"}", Volume.newBuilder(), "Failed to find enum for 'XX'");
    }

    @Test
    void nestingDeeperThanMesosAllowsIsRefused() throws Exception {
        String fits = "{\"nosuch\":" + "[".repeat(99) + "]".repeat(99) + "}";
        assertThat(parse(fits, Call.newBuilder()).build()).isEqualTo(Call.getDefaultInstance());

        String deep = "{\"nosuch\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertRefused(deep, Call.newBuilder(), "syntax error at line 1 near: " + "]".repeat(100) + "}");
        assertRefused("[".repeat(1_000_000), Call.newBuilder(), "syntax error at line 1 near: " + "[".repeat(999_899));
    }

    @Test
    void arraysOfMessagesAreRead() throws Exception {
        byte[] json = "[{\"value\":\"a\"},{\"value\":\"b\"}]".getBytes(UTF_8);
        List<TaskID> ids = MesosJson.parseArray(json, TaskID.getDefaultInstance());
        assertThat(ids).extracting(TaskID::getValue).containsExactly("a", "b");

        assertThatThrownBy(() -> MesosJson.parseArray("{}".getBytes(UTF_8), TaskID.getDefaultInstance()))
                .hasMessage("Expecting a JSON array");
        assertThatThrownBy(() -> MesosJson.parseArray("[{}]".getBytes(UTF_8), TaskID.getDefaultInstance()))
                .hasMessage("Missing required fields: value");
    }

    @Test
    void everyCutOfAMessageIsRefusedAsASyntaxError() {
        byte[] json =
                ("{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"r\\u00e9\",\"name\":\"n\","
                                + "\"roles\":[\"*\"],\"failover_timeout\":-1.5e3,\"checkpoint\":true,\"hostname\":null}}}")
                        .getBytes(UTF_8);
        for (int length = 0; length < json.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> MesosJson.parse(json, 0, cut, Call.newBuilder()))
                    .as("the first %d bytes", cut)
                    .isInstanceOf(MesosJsonException.class)
                    .hasMessage("syntax error at line 1 near: ");
        }
    }

    private static void assertRefused(String json, Message.Builder builder, String message) {
        assertThatThrownBy(() -> parse(json, builder))
                .isInstanceOf(MesosJsonException.class)
                .hasMessage(message);
    }

    private static <B extends Message.Builder> B parse(String json, B builder) throws MesosJsonException {
        return MesosJson.parse(json.getBytes(UTF_8), builder);
    }

    private static String print(Message message) {
        return new String(MesosJson.print(message), UTF_8);
    }

    @Test
    void aCapabilityThatTheBindingsOfV1LackIsNamed() throws Exception {
        byte[] unversioned = org.apache.mesos.Protos.MasterInfo.Capability.newBuilder()
                .setType(org.apache.mesos.Protos.MasterInfo.Capability.Type.QUOTA_V2)
                .build()
                .toByteArray();
        assertThat(new String(MesosJson.print(MasterInfo.Capability.parseFrom(unversioned)), UTF_8))
                .isEqualTo("{\"type\":\"QUOTA_V2\"}");
        assertThat(new String(MesosJson.print(MasterInfo.Capability.parseFrom(new byte[] {8, 77})), UTF_8))
                .isEqualTo("{}");
    }
}
