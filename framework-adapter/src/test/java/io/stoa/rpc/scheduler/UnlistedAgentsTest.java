package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.Commits.incremental;
import static io.stoa.rpc.scheduler.Commits.kill;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.v1.AgentUnavailable;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.Identity;
import io.stoa.state.resources.Resources;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of S0 and S1 operators list S1 only, once there is a task on S0. */
class UnlistedAgentsTest {

    private RpcFixture fixture;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:4");
        fixture.agent("S1", "cpus:4");
        identity = fixture.subscribe(scheduler("batch", "eng")).identity();
        assertThat(ask(commit(identity, claim("S0", "before", "cpus:1"))).getOutcome())
                .isEqualTo(Outcome.COMMITTED);
        fixture.desk.claimOnly(Set.of("S1.example"));
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void nothingIsClaimedOfAHostThatIsNotListed() {
        CommitResponse response = ask(incremental(identity, claim("S0", "a", "cpus:1"), claim("S1", "b", "cpus:1")));

        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(response.getConflictsList()).hasSize(1);
        Conflict conflict = response.getConflicts(0);
        assertThat(conflict.getOperation()).isZero();
        assertThat(conflict.getAgentUnavailable().getAgentId()).isEqualTo("S0");
        assertThat(conflict.getAgentUnavailable().getReason()).isEqualTo(AgentUnavailable.Reason.UNLISTED);
        assertThat(conflict.getMessage()).isEqualTo("agent S0 is UNLISTED (expected: listed by --whitelist)");
        assertThat(Resources.of(conflict.getAgent().getFreeList())).isEqualTo(Resources.parse("cpus:3"));
        assertThat(fixture.knows(identity.getSchedulerId(), "a")).isFalse();
        assertThat(fixture.knows(identity.getSchedulerId(), "b")).isTrue();
    }

    @Test
    void whatRunsThereStaysItsSchedulersAndCanBeKilled() {
        assertThat(fixture.knows(identity.getSchedulerId(), "before")).isTrue();
        assertThat(ask(commit(identity, kill("before"))).getOutcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void aHostThatIsListedAgainIsClaimedOf() {
        fixture.desk.claimOnly(Set.of("S0.example", "S1.example"));
        assertThat(ask(commit(identity, claim("S0", "a", "cpus:1"))).getOutcome())
                .isEqualTo(Outcome.COMMITTED);
    }

    private CommitResponse ask(CommitRequest.Builder request) {
        return fixture.stub().commit(request.build());
    }
}
