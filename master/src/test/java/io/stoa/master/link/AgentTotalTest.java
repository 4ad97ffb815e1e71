package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What agents are told of what was made of their resources, and what they tell. */
@Timeout(120)
class AgentTotalTest {

    private static final Resources MEMORY = Resources.parse("mem:100");
    private static final Resources RESERVED = Resources.of(List.of(memory(100)));
    private static final Resources VOLUME = Resources.of(List.of(volume(100)));

    private LinkFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new LinkFixture();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void agentHearsEveryConversion() throws Exception {
        TestAgent agent = register();
        assertThat(agent.call.sent.get(0).getRegistered().hasTotal()).isFalse();
        convert(agent.id(), MEMORY, RESERVED);
        MasterMessage told = agent.awaitHeard(MessageCase.TOTAL_CHANGED, 1).get(0);
        assertThat(total(told.getTotalChanged().getTotal()))
                .isEqualTo(Resources.parse("cpus:4;disk:1000;mem:3996").plus(RESERVED));
        assertThat(told.getTotalChanged().getDestroyedList()).isEmpty();
    }

    @Test
    void destroyedVolumeIsNamedEvenWhereItIsMadeAgainAtOnce() throws Exception {
        TestAgent agent = register();
        Resources disk = Resources.parse("disk:100");
        convert(agent.id(), disk, VOLUME);
        fixture.commit(new StateMutation.ConvertResources(
                agent.id(), List.of(new Conversion(VOLUME, disk), new Conversion(disk, VOLUME)), Optional.empty()));
        MasterMessage told = agent.awaitHeard(MessageCase.TOTAL_CHANGED, 2).get(1);
        assertThat(total(told.getTotalChanged().getTotal()).volumes()).isEqualTo(VOLUME);
        assertThat(resources(told.getTotalChanged().getDestroyedList())).isEqualTo(VOLUME);
    }

    @Test
    void volumeThatGrowsIsNotNamedDestroyed() throws Exception {
        TestAgent agent = register();
        convert(agent.id(), Resources.parse("disk:100"), VOLUME);
        convert(agent.id(), VOLUME.plus(Resources.parse("disk:50")), Resources.of(List.of(volume(150))));
        MasterMessage told = agent.awaitHeard(MessageCase.TOTAL_CHANGED, 2).get(1);
        assertThat(told.getTotalChanged().getDestroyedList()).isEmpty();
    }

    @Test
    void launchOnAVolumeComesBehindItAndCarriesIt() throws Exception {
        TestAgent agent = register();
        TaskInfo task = LinkFixture.task(agent.id(), "t").toBuilder()
                .addAllResources(VOLUME.toProto("*"))
                .build();
        fixture.state
                .commit(new StateTransaction(
                        StateVersion.ZERO,
                        ConflictPolicy.RESOURCE_FIT,
                        CommitMode.ALL_OR_NOTHING,
                        List.of(
                                new StateMutation.ConvertResources(
                                        agent.id(),
                                        List.of(new Conversion(Resources.parse("disk:100"), VOLUME)),
                                        Optional.empty()),
                                new StateMutation.Claim(PLAIN, agent.id(), "*", task))))
                .get();
        MasterMessage run = agent.awaitHeard(MessageCase.RUN_TASK, 1).get(0);
        assertThat(agent.call.sent.stream().map(MasterMessage::getMessageCase))
                .containsSubsequence(MessageCase.TOTAL_CHANGED, MessageCase.RUN_TASK);
        assertThat(total(run.getRunTask().getTotal()).volumes()).isEqualTo(VOLUME);
    }

    @Test
    void launchWithoutVolumesCarriesNothingMore() throws Exception {
        TestAgent agent = register();
        fixture.claim(PLAIN, agent.id(), "t");
        assertThat(agent.awaitHeard(MessageCase.RUN_TASK, 1).get(0).getRunTask().hasTotal())
                .isFalse();
    }

