package io.stoa.state.transaction;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.operation;
import static io.stoa.state.Fixtures.reserved;
import static io.stoa.state.Fixtures.task;
import static io.stoa.state.Fixtures.update;
import static io.stoa.state.Fixtures.uuid;
import static io.stoa.state.Fixtures.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.Fixtures;
import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.OperationKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

/** What reservations, volumes and their feedback come to in the state. */
class ConversionCommitsTest {

    private static final Resources DISK = reserved("disk:10", "ads");
    private static final Resources VOLUME = volume(DISK, "own", false);
    private static final Resources SHARED = volume(DISK, "common", true);
    private static final Conversion RESERVE = new Conversion(Resources.parse("disk:10"), DISK);
    private static final OperationKey KEY = new OperationKey(MARATHON, "o");

    private ClusterState state = ClusterState.EMPTY;

    ConversionCommitsTest() {
        commit(agent(HOST, "cpus:4;disk:20"), framework(MARATHON));
    }

    private Map<Integer, Conflict> commit(StateMutation... mutations) {
        Decision decision = ConflictDetector.decide(state, Fixtures.incremental(mutations));
        state = decision.after();
        return decision.conflicts();
    }

    private static StateMutation convert(Conversion... conversions) {
        return new StateMutation.ConvertResources(HOST, List.of(conversions), Optional.empty());
    }

    private static StateMutation claim(String taskId, Resources resources) {
        return new StateMutation.Claim(MARATHON, HOST, "ads", task(HOST, taskId, resources));
    }

    private static StateMutation finish(int uuid) {
        return new StateMutation.ConvertResources(HOST, List.of(), Optional.of(operation(KEY, HOST, uuid)));
    }

    private Agent host() {
        return state.agent(HOST).orElseThrow();
    }

    @Test
    void aReservationAVolumeAndATaskOnItCommitTogether() {
        Conversion create = new Conversion(DISK, VOLUME);

        assertThat(commit(convert(RESERVE), convert(create), claim("t", VOLUME)))
                .isEmpty();
        assertThat(host().free()).isEqualTo(Resources.parse("cpus:4;disk:10"));
        assertThat(host().total().volumes()).isEqualTo(VOLUME);
        assertThat(host().said()).isEqualTo(Resources.parse("cpus:4;disk:20"));
    }

    @Test
    void aMutationConvertsAllOrNothing() {
        Conversion impossible = new Conversion(Resources.parse("disk:11"), reserved("disk:11", "ads"));

        assertThat(commit(convert(RESERVE, impossible)))
                .containsValue(new Conflict.InsufficientResources(
                        HOST,
                        Resources.parse("disk:11"),
                        host().total().minus(Resources.parse("disk:10")).plus(DISK)));
        assertThat(host().total()).isEqualTo(Resources.parse("cpus:4;disk:20"));
    }

    @Test
    void anAgentThatComesBackKeepsItsReservationsAndVolumes() {
        commit(convert(RESERVE, new Conversion(DISK, SHARED)));

        assertThat(commit(agent(HOST, "cpus:8;disk:40"))).isEmpty();
        assertThat(host().total()).isEqualTo(Resources.parse("cpus:8;disk:30").plus(SHARED));
        assertThat(commit(agent(HOST, "cpus:8;disk:9")).get(0)).isInstanceOf(Conflict.InsufficientResources.class);
    }

    @Test
    void severalTasksUseASharedVolumeAndItGoesAfterTheLast() {
        Conversion destroy = new Conversion(SHARED, DISK);
        commit(convert(RESERVE, new Conversion(DISK, SHARED)));

        assertThat(commit(claim("a", SHARED), claim("b", SHARED))).isEmpty();
        assertThat(host().free()).isEqualTo(host().total());
        assertThat(host().claimed()).isEqualTo(SHARED.plus(SHARED));
        commit(update("a", TaskState.TASK_FINISHED, 1));
        assertThat(commit(convert(destroy)).get(0)).isInstanceOf(Conflict.InsufficientResources.class);
        commit(update("b", TaskState.TASK_FINISHED, 2));
        assertThat(commit(convert(destroy))).isEmpty();
        assertThat(host().total().volumes()).isEqualTo(Resources.EMPTY);
    }

    @Test
    void anOwnVolumeIsForOneTask() {
        commit(convert(RESERVE, new Conversion(DISK, VOLUME)));

        assertThat(commit(claim("a", VOLUME), claim("b", VOLUME))).containsOnlyKeys(1);
    }

    @Test
    void anOperationIsRememberedUntilItsStatusIsAcknowledged() {
        commit(finish(1));

        commit(new StateMutation.AcknowledgeOperation(KEY, uuid(2)));
        assertThat(state.operationsOf(MARATHON)).containsExactly(operation(KEY, HOST, 1));
        commit(new StateMutation.AcknowledgeOperation(KEY, uuid(1)));
        assertThat(state.operationsOf(MARATHON)).isEmpty();
    }

    @Test
    void anIdIsUsedAgainOnlyWhenItsOperationIsAcknowledged() {
        assertThat(commit(finish(1), finish(2))).containsExactly(Map.entry(1, new Conflict.DuplicateOperation(KEY)));
        assertThat(state.operation(KEY)).contains(operation(KEY, HOST, 1));

        commit(new StateMutation.AcknowledgeOperation(KEY, uuid(1)));
        assertThat(commit(finish(2))).isEmpty();
        assertThat(state.operation(KEY)).contains(operation(KEY, HOST, 2));
    }

    @Test
    void operationsGoWithTheirAgent() {
        commit(finish(1));
        commit(new StateMutation.RemoveAgent(HOST));

        assertThat(state.operationsOf(MARATHON)).isEmpty();
    }
}
