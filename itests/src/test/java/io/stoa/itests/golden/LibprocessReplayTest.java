package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.itests.golden.LibprocessRecording.Entry;
import io.stoa.itests.golden.LibprocessRecording.Said;
import io.stoa.itests.golden.LibprocessReplay.Speech;
import java.util.List;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers of Mesos' own library, and messages made by hand. */
@Execution(ExecutionMode.CONCURRENT)
class LibprocessReplayTest {

    private static final String CALL = "mesos.scheduler.Call";

    /**
     * @param firstCycle when the recorded allocator's first cycle ran, in seconds
     * @param listening whether a framework whose link is broken can be reached still
     */
    @ParameterizedTest
    @CsvSource({
        "01-driver-master.txt, 0.498, RECORDED, false",
        "02-driver-implicit-acknowledgements.txt, 0.402, RECORDED, false",
        "04-master-restart-fixed-address.txt, 0.716, RECORDED, true",
        "05-master-restart-with-zookeeper.txt, 0.498, RECORDED, true",
        "09-driver-failover.txt, 0.408, RECORDED, false",
        "10-driver-killed-and-abort.txt, 0.5, RECORDED, false",
        "12-hand-made-messages.txt, 0.5, RECORDED, true",
        "01-driver-master.txt, 0.498, OLD, false",
        "02-driver-implicit-acknowledgements.txt, 0.402, OLD, false",
        "04-master-restart-fixed-address.txt, 0.716, OLD, true",
        "05-master-restart-with-zookeeper.txt, 0.498, OLD, true",
        "09-driver-failover.txt, 0.408, OLD, false",
        "10-driver-killed-and-abort.txt, 0.5, OLD, false"
    })
    void theRecordingIsAnsweredAlike(String recording, double firstCycle, Speech speech, boolean listening)
            throws Exception {
        List<Entry> entries = LibprocessRecording.of(recording);
        List<Difference> differences;
        try (ReplayCluster cluster = new ReplayCluster(LibprocessReplay.script(entries), 1)) {
            differences = new LibprocessReplay(cluster, firstCycle, speech, listening).run(entries);
        }
        KnownDifferences known = KnownDifferences.of("libprocess/" + recording);
        assertThat(known.unlisted(differences)).isEmpty();
        assertThat(known.gone(differences)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-driver-master.txt",
                "02-driver-implicit-acknowledgements.txt",
                "04-master-restart-fixed-address.txt",
                "05-master-restart-with-zookeeper.txt",
                "09-driver-failover.txt",
                "10-driver-killed-and-abort.txt",
                "12-hand-made-messages.txt"
            })
    void theBytesOfAMessageAreThoseThatAreMadeOfIt(String recording) throws Exception {
        int compared = 0;
        for (Entry entry : LibprocessRecording.of(recording)) {
            if (!(entry instanceof Said said) || said.name().endsWith("NoSuchMessage") || isCut(said)) {
                continue;
            }
            if (said.name().equals(CALL)) {
                assertThat(bytesOf(said.body())).isEqualTo(said.body());
            } else if (!said.name().contains("Slave")) {
                DynamicMessage message = DynamicMessage.parseFrom(MessageTree.type(said.name()), said.body());
                assertThat(message.getUnknownFields().asMap()).as(said.name()).isEmpty();
                assertThat(message.toByteArray()).as(said.name()).isEqualTo(said.body());
            }
            compared++;
        }
        assertThat(compared).isGreaterThan(4);
    }

    private static byte[] bytesOf(byte[] call) throws InvalidProtocolBufferException {
        org.apache.mesos.scheduler.Protos.Call old = org.apache.mesos.scheduler.Protos.Call.parseFrom(call);
        // In v1 only a subscription has other numbers, but for what it says of the framework.
        return old.hasSubscribe()
                ? old.toBuilder()
                        .setSubscribe(old.getSubscribe().toBuilder()
                                .setFrameworkInfo(org.apache.mesos.Protos.FrameworkInfo.parseFrom(
                                        FrameworkInfo.parseFrom(old.getSubscribe()
                                                        .getFrameworkInfo()
                                                        .toByteString())
                                                .toByteString())))
                        .build()
                        .toByteArray()
                : Call.parseFrom(call).toByteArray();
    }

    /** Malformed on purpose. */
    private static boolean isCut(Said said) {
        return said.body().length == 3;
    }
}
