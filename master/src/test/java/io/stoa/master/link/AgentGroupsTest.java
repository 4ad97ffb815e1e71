package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.PARTITION_AWARE;
import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.master.link.LinkFixture.reported;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.ClaimGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Task groups that were claimed while their agent was away. */
class AgentGroupsTest {

    private LinkFixture cluster;
    private AgentId id;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture();
        TestAgent agent = cluster.registered();
        id = agent.id();
        agent.breaks();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void groupsOfTwoFrameworksAreLaunchedEachAsAWhole() throws Exception {
        claim(PLAIN, "a", "b");
        claim(PARTITION_AWARE, "a", "c");

        TestAgent again = cluster.connect();
        again.reregister(id);

        List<MasterMessage> launched = again.awaitHeard(MessageCase.RUN_TASK_GROUP, 2);
        assertThat(launched)
                .extracting(message -> message.getRunTaskGroup().getTaskInfosCount())
                .containsExactly(2, 2);
    }

    @Test
    void aGroupOfWhichATaskIsKilledMeanwhileIsDroppedAsAWhole() throws Exception {
        claim(PARTITION_AWARE, "a", "b");
        cluster.links.killTask(id, new TaskKey(PARTITION_AWARE, "a"), Optional.empty());

        TestAgent again = cluster.connect();
        again.reregister(id);

        isDropped("a");
        isDropped("b");
        assertThat(again.heard(MessageCase.RUN_TASK_GROUP)).isEmpty();
        assertThat(again.heard(MessageCase.RUN_TASK)).isEmpty();
    }

    @Test
    void whatIsMissingOfAGroupThatTheAgentHasSeenIsNotLaunchedAlone() throws Exception {
        claim(PARTITION_AWARE, "a", "b");

        TestAgent again = cluster.connect();
        again.reregister(id, reported(new TaskKey(PARTITION_AWARE, "a"), id, TaskState.TASK_FAILED));

        isDropped("b");
        assertThat(again.heard(MessageCase.RUN_TASK_GROUP)).isEmpty();
        assertThat(again.heard(MessageCase.RUN_TASK)).isEmpty();
        assertThat(cluster.state.snapshot().task(new TaskKey(PARTITION_AWARE, "a")))
                .isPresent();
    }

    private void isDropped(String taskId) {
        TaskKey task = new TaskKey(PARTITION_AWARE, taskId);
        await().untilAsserted(() -> assertThat(cluster.statuses(task))
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_DROPPED));
    }

    private void claim(FrameworkId framework, String... tasks) throws Exception {
        cluster.commit(new ClaimGroup(
                framework,
                id,
                "*",
                Arrays.stream(tasks)
                        .map(task -> LinkFixture.withExecutor(LinkFixture.task(id, task), "e").toBuilder()
                                .clearResources()
                                .addAllResources(Resources.parse("cpus:0.5").toProto("*"))
                                .build())
                        .toList()));
        assertThat(cluster.state.snapshot().task(new TaskKey(framework, tasks[0])))
                .isPresent();
    }
}
