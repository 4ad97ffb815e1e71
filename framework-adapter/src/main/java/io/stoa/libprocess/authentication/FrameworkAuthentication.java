package io.stoa.libprocess.authentication;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.authentication.AuthenticationConfig;
import io.stoa.libprocess.LinkPurpose;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Processes;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.authentication.AuthenticationExchange.Outcome;
import io.stoa.libprocess.scheduler.SubscriptionGate;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.proto.libprocess.AuthenticateMessage;
import io.stoa.time.Time;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authenticator of a term: lets processes prove who they are, and frameworks subscribe that have. Gets what comes
 * for the master; each exchange is a process of its own. Logs, above DEBUG, nothing of processes that only claim to be
 * there.
 */
public final class FrameworkAuthentication implements SubscriptionGate, MessageReceiver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkAuthentication.class);
    private static final String EXCHANGE = "crammd5-authenticator-session";
    private static final int ID_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AuthenticationConfig config;
    private final String hostname;
    private final Peers peers;
    private final Processes processes;
    private final MasterCounts counts;
    private final Time time;

    private final Object lock = new Object();
    private final ExchangeTable underWay;
    private final Proofs proofs;
    private boolean closed;

    /** @param hostname of this master, which stands in challenges */
    public FrameworkAuthentication(
            AuthenticationConfig config,
            String hostname,
            Peers peers,
            Processes processes,
            MasterCounts counts,
            Time time) {
        this(config, hostname, peers, processes, counts, time, AuthenticationLimits.STANDARD);
    }

    FrameworkAuthentication(
            AuthenticationConfig config,
            String hostname,
            Peers peers,
            Processes processes,
            MasterCounts counts,
            Time time,
            AuthenticationLimits limits) {
        this.config = config;
        this.hostname = hostname;
        this.peers = peers;
        this.processes = processes;
        this.counts = counts;
        this.time = time;
        underWay = new ExchangeTable(limits);
        proofs = new Proofs(limits.proofs());
    }

    /**
     * Begins an exchange, in place of the one of that process that may be under way; takes AuthenticateMessage only.
     */
    @Override
    public void receive(Message message) {
        counts.count(MasterEvent.AUTHENTICATE);
        Optional<Upid> pid = pid(message);
        // Nobody speaks for a process elsewhere: he could keep it from subscribing.
        if (pid.isEmpty() || !pid.get().host().equals(message.from().host())) {
            counts.count(MasterEvent.AUTHENTICATIONS_DROPPED);
            LOG.debug("authentication of another process dropped from={}", message.from());
            return;
        }
        synchronized (lock) {
            if (!closed) {
                proofs.forget(pid.get());
                underWay.find(pid.get()).ifPresent(this::drop);
                makeRoom(pid.get().host());
                begin(pid.get(), message.from());
            }
        }
    }

    private static Optional<Upid> pid(Message message) {
        try {
            return Upid.parse(AuthenticateMessage.parseFrom(message.body()).getPid());
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private void makeRoom(String host) {
        while (underWay.isFull(host)) {
            counts.count(MasterEvent.AUTHENTICATIONS_DROPPED);
            drop(underWay.mostDispensable(host));
        }
    }

    private void begin(Upid pid, Upid authenticatee) {
        CramMd5 cram = CramMd5.at(hostname, time.epochMs());
        AuthenticationExchange exchange = new AuthenticationExchange(pid, authenticatee, cram, config.credentials());
        String id = nextId();
        LOG.debug("authenticating pid={} exchange={}", pid, id);
        underWay.add(exchange);
        Outcome outcome = exchange.begin(
                processes.register(id, message -> advance(exchange, message)),
                peers.link(id, authenticatee, LinkPurpose.AUTHENTICATION, () -> lost(exchange)),
                time.after(config.timeoutMs(), Runnable::run, () -> expire(exchange)));
        if (!(outcome instanceof Outcome.Pending)) {
            settle(exchange, outcome);
        }
    }

    /** Only who gets our messages knows it: nobody speaks in an exchange by naming another as its sender. */
    private static String nextId() {
        byte[] bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return EXCHANGE + "(" + HexFormat.of().formatHex(bytes) + ")";
    }

    private void advance(AuthenticationExchange exchange, Message message) {
        Runnable waiting = null;
        synchronized (lock) {
            Outcome outcome = exchange.receive(message);
            if (!exchange.isUnanswered()) {
                underWay.answered(exchange);
            }
            if (!(outcome instanceof Outcome.Pending)) {
                waiting = settle(exchange, outcome);
            }
        }
        if (waiting != null) {
            waiting.run();
        }
    }

    /** @return what waits for an answer, which a broken exchange is none of; to be run without the lock */
    private @Nullable Runnable settle(AuthenticationExchange exchange, Outcome outcome) {
        underWay.remove(exchange);
        if (outcome instanceof Outcome.Proven proven) {
            // Before the other side knows: it subscribes at once.
            proofs.put(exchange.pid(), proven.principal());
            LOG.info("authenticated principal={} pid={}", proven.principal(), exchange.pid());
        } else if (outcome instanceof Outcome.Broken broken && exchange.isUnanswered()) {
            LOG.debug("authentication broken pid={} why={}", exchange.pid(), broken.why());
        } else if (outcome instanceof Outcome.Broken broken) {
            LOG.warn("authentication broken pid={} why={}", exchange.pid(), broken.why());
        } else {
            LOG.info("authentication refused pid={} why=invalid credentials", exchange.pid());
        }
        exchange.conclude(outcome);
        return outcome instanceof Outcome.Broken ? null : exchange.waiting();
    }

    private void lost(AuthenticationExchange exchange) {
        synchronized (lock) {
            if (underWay.remove(exchange)) {
                LOG.debug("authentication broken pid={} why=its process is gone", exchange.pid());
                exchange.abandon();
            }
        }
    }

    private void expire(AuthenticationExchange exchange) {
        synchronized (lock) {
            if (underWay.remove(exchange)) {
                if (!exchange.isUnanswered()) {
                    LOG.warn("authentication timed out pid={} timeoutMs={}", exchange.pid(), config.timeoutMs());
                }
                exchange.abandon();
            }
        }
    }

    private void drop(AuthenticationExchange exchange) {
        underWay.remove(exchange);
        exchange.abandon();
    }

    @Override
    public void admit(Upid from, FrameworkInfo info, Consumer<Admission> then) {
        Admission admission;
        synchronized (lock) {
            Optional<AuthenticationExchange> exchange = underWay.find(from);
            if (exchange.isPresent()) {
                LOG.info("subscription waits for the authentication of pid={} name={}", from, info.getName());
                exchange.get().whenOver(() -> admit(from, info, then));
                return;
            }
            admission = admission(from, info);
        }
        then.accept(admission);
    }

    private Admission admission(Upid from, FrameworkInfo info) {
        Optional<String> principal = proofs.find(from);
        if (config.frameworks() && principal.isEmpty()) {
            return new Admission.Refused("Framework at " + from + " is not authenticated");
        }
        return principal
                .filter(proven -> info.hasPrincipal() && !info.getPrincipal().equals(proven))
                .<Admission>map(proven -> new Admission.Refused("Framework principal '" + info.getPrincipal()
                        + "' does not match authenticated principal '" + proven + "'"))
                .orElseGet(() -> new Admission.Granted(principal));
    }

    @Override
    public void left(Upid pid) {
        synchronized (lock) {
            proofs.forget(pid);
        }
    }

    /** The term is over: all exchanges end without another word. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            underWay.all().forEach(this::drop);
        }
    }
}
