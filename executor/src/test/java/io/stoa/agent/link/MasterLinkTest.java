package io.stoa.agent.link;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.LogLines;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.ExecutorMessage;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.proto.agent.Ping;
import io.stoa.proto.agent.Refused;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Registered;
import io.stoa.proto.agent.ShutdownFramework;
import io.stoa.testing.FreePorts;
import io.stoa.testing.Patience;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a master on a real port; only time is moved by hand. */
@Timeout(120)
class MasterLinkTest implements LinkListener {

    private static final String FAULT = "fault";

    private final ManualTime time = new ManualTime(0);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private FakeMaster master;
    private MasterLink link;
    private Consumer<Optional<InetSocketAddress>> leaders = leader -> {};

    @BeforeEach
    void start() throws IOException {
        master = new FakeMaster(FreePorts.next());
        MasterSource source = new MasterSource() {
            @Override
            public void watch(Consumer<Optional<InetSocketAddress>> listener) {
                leaders = listener;
                listener.accept(Optional.of(master.address()));
            }

            @Override
            public void close() {}
        };
        link = new MasterLink(source, new Backoff(1_000, new Random(1)), time, this::run, this);
        link.open();
    }

    @AfterEach
    void stop() throws Exception {
        thread.submit(link::close).get();
        master.close();
        thread.shutdown();
    }

    @Test
    void introducesItselfAndIsRegistered() throws Exception {
        FakeMaster.Stream stream = connect();
        assertThat(stream.next().hasRegister()).isTrue();
        stream.say(registered(60_000));
        assertThat(next()).isEqualTo("registered a-1");
        assertThat(thread.submit(link::isRegistered).get()).isTrue();
    }

    @Test
    void hostAndPortOfTheMasterAreLogged() throws Exception {
        try (LogLines log = new LogLines("io.stoa.agent.link")) {
            leaders.accept(Optional.of(InetSocketAddress.createUnresolved("master.example", 5050)));
            leaders.accept(Optional.empty());
            await().untilAsserted(() -> assertThat(log.lines())
                    .contains("Master detected address=master.example:5050", "Master detected address=none"));
        }
    }

    @Test
    void nothingIsTakenBeforeRegistration() throws Exception {
        FakeMaster.Stream stream = connect();
        assertThat(thread.submit(() -> link.offer(message("early"))).get()).isFalse();
        stream.next();
        stream.say(registered(60_000));
        next();
        assertThat(thread.submit(() -> link.offer(message("late"))).get()).isTrue();
        assertThat(stream.next().getExecutorMessage().getExecutorId()).isEqualTo("late");
    }

    @Test
    void pingsAreAnswered() throws Exception {
        FakeMaster.Stream stream = registeredStream();
        stream.say(MasterMessage.newBuilder().setPing(Ping.getDefaultInstance()));
        assertThat(stream.next().hasPong()).isTrue();
    }

    @Test
    void messagesArriveInOrder() throws Exception {
        FakeMaster.Stream stream = registeredStream();
        for (int i = 0; i < 100; i++) {
            stream.say(MasterMessage.newBuilder()
                    .setShutdownFramework(ShutdownFramework.newBuilder().setFrameworkId("f" + i)));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(next()).isEqualTo("SHUTDOWN_FRAMEWORK f" + i);
        }
    }

    @Test
    void whatFailsWhenAMessageIsHandledEndsTheAgent() throws Exception {
        FakeMaster.Stream stream = registeredStream();
        stream.say(MasterMessage.newBuilder()
                .setShutdownFramework(ShutdownFramework.newBuilder().setFrameworkId(FAULT)));
        assertThat(next()).isEqualTo("the agent ends: " + FAULT);
    }

    @Test
    void comesBackAfterTheStreamEnded() throws Exception {
        registeredStream().end();
        FakeMaster.Stream second = connect();
        assertThat(second.next().hasRegister()).isTrue();
    }

    @Test
    void comesBackAfterTheMasterDied() throws Exception {
        registeredStream();
        int port = master.address().getPort();
        master.close();
        master = new FakeMaster(port);
        assertThat(connect().next().hasRegister()).isTrue();
    }

    @Test
    void silentMasterIsTakenForLost() throws Exception {
        FakeMaster.Stream stream = connect();
        stream.next();
        stream.say(registered(5_000));
        next();
        thread.submit(() -> time.advance(4_000)).get();
        stream.say(MasterMessage.newBuilder().setPing(Ping.getDefaultInstance()));
        stream.next();
        thread.submit(() -> time.advance(4_000)).get();
        assertThat(thread.submit(link::isRegistered).get()).isTrue();
        thread.submit(() -> time.advance(1_000)).get();
        assertThat(thread.submit(link::isRegistered).get()).isFalse();
        assertThat(connect().next().hasRegister()).isTrue();
    }

