package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.Commits.incremental;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Conflict;
import io.stoa.proto.v1.Identity;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Quotas hold for native schedulers as for frameworks. */
class QuotaCommitTest {

    private RpcFixture fixture;
    private Identity identity;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
        fixture.agent("S0", "cpus:10");
        identity = fixture.subscribe(scheduler("batch", "eng")).identity();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aRoleHasNoMoreThanItsLimits() {
        quota("eng", "", "cpus:3");
        CommitResponse response = fixture.stub()
                .commit(incremental(identity, claim("S0", "a", "cpus:2"), claim("S0", "b", "cpus:2"))
                        .build());
        assertThat(response.getOutcome()).isEqualTo(Outcome.COMMITTED);
        Conflict conflict = response.getConflicts(0);
        assertThat(conflict.getOperation()).isEqualTo(1);
        assertThat(conflict.getQuotaExceeded().getRole()).isEqualTo("eng");
        assertThat(conflict.getQuotaExceeded().getWanted().getAmountsMap()).isEqualTo(Map.of("cpus", 2.0));
        assertThat(conflict.getQuotaExceeded().getConsumed().getAmountsMap()).isEqualTo(Map.of("cpus", 2.0));
        assertThat(conflict.getQuotaExceeded().getLimits().getAmountsMap()).isEqualTo(Map.of("cpus", 3.0));
    }

    @Test
    void whatIsGuaranteedToOthersIsLeftToThem() {
        quota("ops", "cpus:6", "");
        CommitResponse response = fixture.stub()
                .commit(commit(identity, claim("S0", "a", "cpus:5")).build());
        assertThat(response.getOutcome()).isEqualTo(Outcome.CONFLICTED);
        Conflict conflict = response.getConflicts(0);
        assertThat(conflict.getGuaranteeOfOthers().getWanted().getAmountsMap()).isEqualTo(Map.of("cpus", 5.0));
        assertThat(conflict.getGuaranteeOfOthers().getAvailable().getAmountsMap())
                .isEqualTo(Map.of("cpus", 4.0));
        assertThat(fixture.stub()
                        .commit(commit(identity, claim("S0", "a", "cpus:4")).build())
                        .getOutcome())
                .isEqualTo(Outcome.COMMITTED);
    }

    private void quota(String role, String guarantees, String limits) {
        Quota quota = new Quota(
                Resources.parse(guarantees).quantities(),
                ResourceLimits.of(Resources.parse(limits).quantities().toMap()));
        fixture.commit(new StateMutation.UpdateQuotas(new TreeMap<>(Map.of(role, quota)), true));
    }
}
