package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.CHECKPOINTING;
import static io.stoa.master.link.LinkFixture.status;
import static io.stoa.master.link.LinkFixture.uuid;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TaskEnderTest {

    private LinkFixture cluster;
    private TestAgent agent;
    private TaskKey task;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture();
        agent = cluster.registered();
        task = cluster.running(CHECKPOINTING, agent.id(), "t1");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void killsWhatRunsAndEndsWithIt() throws Exception {
        CompletableFuture<Void> ended = cluster.ender.begin();

        agent.awaitHeard(MessageCase.KILL_TASK, 1);
        assertThat(ended).isNotDone();
        agent.update(CHECKPOINTING, status("t1", TaskState.TASK_KILLED, 2));
        ended.get();
    }

    @Test
    void endsAtOnceWhereNothingRuns() throws Exception {
        agent.update(CHECKPOINTING, status("t1", TaskState.TASK_FINISHED, 2));
        await().until(() -> cluster.stateOf(task) == TaskState.TASK_FINISHED);

        assertThat(cluster.ender.begin()).isDone();
    }

    @Test
    void killsOnAnAgentThatComesBack() {
        AgentId id = agent.id();
        agent.breaks();
        cluster.ender.begin();

        TestAgent back = cluster.connect();
        back.reregister(id, LinkFixture.reported(task, id, TaskState.TASK_RUNNING));

        assertThat(back.awaitHeard(MessageCase.KILL_TASK, 1)
                        .get(0)
                        .getKillTask()
                        .getTaskId())
                .isEqualTo("t1");
    }

    @Test
    void acknowledgesInPlaceOfTheFrameworks() throws Exception {
        cluster.claim(CHECKPOINTING, agent.id(), "t2");
        cluster.ender.begin();

        agent.update(CHECKPOINTING, status("t2", TaskState.TASK_RUNNING, 1));
        await().until(() -> acknowledgedOf("t2").equals(List.of(uuid(1))));
        agent.update(CHECKPOINTING, status("t2", TaskState.TASK_RUNNING, 1));
        await().until(() -> acknowledgedOf("t2").equals(List.of(uuid(1), uuid(1))));
        agent.update(CHECKPOINTING, status("t2", TaskState.TASK_RUNNING, 2));
        await().until(() -> acknowledgedOf("t2").equals(List.of(uuid(1), uuid(1), uuid(2))));
    }

    private List<ByteString> acknowledgedOf(String taskId) {
        return agent.heard(MessageCase.ACKNOWLEDGEMENT).stream()
                .map(MasterMessage::getAcknowledgement)
                .filter(acknowledged -> acknowledged.getTaskId().equals(taskId))
                .map(StatusAcknowledgement::getUuid)
                .toList();
    }
}
