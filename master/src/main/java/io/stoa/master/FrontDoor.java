package io.stoa.master;

import io.grpc.BindableService;
import io.stoa.flags.ServerAddress;
import io.stoa.http.HttpCounts;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.libprocess.LocalProcesses;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Processes;
import io.stoa.libprocess.TransportCounts;
import io.stoa.libprocess.Upid;
import io.stoa.master.link.AgentLinkHandler;
import io.stoa.time.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/** The master's only port: HTTP and libprocess' messages for everybody, gRPC for agents and native schedulers. */
final class FrontDoor implements AutoCloseable {

    private static final int LINK_THREADS = 2;

    private final ExecutorService linkWork = Threads.pool("agent-links", LINK_THREADS);
    private final AgentLinkHandler links = new AgentLinkHandler(this::loop);
    private final RpcServices rpc;
    private final TransportCounts messageCounts = new TransportCounts();
    private final LocalProcesses processes;
    private volatile MessageReceiver master = MessageReceiver.DEAF;
    private final HttpServer server;

    private FrontDoor(ServerAddress address, boolean requiresPeerAddress, Time time) throws IOException {
        processes = new LocalProcesses(messageCounts, requiresPeerAddress);
        rpc = new RpcServices(this::loop, time);
        processes.register(MasterRoutes.PROCESS, new Whoever());
        server = new HttpServer(
                new InetSocketAddress(address.listen(), address.port()),
                MasterRoutes.starting(MasterEndpoints.LEADERS_PATHS),
                services(),
                OpenFiles.httpLimits(),
                time);
        server.divert(processes);
    }

    private List<BindableService> services() {
        List<BindableService> services = new ArrayList<>(rpc.all());
        services.add(links);
        return services;
    }

    /** One that takes messages from anywhere. */
    static FrontDoor open(ServerAddress address, Time time) throws IOException {
        return open(address, false, time);
    }

    /**
     * @param requiresPeerAddress whether a message must come from the address of the process that it names
     * @throws IOException where the port is taken, for people
     */
    static FrontDoor open(ServerAddress address, boolean requiresPeerAddress, Time time) throws IOException {
        return new FrontDoor(address, requiresPeerAddress, time);
    }

    InetSocketAddress address() {
        return server.address();
    }

    void serve(HttpRoutes routes) {
        server.serve(routes);
    }

    /**
     * Gives libprocess' messages to somebody else from now on; at first nobody hears them. That they are taken does not
     * depend on it: the process is there whether this master leads or not.
     */
    void hear(MessageReceiver other) {
        master = other;
    }

    /** The one who hears at the moment. */
    private final class Whoever implements MessageReceiver {

        @Override
        public void receive(Message message) {
            master.receive(message);
        }

        @Override
        public CompletionStage<Void> room(Upid from) {
            return master.room(from);
        }
    }

    /** All processes that can be reached here, the master's own among them. */
    Processes processes() {
        return processes;
    }

    TransportCounts messageCounts() {
        return messageCounts;
    }

    HttpCounts httpCounts() {
        return server.counts();
    }

    AgentLinkHandler links() {
        return links;
    }

    RpcServices rpc() {
        return rpc;
    }

    private Executor loop() {
        return server.currentLoop();
    }

    /** Where timers of agents' links run. */
    Executor linkWork() {
        return linkWork;
    }

    @Override
    public void close() {
        server.close();
        Threads.shutDown(linkWork);
    }
}
