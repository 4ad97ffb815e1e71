package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

/** What a real Mesos master sent, and what it was sent, byte by byte. */
class RecordedMasterTest extends DriverFixture {

    private static final Path RECORDING =
            Path.of("../../itests/src/test/resources/golden/scheduler-http-v1/09-subscribe-launch-protobuf.txt");

    @Test
    void aRecordedMasterIsUnderstoodAndToldWhatItWasTold() throws Exception {
        List<byte[]> events = blocks("EVENT record=");
        List<Call> calls = new ArrayList<>();
        for (byte[] call : blocks("client -> server")) {
            calls.add(Call.parseFrom(call));
        }
        MesosSchedulerDriver driver = started(new MesosSchedulerDriver(
                scheduler,
                org.apache.mesos.Protos.FrameworkInfo.parseFrom(
                        calls.get(0).getSubscribe().getFrameworkInfo().toByteArray()),
                master.address(),
                false));
        assertThat(withoutHost(Call.parseFrom(master.subscribeRequest().body())))
                .isEqualTo(calls.get(0));
        master.beginStream();

        master.send(events.get(0));
        assertThat(scheduler.next())
                .isEqualTo("registered 892fad23-b7e1-4232-bee2-b1e17402f6e7-0001 892fad23-b7e1-4232-bee2-b1e17402f6e7"
                        + " localhost");
        master.send(events.get(1));
        master.send(events.get(2));
        assertThat(scheduler.next())
                .isEqualTo(
                        "resourceOffers 892fad23-b7e1-4232-bee2-b1e17402f6e7-O6 892fad23-b7e1-4232-bee2-b1e17402f6e7-O7");
        Call.Accept accept = calls.get(1).getAccept();
        driver.acceptOffers(
                List.of(OfferID.parseFrom(accept.getOfferIds(0).toByteArray())),
                List.of(Offer.Operation.parseFrom(accept.getOperations(0).toByteArray())),
                Filters.getDefaultInstance());
        assertThat(withoutFilters(master.call())).isEqualTo(withoutFilters(calls.get(1)));

        String[] states = {"TASK_STARTING", "TASK_RUNNING", "TASK_FINISHED"};
        for (int i = 0; i < states.length; i++) {
            byte[] event = events.get(3 + i);
            master.send(event);
            assertThat(scheduler.next()).isEqualTo("statusUpdate pb-1 " + states[i] + " uuid SOURCE_EXECUTOR");
            driver.acknowledgeStatusUpdate(
                    TaskStatus.parseFrom(org.apache.mesos.v1.scheduler.Protos.Event.parseFrom(event)
                            .getUpdate()
                            .getStatus()
                            .toByteArray()));
            assertThat(master.call()).isEqualTo(calls.get(2 + i));
        }
        master.send(events.get(6));
        assertThat(scheduler.next()).isEqualTo("resourceOffers 892fad23-b7e1-4232-bee2-b1e17402f6e7-O8");
    }

    /** The driver says on which host it is, and, with an empty message, that there are no constraints. */
    private static Call withoutHost(Call subscribe) {
        Call.Builder call = subscribe.toBuilder();
        call.getSubscribeBuilder()
                .clearOfferConstraints()
                .getFrameworkInfoBuilder()
                .clearHostname();
        return call.build();
    }

    private static Call withoutFilters(Call accept) {
        Call.Builder call = accept.toBuilder();
        call.getAcceptBuilder().clearFilters();
        return call.build();
    }

    /** The bodies in protobuf of the blocks whose heading has some words. */
    private static List<byte[]> blocks(String words) throws IOException {
        List<byte[]> bodies = new ArrayList<>();
        boolean wanted = false;
        for (String line : Files.readAllLines(RECORDING)) {
            if (line.startsWith("=== ")) {
                wanted = line.contains(words);
            } else if (wanted && line.startsWith("[hex] ")) {
                bodies.add(HexFormat.of().parseHex(line.substring("[hex] ".length())));
            }
        }
        assertThat(bodies).as(words + " in " + RECORDING).hasSizeGreaterThan(5);
        return bodies;
    }
}
