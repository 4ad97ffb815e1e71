package io.stoa.itests.contest;

import static io.stoa.itests.Fixtures.framework;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.NativeScheduler;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.ConflictPolicy;
import io.stoa.state.resources.Resources;
import java.util.Random;
import org.apache.mesos.v1.Protos.TaskInfo;

/** A scheduler that claims it. */
final class RpcContestant implements Contestant {

    private final NativeScheduler scheduler;
    private final Random random;

    RpcContestant(String master, String name, Random random) throws InterruptedException {
        scheduler = NativeScheduler.subscribe(master, framework(name, name).build());
        this.random = random;
    }

    @Override
    public void prepare(Prize prize) {
        // It sees everything at any time.
    }

    @Override
    public Verdict ask(Prize prize) {
        TaskInfo task = prize.taskOf(scheduler.id());
        CommitRequest.Builder request = NativeScheduler.request(NativeScheduler.claim(task))
                .setBaseVersion(prize.version())
                .setPolicy(random.nextBoolean() ? ConflictPolicy.RESOURCE_FIT : ConflictPolicy.SEQUENCE_NUMBER)
                .setMode(random.nextBoolean() ? CommitMode.ALL_OR_NOTHING : CommitMode.INCREMENTAL);
        CommitResponse response = scheduler.commit(request);
        assertThat(response.getVersion()).isGreaterThanOrEqualTo(prize.version());
        if (response.getOutcome() == CommitResponse.Outcome.COMMITTED) {
            assertThat(response.getConflictsList()).isEmpty();
            return new Won(task.getTaskId().getValue());
        }
        assertThat(response.getOutcome()).isEqualTo(CommitResponse.Outcome.CONFLICTED);
        assertThat(response.getConflictsList())
                .singleElement()
                .satisfies(conflict -> assertThatItTells(conflict, prize, request.getPolicy()));
        return new Lost();
    }

    private static void assertThatItTells(Conflict conflict, Prize prize, ConflictPolicy policy) {
        if (policy == ConflictPolicy.SEQUENCE_NUMBER) {
            assertThat(conflict.getStaleVersion().getBaseVersion()).isEqualTo(prize.version());
            assertThat(conflict.getStaleVersion().getChangedAt()).isGreaterThan(prize.version());
        } else {
            assertThat(memMilli(conflict.getInsufficientResources().getWantedList()))
                    .isEqualTo(prize.memMb() * 1000);
            assertThat(memMilli(conflict.getInsufficientResources().getFreeList()))
                    .isZero();
        }
        assertThat(conflict.getAgent().getAgentId()).isEqualTo(prize.agent().getValue());
        assertThat(memMilli(conflict.getAgent().getFreeList())).isZero();
        assertThat(conflict.getMessage()).isNotEmpty();
    }

    private static long memMilli(Iterable<org.apache.mesos.v1.Protos.Resource> resources) {
        return Resources.of(resources).scalarMilli("mem");
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
