package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

class RecordingParserTest {

    private static final String FOLDER = "/golden/scheduler-http-v1/";

    @Test
    void everyRequestOfTheErrorsIsUnderstood() throws IOException {
        List<Block> blocks = RecordingParser.parse(FOLDER + "08-errors.txt");
        assertThat(blocks.stream().filter(Block.Request.class::isInstance)).hasSize(106);
        assertThat(blocks.stream().filter(Block.Request.class::isInstance).map(Block.Request.class::cast))
                .filteredOn(request -> request.remark().equals("(chunked request body)"))
                .singleElement()
                .satisfies(request -> assertThat(new String(request.body(), StandardCharsets.UTF_8))
                        .startsWith("{\"framework_id\"")
                        .endsWith("\"REVIVE\"}"));
    }

    @Test
    void protobufIsReadFromItsHexadecimalForm() throws IOException {
        List<Block> blocks = RecordingParser.parse(FOLDER + "09-subscribe-launch-protobuf.txt");
        Block.Request subscribe = (Block.Request) blocks.get(0);
        assertThat(Call.parseFrom(subscribe.body()).getType()).isEqualTo(Call.Type.SUBSCRIBE);
        Block.StreamedEvent subscribed = (Block.StreamedEvent) blocks.get(2);
        assertThat(Event.parseFrom(subscribed.record()).getType()).isEqualTo(Event.Type.SUBSCRIBED);
    }

    @Test
    void packetCapturesAreReadLikeTheOthers() throws IOException {
        List<Block> blocks = RecordingParser.parse(FOLDER + "15-cpp-client-mesos-execute.txt");
        Block.Request subscribe = (Block.Request) blocks.get(0);
        assertThat(subscribe.connection()).isEqualTo("conn2");
        assertThat(Call.parseFrom(subscribe.body()).getType()).isEqualTo(Call.Type.SUBSCRIBE);
        assertThat(blocks.stream().filter(Block.StreamedEvent.class::isInstance))
                .hasSize(6);
        assertThat(blocks.stream().filter(Block.ClosedByClient.class::isInstance))
                .hasSize(2);
    }

    @Test
    void whatIsLeftOutIsNotReplayedAndWhatIsAddedIs() throws IOException {
        List<Block> blocks = Recording.edited("13-agent-loss-with-checkpointing.txt");
        assertThat(blocks).isSortedAccordingTo(Comparator.comparingDouble(Block::at));
        assertThat(blocks).extracting(Block::connection).doesNotContain("v0");
        assertThat(blocks.stream().filter(Block.AgentIncident.class::isInstance))
                .extracting(block -> ((Block.AgentIncident) block).what())
                .containsExactly(Block.Incident.KILLED, Block.Incident.STARTED);
        assertThat(blocks.stream()
                        .filter(Block.Request.class::isInstance)
                        .map(block -> new String(((Block.Request) block).body(), StandardCharsets.UTF_8)))
                .filteredOn(call -> call.contains("SUPPRESS"))
                .hasSize(2);
    }

    @Test
    void idsAreMatchedOneToOne() {
        Correspondence ids = new Correspondence();
        String first = "2ca7970e-ae3e-4e92-af9a-72b65664781b";
        String second = "7f190247-9119-41d6-90ff-d2dba0da4454";
        assertThat(ids.sameText("id " + first + "-0001 ends", "id " + second + "-0000 ends"))
                .isTrue();
        assertThat(ids.sameText(first + "-0001", second + "-0000")).isTrue();
        assertThat(ids.sameText(first + "-0002", second + "-0000")).isFalse();
        assertThat(ids.sameText(first + "-O1 x", second + "-O9 y")).isFalse();
        assertThat(ids.translate("{\"value\":\"" + first + "-0001\"}")).contains(second + "-0000");
    }
}