    @Test
    void agentThatComesBackIsToldWhatWasMadeMeanwhile() throws Exception {
        TestAgent agent = register();
        AgentId id = agent.id();
        agent.breaks();
        convert(id, Resources.parse("disk:100"), VOLUME);
        TestAgent back = reregister(id, Optional.empty());
        assertThat(total(back.call.sent.get(0).getRegistered().getTotal()).volumes())
                .isEqualTo(VOLUME);
        // What an agent says that the master knows does not count.
        back.breaks();
        TestAgent again = reregister(
                id, Optional.of(Resources.parse("cpus:4;disk:1000;mem:3996").plus(RESERVED)));
        assertThat(total(again.call.sent.get(0).getRegistered().getTotal()))
                .isEqualTo(Resources.parse("cpus:4;disk:900;mem:4096").plus(VOLUME));
    }

    @Test
    void masterThatDoesNotKnowTheAgentTakesOverWhatItReports() throws Exception {
        AgentId id = new AgentId("of-another-master-S0");
        Resources reported =
                Resources.parse("cpus:4;disk:900;mem:3996").plus(VOLUME).plus(RESERVED);
        TestAgent agent = reregister(id, Optional.of(reported));
        assertThat(total(agent.call.sent.get(0).getRegistered().getTotal())).isEqualTo(reported);
        Agent known = fixture.state.snapshot().agent(id).orElseThrow();
        assertThat(known.total()).isEqualTo(reported);
        assertThat(known.said()).isEqualTo(Resources.parse("cpus:4;disk:1000;mem:4096"));
        agent.breaks();
        // Known by now: it keeps what it has, whatever it says.
        assertThat(total(reregister(id, Optional.empty())
                        .call
                        .sent
                        .get(0)
                        .getRegistered()
                        .getTotal()))
                .isEqualTo(reported);
    }

    @Test
    void agentThatReportsMoreThanItHasIsRefused() {
        TestAgent agent = reregister(
                new AgentId("of-another-master-S0"),
                Optional.of(Resources.parse("cpus:4;disk:1000;mem:4096").plus(RESERVED)));
        assertThat(agent.call.sent.get(0).getRefused().getReason())
                .startsWith("total: ")
                .contains("(expected: ");
    }

    @Test
    void agentThatTakesToBeReservedWhatIsNotIsToldSo() throws Exception {
        AgentId id = register().id();
        Resources stale = Resources.parse("cpus:4;disk:1000;mem:3996").plus(RESERVED);
        TestAgent again = reregister(id, Optional.of(stale));
        assertThat(total(again.call.sent.get(0).getRegistered().getTotal()))
                .isEqualTo(Resources.parse("cpus:4;disk:1000;mem:4096"));
    }

    private TestAgent register() {
        TestAgent agent = fixture.connect();
        agent.register("cpus:4;disk:1000;mem:4096", 5051);
        agent.awaitAnswer();
        return agent;
    }

    private TestAgent reregister(AgentId id, Optional<Resources> total) {
        TestAgent agent = fixture.connect();
        var message = agent.reregistration(id).setAgentInfo(agent.infoWithId("cpus:4;disk:1000;mem:4096", id));
        total.ifPresent(reported -> message.setTotal(AgentTotal.newBuilder()
                .addAllResources(
                        reported.toProto().stream().map(Resource::toByteString).toList())));
        agent.reregister(message);
        await().until(() -> !agent.call.sent.isEmpty());
        return agent;
    }

    private void convert(AgentId id, Resources consumed, Resources converted) throws Exception {
        fixture.commit(
                new StateMutation.ConvertResources(id, List.of(new Conversion(consumed, converted)), Optional.empty()));
    }

    private static Resources total(AgentTotal message) throws Exception {
        return resources(message.getResourcesList());
    }

    private static Resources resources(List<ByteString> encoded) throws Exception {
        Resources sum = Resources.EMPTY;
        for (ByteString bytes : encoded) {
            sum = sum.plus(Resources.of(List.of(Resource.parseFrom(bytes))));
        }
        return sum;
    }

    private static Resource memory(double mb) {
        return reserved("mem", mb).build();
    }

    private static Resource volume(double mb) {
        return reserved("disk", mb)
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId("db"))
                        .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW)))
                .build();
    }

    private static Resource.Builder reserved(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole("web"));
    }
}
