package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.Commits.claim;
import static io.stoa.rpc.scheduler.Commits.commit;
import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.basic;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.Metadata;
import io.grpc.Status;
import io.stoa.authentication.AuthenticationConfig;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.authentication.Credentials;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.proto.v1.CommitResponse.Outcome;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.TearDownRequest;
import io.stoa.proto.v1.UpdateSchedulerRequest;
import io.stoa.rpc.RawCalls;
import io.stoa.state.model.FrameworkId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Of two principals, with secrets. */
class AuthenticationTest {

    private RpcFixture fixture;

    @BeforeEach
    void open() throws Exception {
        Credentials credentials = Credentials.of(Map.of("alice", "wonder", "bob", "builder"));
        fixture = new RpcFixture(
                Optional.of(new BasicAuthentication(AuthenticationConfig.SCHEDULER_REALM, credentials)),
                SchedulerConfig.DEFAULTS);
        fixture.agent("S0", "cpus:4;mem:4096");
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void whoProvesNothingIsNotLetIn() throws Exception {
        for (Metadata headers : new Metadata[] {new Metadata(), basic("alice", "wrong"), basic("eve", "wonder")}) {
            Status end = subscribe(headers, scheduler("batch", "eng")).end();
            assertThat(end.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(end.getDescription()).startsWith("authorization: missing or wrong");
        }
        assertFails(
                () -> fixture.stub().tearDown(TearDownRequest.getDefaultInstance()),
                Status.Code.UNAUTHENTICATED,
                "authorization: missing or wrong");
        assertThat(fixture.state.snapshot().frameworks()).isEmpty();
    }

    @Test
    void aRefusalIsCountedAndLoggedWithWhoWasNamedAndWhereItCameFrom() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(CallerAuthentication.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            subscribe(basic("ali\nce", "hush"), scheduler("batch", "eng")).end();
            subscribe(new Metadata(), scheduler("batch", "eng")).end();
            subscribe(basic("alice", "wonder"), scheduler("batch", "eng")).identity();
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("authentication refused principal=ali?ce peer=/127.0.0.1:")
                                .endsWith(" method=stoa.v1.SchedulerService/Subscribe")
                                .doesNotContain("hush"),
                        second -> assertThat(second).startsWith("authentication refused principal=none peer="));
        Map<String, Double> figures = new HashMap<>();
        fixture.service.counts().addTo(figures);
        assertThat(figures).containsEntry("stoa/rpc/authentications_refused", 2.0);
    }

    @Test
    void aSchedulerIsItsPrincipals() throws Exception {
        Identity identity =
                subscribe(basic("alice", "wonder"), scheduler("batch", "eng")).identity();
        assertThat(fixture.state
                        .snapshot()
                        .framework(new FrameworkId(identity.getSchedulerId()))
                        .orElseThrow()
                        .info()
                        .getPrincipal())
                .isEqualTo("alice");
        assertThat(fixture.stub("alice", "wonder")
                        .commit(commit(identity, claim("S0", "t", "cpus:1")).build())
                        .getOutcome())
                .isEqualTo(Outcome.COMMITTED);
        assertFails(
                () -> fixture.stub("bob", "builder")
                        .commit(commit(identity, claim("S0", "u", "cpus:1")).build()),
                Status.Code.PERMISSION_DENIED,
                "Authenticated principal 'bob' does not match principal 'alice'");
        assertFails(
                () -> fixture.stub("bob", "builder")
                        .tearDown(TearDownRequest.newBuilder()
                                .setIdentity(identity)
                                .build()),
                Status.Code.PERMISSION_DENIED,
                "Authenticated principal 'bob' does not match principal 'alice'");
        assertThat(fixture.state.snapshot().taskCount()).isEqualTo(1);
    }

    @Test
    void anUpdateNeedNotSayWhoseTheSchedulerIsAndCannotGiveItAway() throws Exception {
        Identity identity =
                subscribe(basic("alice", "wonder"), scheduler("batch", "eng")).identity();
        UpdateSchedulerRequest.Builder update =
                UpdateSchedulerRequest.newBuilder().setIdentity(identity).setInfo(scheduler("renamed", "eng"));
        fixture.stub("alice", "wonder").updateScheduler(update.build());
        FrameworkInfo updated = fixture.state
                .snapshot()
                .framework(new FrameworkId(identity.getSchedulerId()))
                .orElseThrow()
                .info();
        assertThat(updated.getName()).isEqualTo("renamed");
        assertThat(updated.getPrincipal()).isEqualTo("alice");
        update.getInfoBuilder().setPrincipal("bob");
        assertFails(
                () -> fixture.stub("alice", "wonder").updateScheduler(update.build()),
                Status.Code.INVALID_ARGUMENT,
                "Changing framework's principal is not allowed.");
    }

    /** A call that was refused already is not refused twice. */
    @Test
    void whoProvesNothingAndAsksNothingIsNotLetIn() throws Exception {
        assertThat(RawCalls.send(fixture.channel, SchedulerServiceGrpc.getCommitMethod(), Optional.empty())
                        .getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void nobodyTakesOverWhatIsAnothersOrPretendsToBeHim() throws Exception {
        EventReader events = subscribe(basic("alice", "wonder"), scheduler("batch", "eng"));
        Identity identity = events.identity();
        FrameworkInfo.Builder again =
                scheduler("batch", "eng").setId(FrameworkID.newBuilder().setValue(identity.getSchedulerId()));
        assertThat(subscribe(basic("bob", "builder"), again).end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        Status pretence = subscribe(
                        basic("bob", "builder"), scheduler("other", "eng").setPrincipal("alice"))
                .end();
        assertThat(pretence.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(events.isOpen()).isTrue();
    }

    private EventReader subscribe(Metadata headers, FrameworkInfo.Builder info) {
        return EventReader.subscribe(
                fixture.channel,
                headers,
                SubscribeRequest.newBuilder().setInfo(info).build(),
                Integer.MAX_VALUE);
    }
}