    @Test
    void masterThatDoesNotAnswerTheRegistrationIsTriedAgain() throws Exception {
        connect().next();
        thread.submit(() -> time.advance(15_000)).get();
        assertThat(connect().next().hasRegister()).isTrue();
    }

    @Test
    void refusalForNowIsTriedAgain() throws Exception {
        FakeMaster.Stream stream = connect();
        stream.next();
        stream.say(MasterMessage.newBuilder().setRefused(Refused.newBuilder().setReason("not leading")));
        assertThat(connect().next().hasRegister()).isTrue();
        assertThat(heard).isEmpty();
    }

    @Test
    void refusalForGoodIsTold() throws Exception {
        FakeMaster.Stream stream = connect();
        stream.next();
        stream.say(MasterMessage.newBuilder()
                .setRefused(Refused.newBuilder().setReason("gone").setPermanent(true)));
        assertThat(next()).isEqualTo("refused gone");
    }

    @Test
    void newLeaderIsFollowed() throws Exception {
        registeredStream();
        try (FakeMaster leader = new FakeMaster(0)) {
            leaders.accept(Optional.of(leader.address()));
            advanceUntil(leader);
            assertThat(leader.accept().next().hasRegister()).isTrue();
        }
    }

    @Test
    void fullLinkTakesNothingAndTellsWhenItTakesMore() throws Exception {
        FakeMaster.Stream stream = registeredStream();
        stream.stopReading();
        AgentMessage large = message("x".repeat(100_000));
        long taken = thread.submit(() -> Stream.generate(() -> link.offer(large))
                        .takeWhile(ok -> ok)
                        .limit(1_000)
                        .count())
                .get();
        assertThat(taken).isBetween(1L, 100L);
        stream.readOn();
        assertThat(next()).isEqualTo("writable");
    }

    @Test
    void waitsAreRandomAndTheirBoundDoublesUpToAMinute() {
        Backoff backoff = new Backoff(1_000, new Random(7));
        for (long bound = 1_000; bound < 60_000; bound *= 2) {
            assertThat(backoff.nextMs()).isBetween(0L, bound);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.nextMs()).isBetween(0L, 60_000L);
        }
        backoff.reset();
        assertThat(backoff.nextMs()).isBetween(0L, 1_000L);
    }

    @Test
    void whoBeginsAtOnceWaitsAfterwardsAllTheSame() {
        Backoff backoff = new Backoff(0, new Random(7));
        assertThat(backoff.nextMs()).isZero();
        assertThat(LongStream.generate(backoff::nextMs).limit(20).sum()).isGreaterThan(10_000);
    }

    /** As the agent's own thread, which ends the agent where something fails. */
    private void run(Runnable work) {
        thread.execute(() -> {
            try {
                work.run();
            } catch (IllegalStateException e) {
                heard.add("the agent ends: " + e.getMessage());
            }
        });
    }

    private FakeMaster.Stream registeredStream() throws Exception {
        FakeMaster.Stream stream = connect();
        stream.next();
        stream.say(registered(3_600_000));
        next();
        return stream;
    }

    /** Moves time until the agent, which waits at random, has come. */
    private FakeMaster.Stream connect() throws Exception {
        advanceUntil(master);
        return master.accept();
    }

    private void advanceUntil(FakeMaster expecting) {
        await().until(() -> {
            thread.submit(() -> time.advance(100)).get();
            return expecting.hasVisitor();
        });
    }

    private String next() throws InterruptedException {
        String event = Patience.next(heard);
        return event == null ? "nothing" : event;
    }

    private static MasterMessage.Builder registered(long pingBudgetMs) {
        return MasterMessage.newBuilder()
                .setRegistered(Registered.newBuilder().setAgentId("a-1").setPingBudgetMs(pingBudgetMs));
    }

    private static AgentMessage message(String text) {
        return AgentMessage.newBuilder()
                .setExecutorMessage(ExecutorMessage.newBuilder().setExecutorId(text))
                .build();
    }

    @Override
    public AgentMessage introduction() {
        return AgentMessage.newBuilder()
                .setRegister(Register.getDefaultInstance())
                .build();
    }

    @Override
    public void registered(Registered message) {
        heard.add("registered " + message.getAgentId());
    }

    @Override
    public void refused(String reason) {
        heard.add("refused " + reason);
    }

    @Override
    public void received(MasterMessage message) {
        if (message.getShutdownFramework().getFrameworkId().equals(FAULT)) {
            throw new IllegalStateException(FAULT);
        }
        if (message.getMessageCase() == MessageCase.SHUTDOWN_FRAMEWORK) {
            heard.add("SHUTDOWN_FRAMEWORK " + message.getShutdownFramework().getFrameworkId());
        }
    }

    @Override
    public void writable() {
        if (heard.isEmpty()) {
            heard.add("writable");
        }
    }
}
