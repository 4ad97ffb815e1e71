package io.stoa.libprocess;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.stoa.libprocess.PeerLimits.Share;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that do not answer, do not read, say too much or go away harm nobody but those who have a link to them. */
@Timeout(120)
class HostilePeersTest {

    private static final String MASTER = "master";
    private static final byte[] NOTHING = {};
    private static final int PLACES = 20;
    private static final long MANY_BYTES = 8L << 20;
    /** After which what has no answer is given up. */
    private static final long USUAL_MS = 2_000;

    private static final long LONG_MS = 600_000;

    private final TransportCounts counts = new TransportCounts();
    private TcpPeers peers = peers(USUAL_MS, USUAL_MS);

    /** @param timeoutMs of connecting, and of the others where it is long: then nothing ends by itself */
    private void restart(long timeoutMs) {
        peers.close();
        peers = peers(timeoutMs, Math.max(timeoutMs, USUAL_MS));
    }

    private TcpPeers peers(long connectTimeoutMs, long unreadTimeoutMs) {
        Share framework = new Share(PLACES, MANY_BYTES, 1_000);
        return new TcpPeers(
                new Upid("any", "127.0.0.1", 5050),
                new PeerLimits(
                        connectTimeoutMs,
                        unreadTimeoutMs,
                        1_000,
                        12L << 20,
                        64 << 10,
                        framework,
                        new Share(PLACES, 64 << 10, 100),
                        new Share(PLACES, 1 << 20, 100)),
                counts);
    }

