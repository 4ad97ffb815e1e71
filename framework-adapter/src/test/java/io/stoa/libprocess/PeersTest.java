package io.stoa.libprocess;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What peers get to see, and when a link is lost. */
@Timeout(120)
class PeersTest {

    private static final String MASTER = "master";
    private static final byte[] NOTHING = {};
    private static final Upid OWN = new Upid("any", "127.0.0.1", 5050);
    /** A peer may take as long as it likes to close what was ended. */
    private static final PeerLimits LONG_LINGER = new PeerLimits(
            PeerLimits.STANDARD.connectTimeoutMs(),
            PeerLimits.STANDARD.unreadTimeoutMs(),
            600_000,
            PeerLimits.STANDARD.maxUnsentBytes(),
            PeerLimits.STANDARD.alwaysUnsentBytes(),
            PeerLimits.STANDARD.frameworks(),
            PeerLimits.STANDARD.authentications(),
            PeerLimits.STANDARD.unlinked());

    private final TransportCounts counts = new TransportCounts();
    private final TcpPeers peers = new TcpPeers(OWN, PeerLimits.STANDARD, counts);

    @AfterEach
    void close() {
        peers.close();
        await().until(() -> figure("connections") == 0);
    }

    @Test
    void aMessageIsWrittenAsMesosWritesIt() throws IOException {
        try (ListeningPeer peer = new ListeningPeer()) {
            peers.send(
                    MASTER,
                    peer.pid("hand(1)"),
                    "mesos.internal.FrameworkErrorMessage",
                    bytes("error: 27 letters or fewer"));
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.request())
                        .isEqualTo("POST /hand(1)/mesos.internal.FrameworkErrorMessage HTTP/1.1\n"
                                + "User-Agent: libprocess/master@127.0.0.1:5050\n"
                                + "Libprocess-From: master@127.0.0.1:5050\n"
                                + "Connection: Keep-Alive\n"
                                + "Host: " + peer.pid("x").address() + "\n"
                                + "Transfer-Encoding: chunked\n\n"
                                + "1a\nerror: 27 letters or fewer\n0\n");
            }
        }
    }

    @Test
    void whoeverIsReachedAtOurOwnAddressIsNotWatched() throws IOException {
        try (ListeningPeer ourselves = new ListeningPeer()) {
            Upid own = new Upid("master", "203.0.113.76", ourselves.pid("a").port());
            CountDownLatch lost = new CountDownLatch(1);
            try (TcpPeers ours = new TcpPeers(own, PeerLimits.STANDARD, counts)) {
                Link link = ours.link(
                        MASTER, new Upid("a", "localhost", own.port()), LinkPurpose.FRAMEWORK, lost::countDown);

                await().until(() -> lost.getCount() == 0);
                assertThat(link.send("anything", NOTHING)).isFalse();
            }
        }
    }

    @Test
    void aMessageWithoutABodySaysNothingOfIt() throws IOException {
        try (ListeningPeer peer = new ListeningPeer()) {
            peers.send("authenticator(3)", peer.pid("a"), "mesos.internal.AuthenticationCompletedMessage", NOTHING);
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.request())
                        .isEqualTo("POST /a/mesos.internal.AuthenticationCompletedMessage HTTP/1.1\n"
                                + "User-Agent: libprocess/authenticator(3)@127.0.0.1:5050\n"
                                + "Libprocess-From: authenticator(3)@127.0.0.1:5050\n"
                                + "Connection: Keep-Alive\n"
                                + "Host: " + peer.pid("x").address() + "\n\n");
                assertThat(connection.untilEnd()).isEmpty();
            }
        }
    }

    @Test
    void aConnectionWithoutALinkEndsWhenAllHasLeftAndNotBefore() throws IOException {
        byte[] large = new byte[900_000];
        try (TcpPeers patient = new TcpPeers(OWN, LONG_LINGER, counts);
                ListeningPeer peer = new ListeningPeer(4_096)) {
            // Else all could have left before there is more.
            CompletableFuture<Void> allWaits = new CompletableFuture<>();
            patient.executor(peer.pid("a")).execute(allWaits::join);
            assertThat(patient.send(MASTER, peer.pid("a"), "large", large)).isTrue();
            assertThat(patient.send(MASTER, peer.pid("b"), "last", NOTHING)).isTrue();
            allWaits.complete(null);
            try (ListeningPeer.Connection connection = peer.accept()) {
                connection.answer(
                        "HTTP/1.1 202 Accepted\n\n"); // Unread, it would make a kernel take back what it sent.
                assertThat(connection.request()).hasSizeGreaterThan(large.length);
                assertThat(connection.message()).isEqualTo("last");
                assertThat(connection.untilEnd()).isEmpty();
                await().until(() -> figure("connections") == 1);
            }
            await().until(() -> figure("connections") == 0);
            assertThat(figure("messages_sent")).isEqualTo(2);
            assertThat(figure("messages_lost")).isZero();
        }
    }

    @Test
    void everythingToOneAddressGoesOverTheConnectionOfTheLinkInOrder() throws IOException {
        try (ListeningPeer peer = new ListeningPeer();
                Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {})) {
            for (int i = 0; i < 1_000; i += 2) {
                assertThat(link.send("m" + i, bytes("body"))).isTrue();
                assertThat(peers.send("other", peer.pid("b"), "m" + (i + 1), NOTHING))
                        .isTrue();
            }
            try (ListeningPeer.Connection connection = peer.accept()) {
                for (int i = 0; i < 1_000; i++) {
                    assertThat(connection.message()).isEqualTo("m" + i);
                }
                assertThat(connection.isOpenFor(200)).isTrue();
            }
        }
    }

    @Test
    void aLinkIsLostOnceWhenThePeerClosesItsConnection() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        CompletableFuture<Boolean> onExecutor = new CompletableFuture<>();
        try (ListeningPeer peer = new ListeningPeer()) {
            Link first = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
            Thread executor = executorOf(peer.pid("b"));
            peers.link(MASTER, peer.pid("b"), LinkPurpose.FRAMEWORK, () -> {
                lost.incrementAndGet();
                onExecutor.complete(Thread.currentThread().equals(executor));
            });
            peer.accept().close();

            assertThat(onExecutor.get()).isTrue();
            await().untilAtomic(lost, org.hamcrest.Matchers.is(2));
            assertThat(first.send("late", NOTHING)).isFalse();
            first.close();
            assertThat(figure("links_lost")).isEqualTo(2);
        }
        peers.close();
        assertThat(lost).hasValue(2);
    }

    @Test
    void aLinkWhosePeerIsNotThereIsLost() throws Exception {
        Upid nobody = new Upid("a", "127.0.0.1", FreePorts.next());
        CompletableFuture<Void> lost = new CompletableFuture<>();
        peers.link(MASTER, nobody, LinkPurpose.FRAMEWORK, () -> lost.complete(null));
        lost.get();

        CompletableFuture<Void> unknown = new CompletableFuture<>();
        peers.link(
                MASTER, new Upid("a", "no.such.name.invalid", 1), LinkPurpose.FRAMEWORK, () -> unknown.complete(null));
        unknown.get();

        assertThat(peers.send(MASTER, nobody, "m", NOTHING))
                .as("it is only found out later")
                .isTrue();
        await().until(() -> figure("messages_lost") == 1);
    }

    @Test
    void aNameIsLookedUp() throws IOException {
        try (ListeningPeer peer = new ListeningPeer();
                Link link = peers.link(
                        MASTER, new Upid("a", "localhost", peer.pid("a").port()), LinkPurpose.FRAMEWORK, () -> {})) {
            link.send("m", NOTHING);
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.request()).contains("\nHost: localhost:");
            }
        }
    }

    @Test
    void theLossOfALinkThatWasClosedIsNotToldAndWhatWasSentBeforeStillLeaves() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        try (ListeningPeer peer = new ListeningPeer()) {
            Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
            link.send("first", new byte[500_000]);
            link.send("last", NOTHING);
            link.close();
            link.close();
            assertThat(link.send("late", NOTHING)).isFalse();
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.message()).isEqualTo("first");
                assertThat(connection.message()).isEqualTo("last");
                assertThat(connection.untilEnd()).isEmpty();
            }
        }
        await().until(() -> figure("connections") == 0);
        assertThat(lost).hasValue(0);
        assertThat(figure("links_lost")).isZero();
    }

    @Test
    void aConnectionStaysAsLongAsAnybodyHasALink() throws IOException {
        try (ListeningPeer peer = new ListeningPeer()) {
            Link authentication = peers.link(MASTER, peer.pid("a"), LinkPurpose.AUTHENTICATION, () -> {});
            try (ListeningPeer.Connection connection = peer.accept()) {
                Link framework = peers.link(MASTER, peer.pid("b"), LinkPurpose.FRAMEWORK, () -> {});
                authentication.close();
                framework.send("m", NOTHING);
                assertThat(connection.message()).isEqualTo("m");
                assertThat(connection.isOpenFor(200)).isTrue();

                framework.close();
                assertThat(connection.untilEnd()).isEmpty();
            }
        }
    }

    @Test
    void aLinkThatIsClosedAtOnceLeavesNothingBehind() throws IOException {
        try (ListeningPeer peer = new ListeningPeer()) {
            for (int i = 0; i < 1_000; i++) {
                peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {})
                        .close();
            }
            await().until(() -> figure("connections") == 0);
            assertThat(figure("links_lost")).isZero();
        }
    }

    @Test
    void whoHasALotToSayWaitsUntilThePeerHasRead() throws Exception {
        CountDownLatch caughtUp = new CountDownLatch(1);
        try (ListeningPeer peer = new ListeningPeer(4_096)) {
            Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {});
            link.send("large", new byte[20 << 20]);
            link.whenCaughtUp(1_000, caughtUp::countDown);
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.isOpenFor(500)).isTrue();
                assertThat(caughtUp.getCount()).isEqualTo(1);
                Thread reader = new Thread(() -> {
                    try {
                        connection.untilEnd();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                reader.start();
                caughtUp.await();
                link.close();
                reader.join();
            }
        }
    }

    @Test
    void whatALinkThatIsClosedWaitedForHoldsNothing() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        try (ListeningPeer peer = new ListeningPeer(4_096)) {
            Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {});
            link.send("large", new byte[20 << 20]);
            link.whenCaughtUp(1_000, ran::incrementAndGet);
            try (ListeningPeer.Connection connection = peer.accept()) {
                link.close();
                assertThat(connection.message()).isEqualTo("large");
                assertThat(connection.untilEnd()).isEmpty();
            }
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void aLinkThatIsAbandonedCutsOffNothingThatIsOnItsWay() throws Exception {
        try (ListeningPeer peer = new ListeningPeer(4_096)) {
            Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {});
            try (ListeningPeer.Connection connection = peer.accept()) {
                link.send("first", NOTHING);
                assertThat(connection.message()).isEqualTo("first");
                peers.send(MASTER, peer.pid("b"), "large", new byte[10 << 20]);
                link.abandon();
                assertThat(connection.message()).isEqualTo("large");
                assertThat(connection.untilEnd()).isEmpty();
            }
        }
    }

    @Test
    void nobodyIsReachedAnyMoreAfterTheEnd() throws Exception {
        try (ListeningPeer peer = new ListeningPeer()) {
            CompletableFuture<Void> lost = new CompletableFuture<>();
            peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> lost.complete(null));
            peers.close();
            lost.get();

            assertThat(peers.send(MASTER, peer.pid("a"), "m", NOTHING)).isFalse();
            CompletableFuture<Void> late = new CompletableFuture<>();
            peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> late.complete(null));
            late.get();
        }
    }

    private Thread executorOf(Upid peer) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        peers.executor(peer).execute(() -> thread.complete(Thread.currentThread()));
        return thread.get();
    }

    private double figure(String name) {
        Map<String, Double> figures = new TreeMap<>();
        counts.addTo(figures);
        return figures.get("stoa/libprocess/" + name);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
