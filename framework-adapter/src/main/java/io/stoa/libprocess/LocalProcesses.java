package io.stoa.libprocess;

import io.netty.util.NetUtil;
import io.stoa.http.Detour;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Our processes on the port of an HTTP server. Every POST that says it comes from libprocess is a message to the
 * process that its path begins with, also where a route of that path exists, as in Mesos.
 */
public final class LocalProcesses implements Processes, Detour {

    private static final String FROM = "Libprocess-From";
    private static final String AGENT = "User-Agent";
    private static final String AGENT_PREFIX = "libprocess/";
    private static final HttpResponse ACCEPTED = HttpResponse.empty(202);

    private final ConcurrentMap<String, Registered> processes = new ConcurrentHashMap<>();
    private final TransportCounts counts;
    private final boolean requiresPeerAddress;

    /** Takes messages from anywhere, as Mesos does unless it is told otherwise. */
    public LocalProcesses(TransportCounts counts) {
        this(counts, false);
    }

    /** @param requiresPeerAddress whether a message must come from the address of the process that it names */
    public LocalProcesses(TransportCounts counts, boolean requiresPeerAddress) {
        this.counts = counts;
        this.requiresPeerAddress = requiresPeerAddress;
    }

    @Override
    public Registration register(String id, MessageReceiver receiver) {
        Registered process = new Registered(id, receiver);
        if (!Upid.isId(id) || processes.putIfAbsent(id, process) != null) {
            throw new IllegalArgumentException(
                    "process: '" + id + "' (expected: a new one, without spaces or slashes)");
        }
        return process;
    }

    @Override
    public boolean takes(HttpRequest head) {
        return head.method().equals("POST")
                && (head.headers().contains(FROM)
                        || head.header(AGENT)
                                .filter(agent -> agent.startsWith(AGENT_PREFIX))
                                .isPresent());
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        Optional<Upid> from = sender(request);
        if (requiresPeerAddress && !from.filter(peer -> isAt(peer, request)).isPresent()) {
            counts.elsewhere.increment();
            reply.send(elsewhere(from, request));
            return;
        }
        String path = request.path();
        int slash = path.indexOf('/', 1);
        String to = path.substring(Math.min(1, path.length()), slash < 0 ? path.length() : slash);
        Registered process = path.startsWith("/") ? processes.get(to) : null;
        if (process == null) {
            counts.unknownReceiver.increment();
            reply.send(HttpResponse.notFound());
            return;
        }
        counts.received.increment();
        if (from.isPresent()) {
            String name = slash < 0 ? "" : path.substring(slash + 1);
            process.receiver.receive(new Message(from.get(), to, name, request.body()));
            process.receiver.room(from.get()).whenComplete((room, failure) -> reply.send(ACCEPTED));
        } else {
            counts.withoutSender.increment();
            reply.send(ACCEPTED);
        }
    }

    /** A name is not looked up, which might take long: libprocess' own peers never give one. */
    private static boolean isAt(Upid peer, HttpRequest request) {
        byte[] named = NetUtil.createByteArrayFromIpAddressString(peer.host());
        return named != null
                && request.remote() instanceof InetSocketAddress remote
                && Arrays.equals(named, remote.getAddress().getAddress());
    }

    private static HttpResponse elsewhere(Optional<Upid> from, HttpRequest request) {
        String remote = request.remote() instanceof InetSocketAddress address
                ? NetUtil.toSocketAddressString(address)
                : request.remote().toString();
        return HttpResponse.text(
                400,
                "UPID IP address validation failed: Message from "
                        + from.map(Upid::toString).orElse("@0.0.0.0:0") + " was sent from IP " + remote);
    }

    private static Optional<Upid> sender(HttpRequest request) {
        return request.header(FROM)
                .or(() -> request.header(AGENT).map(agent -> agent.substring(AGENT_PREFIX.length())))
                .flatMap(Upid::parse);
    }

    /** Equal to itself only: whoever takes the place of one that is closed is not closed with it. */
    private final class Registered implements Registration {

        final String id;
        final MessageReceiver receiver;

        Registered(String id, MessageReceiver receiver) {
            this.id = id;
            this.receiver = receiver;
        }

        @Override
        public void close() {
            processes.remove(id, this);
        }
    }
}