    @AfterEach
    void othersAreReachedAndNothingIsLeft() throws IOException {
        try (ListeningPeer peer = new ListeningPeer();
                Link link = peers.link(MASTER, peer.pid("other"), LinkPurpose.FRAMEWORK, () -> {})) {
            assertThat(link.send("hello", NOTHING)).isTrue();
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.message()).isEqualTo("hello");
            }
        }
        await().untilAsserted(() -> assertThat(figure("connections")).isZero());
        peers.close();
    }

    @Test
    void aPeerThatNeverReadsLosesItsLinkWhenItsTimeIsOver() throws Exception {
        CompletableFuture<Void> lost = new CompletableFuture<>();
        try (ListeningPeer peer = new ListeningPeer(4_096)) {
            Link link = peers.link(MASTER, peer.pid("deaf"), LinkPurpose.FRAMEWORK, () -> lost.complete(null));
            assertThat(link.send("large", new byte[(int) MANY_BYTES - 1_000])).isTrue();
            lost.get();
            assertThat(figure("messages_lost")).isEqualTo(1);
            assertThat(figure("links_overflowed")).isZero();
        }
    }

    @Test
    void aPeerThatReadsTooSlowlyForWhatItIsSentLosesItsLinkAndGetsNothingAfterAGap() throws Exception {
        restart(LONG_MS);
        AtomicInteger lost = new AtomicInteger();
        int taken = 0;
        try (ListeningPeer peer = new ListeningPeer(4_096)) {
            Link link = peers.link(MASTER, peer.pid("slow"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
            // Too much for one that is not connected yet would be lost without a connection.
            try (ListeningPeer.Connection connection = peer.accept()) {
                while (link.send("m" + taken, new byte[100_000])) {
                    taken++;
                }
                await().untilAtomic(lost, Matchers.is(1));
                assertThat(taken).isBetween(10, 1_000);
                assertThat(link.send("late", NOTHING)).isFalse();
                assertThat(figure("links_overflowed")).isEqualTo(1);
                for (int i = 0; i < taken; i++) {
                    try {
                        assertThat(connection.message()).isEqualTo("m" + i);
                    } catch (IOException cut) {
                        return;
                    }
                }
            }
        }
    }

    @Test
    void manySmallMessagesAreTooManyAlso() throws Exception {
        restart(LONG_MS);
        AtomicInteger lost = new AtomicInteger();
        try (FullBacklog blackhole = new FullBacklog()) {
            Link link = peers.link(MASTER, blackhole.pid("127.0.0.1"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
            for (int i = 0; i < 1_000; i++) {
                assertThat(link.send("m", NOTHING)).isTrue();
            }
            assertThat(link.send("one too many", NOTHING)).isFalse();
            await().untilAtomic(lost, Matchers.is(1));
            assertThat(figure("messages_lost")).isEqualTo(1_000);
        }
    }

    @Test
    void whatWaitsForOnePeerLeavesRoomForTheOthers() throws Exception {
        restart(LONG_MS);
        try (FullBacklog blackhole = new FullBacklog();
                ListeningPeer peer = new ListeningPeer()) {
            Link greedy = peers.link(MASTER, blackhole.pid("127.0.0.1"), LinkPurpose.FRAMEWORK, () -> {});
            assertThat(greedy.send("large", new byte[(int) MANY_BYTES - 1_000])).isTrue();
            Link alike = peers.link(MASTER, blackhole.pid("127.0.0.2"), LinkPurpose.FRAMEWORK, () -> {});
            assertThat(alike.send("large", new byte[(int) MANY_BYTES - 1_000]))
                    .as("more than may wait for all")
                    .isFalse();

            try (Link modest = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {})) {
                assertThat(modest.send("m", new byte[50_000])).isTrue();
                try (ListeningPeer.Connection connection = peer.accept()) {
                    assertThat(connection.message()).isEqualTo("m");
                }
            }
            greedy.abandon();
            alike.abandon();
        }
    }

    @Test
    void whoHasTheMostWaitingGivesWayToWhoWantsLess() throws Exception {
        restart(LONG_MS);
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger othersLost = new AtomicInteger();
        byte[] share = new byte[3 << 20];
        try (FullBacklog blackhole = new FullBacklog();
                ListeningPeer peer = new ListeningPeer();
                Link late = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, othersLost::incrementAndGet)) {
            Link greedy = peers.link(MASTER, blackhole.pid("127.0.0.1"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
            assertThat(greedy.send("large", new byte[(int) MANY_BYTES - 1_000])).isTrue();
            Link modest =
                    peers.link(MASTER, blackhole.pid("127.0.0.2"), LinkPurpose.FRAMEWORK, othersLost::incrementAndGet);
            assertThat(modest.send("m", share)).isTrue();

            assertThat(late.send("m", share)).isTrue();

            await().untilAtomic(lost, Matchers.is(1));
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.message()).isEqualTo("m");
                assertThat(othersLost).hasValue(0);
            }
            assertThat(figure("links_overflowed")).isOne();
            modest.abandon();
        }
    }

    @Test
    void addressesThatSwallowEverythingGiveWayToOthers() throws Exception {
        restart(LONG_MS);
        AtomicInteger lost = new AtomicInteger();
        try (FullBacklog blackhole = new FullBacklog();
                ListeningPeer peer = new ListeningPeer()) {
            for (int i = 0; i < 3_000; i++) {
                String end = i / 250 + "." + (i % 250 + 1);
                for (LinkPurpose purpose : LinkPurpose.values()) {
                    Upid swallowed = blackhole.pid("127." + (purpose == LinkPurpose.FRAMEWORK ? 1 : 2) + "." + end);
                    peers.link(MASTER, swallowed, purpose, lost::incrementAndGet);
                }
                assertThat(peers.send(MASTER, blackhole.pid("127.3." + end), "m", NOTHING))
                        .isTrue();
            }
            await().until(() -> figure("connections") == 3 * PLACES);
            Link framework = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {});
            assertThat(framework.send("m", NOTHING)).isTrue();
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.message()).isEqualTo("m");
                framework.close();
            }
            restart(USUAL_MS);
            await().untilAtomic(lost, Matchers.is(6_000));
            await().until(() -> figure("connections") == 0);
            assertThat(figure("links_refused")).isZero();
            assertThat(figure("links_lost")).isEqualTo(6_000);
            assertThat(figure("messages_lost")).isEqualTo(3_000);
        }
    }

    /** Whose time is over has its place until its socket is closed, and nobody has to wait for that. */
    @Test
    void addressesWhoseTimeIsOverGiveWayToOthers() throws Exception {
        restart(1);
        try (FullBacklog blackhole = new FullBacklog()) {
            for (int i = 0; i < 3_000; i++) {
                assertThat(peers.send(MASTER, blackhole.pid("127.3." + i / 250 + "." + (i % 250 + 1)), "m", NOTHING))
                        .isTrue();
            }
            await().until(() -> figure("connections") == 0);
            assertThat(figure("messages_lost")).isEqualTo(3_000);
        }
        restart(USUAL_MS);
    }

    @Test
    void linksThatAreOpenGiveWayToNobody() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        List<ListeningPeer> listening = new ArrayList<>();
        List<ListeningPeer.Connection> open = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        try {
            for (int i = 0; i < PLACES; i++) {
                ListeningPeer peer = new ListeningPeer();
                listening.add(peer);
                Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
                link.send("m", NOTHING);
                open.add(peer.accept());
                assertThat(open.get(i).message()).isEqualTo("m");
                links.add(link);
            }
            try (ListeningPeer late = new ListeningPeer()) {
                Link authentication =
                        peers.link(MASTER, late.pid("a"), LinkPurpose.AUTHENTICATION, lost::incrementAndGet);
                peers.link(MASTER, late.pid("a"), LinkPurpose.FRAMEWORK, refused::incrementAndGet);
                peers.link(MASTER, new Upid("a", "127.0.0.1", 1), LinkPurpose.FRAMEWORK, refused::incrementAndGet);
                await().untilAtomic(refused, Matchers.is(2));
                assertThat(figure("links_refused")).isEqualTo(2);
                assertThat(authentication.send("m", NOTHING))
                        .as("the link whose connection could not become a framework's")
                        .isTrue();
                authentication.close();
            }
            assertThat(lost).hasValue(0);
        } finally {
            links.forEach(Link::close);
            for (ListeningPeer.Connection connection : open) {
                connection.close();
            }
            for (ListeningPeer peer : listening) {
                peer.close();
            }
        }
        // Until their places are free nobody else gets one.
        await().untilAsserted(() -> assertThat(figure("connections")).isZero());
    }

    @Test
    void connectionsThatAreOnlyStillToBeClosedGiveWayFirst() throws Exception {
        List<ListeningPeer> listening = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * PLACES; i++) {
                ListeningPeer peer = new ListeningPeer();
                listening.add(peer);
                assertThat(peers.send(MASTER, peer.pid("a"), "m" + i, NOTHING)).isTrue();
                assertThat(peer.accept().message()).isEqualTo("m" + i);
            }
            assertThat(figure("messages_lost")).isZero();
            assertThat(figure("messages_refused")).isZero();
        } finally {
            for (ListeningPeer peer : listening) {
                peer.close();
            }
        }
    }

    @Test
    void aLinkThatIsAbandonedGivesItsPlaceBackBeforeItIsConnected() throws Exception {
        restart(LONG_MS);
        AtomicInteger lost = new AtomicInteger();
        try (FullBacklog blackhole = new FullBacklog()) {
            for (int i = 0; i < 10 * PLACES; i++) {
                Link link = peers.link(
                        MASTER, blackhole.pid("127.1.1." + (i + 1)), LinkPurpose.AUTHENTICATION, lost::incrementAndGet);
                assertThat(link.send("m", NOTHING)).isTrue();
                link.abandon();
                await().pollInterval(Duration.ofMillis(1)).until(() -> figure("connections") == 0);
            }
        }
        assertThat(lost).hasValue(0);
    }

    @Test
    void anAuthenticationThatIsAbandonedTakesNothingFromTheFrameworkAtThatAddress() throws Exception {
        try (ListeningPeer peer = new ListeningPeer();
                Link framework = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {})) {
            framework.send("m", NOTHING);
            peers.link(MASTER, peer.pid("a"), LinkPurpose.AUTHENTICATION, () -> {})
                    .abandon();
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.message()).isEqualTo("m");
                assertThat(connection.isOpenFor(200)).isTrue();
            }
        }
    }

    @Test
    void aPeerThatClosesEveryConnectionAtOnceLosesALinkEachTime() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        try (ListeningPeer peer = new ListeningPeer()) {
            for (int i = 0; i < 1_000; i++) {
                Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, lost::incrementAndGet);
                link.send("m", NOTHING);
                ListeningPeer.Connection connection = peer.accept();
                if (i % 2 == 0) {
                    connection.reset();
                } else {
                    connection.close();
                }
                await().pollInterval(Duration.ofMillis(1)).untilAtomic(lost, Matchers.is(i + 1));
            }
        }
        await().until(() -> figure("connections") == 0);
    }

    @Test
    void aPeerThatAnswersWithoutEndLosesItsLink() throws Exception {
        CompletableFuture<Void> lost = new CompletableFuture<>();
        try (ListeningPeer peer = new ListeningPeer()) {
            peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> lost.complete(null));
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection).satisfies(endless -> {
                    try {
                        for (int i = 0; i < 100_000; i++) {
                            endless.answer("garbage ".repeat(1_000));
                        }
                    } catch (IOException cut) {
                        return;
                    }
                    throw new AssertionError("800 MB were taken");
                });
            }
            lost.get();
        }
    }

    @Test
    void garbageInModerationIsIgnored() throws Exception {
        try (ListeningPeer peer = new ListeningPeer();
                Link link = peers.link(MASTER, peer.pid("a"), LinkPurpose.FRAMEWORK, () -> {})) {
            try (ListeningPeer.Connection connection = peer.accept()) {
                for (int i = 0; i < 100; i++) {
                    connection.answer("\u0000\u00ff HTTP/9.9 999 what\n\n" + "x".repeat(600));
                    assertThat(link.send("m" + i, NOTHING)).isTrue();
                    assertThat(connection.message()).isEqualTo("m" + i);
                }
            }
        }
    }

    /** It would otherwise be open for ever, since nobody needs it and nobody closes it. */
    @Test
    void aPeerThatDoesNotCloseWhatWasEndedIsHungUpOn() throws Exception {
        try (ListeningPeer peer = new ListeningPeer()) {
            peers.send(MASTER, peer.pid("a"), "m", NOTHING);
            try (ListeningPeer.Connection connection = peer.accept()) {
                assertThat(connection.message()).isEqualTo("m");
                assertThat(connection.untilEnd()).isEmpty();
                await().until(() -> figure("connections") == 0);
            }
        }
    }

    @Test
    void withoutFileDescriptorsEveryLinkIsLostOnce() throws Exception {
        peers.close();
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger tries = new AtomicInteger();
        PeerSockets exhausted = new PeerSockets(
                new OwnAddress(new Upid("any", "127.0.0.1", 5050)),
                () -> {
                    tries.incrementAndGet();
                    throw new ChannelException("Unable to create Channel: Too many open files");
                },
                new HostNames(1_000),
                PeerLimits.STANDARD);
        try (TcpPeers poor = new TcpPeers(new Upid("any", "127.0.0.1", 5050), PeerLimits.STANDARD, counts, exhausted)) {
            List<Link> links = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                Upid peer = new Upid("a", "127.0.0.1", 1 + i);
                links.add(poor.link(MASTER, peer, LinkPurpose.FRAMEWORK, lost::incrementAndGet));
            }
            await().untilAtomic(lost, Matchers.is(5_000));
            await().until(() -> figure("connections") == 0);
            assertThat(tries).hasValueGreaterThan(0);
            assertThat(links).noneMatch(link -> link.send("m", NOTHING));
            poor.send(MASTER, new Upid("a", "127.0.0.1", 1), "m", NOTHING);
            await().until(() -> figure("connections") == 0);
            assertThat(lost).hasValue(5_000);
        }
        peers = peers(USUAL_MS, USUAL_MS);
    }

    private double figure(String name) {
        Map<String, Double> figures = new TreeMap<>();
        counts.addTo(figures);
        return figures.get("stoa/libprocess/" + name);
    }

    /** A port at every local address where connections begin and never come about. */
    private static final class FullBacklog implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket();
        private final List<SocketChannel> waiting = new ArrayList<>();

        FullBacklog() throws IOException {
            listener.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0), 1);
            for (int i = 0; i < 4; i++) {
                SocketChannel client = SocketChannel.open();
                client.configureBlocking(false);
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
                waiting.add(client);
            }
            await().until(this::isFull);
        }

        /** The backlog holds two, whichever of them came first. */
        private boolean isFull() throws IOException {
            int connected = 0;
            for (SocketChannel client : waiting) {
                connected += client.finishConnect() ? 1 : 0;
            }
            return connected >= 2;
        }

        Upid pid(String host) {
            return new Upid("a", host, listener.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel client : waiting) {
                client.close();
            }
            listener.close();
        }
    }
}
