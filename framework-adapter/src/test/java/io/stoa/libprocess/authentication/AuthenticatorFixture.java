package io.stoa.libprocess.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.stoa.authentication.AuthenticationConfig;
import io.stoa.authentication.Credentials;
import io.stoa.libprocess.FakePeers;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SubscriptionGate.Admission;
import io.stoa.metrics.MasterCounts;
import io.stoa.proto.libprocess.AuthenticateMessage;
import io.stoa.proto.libprocess.AuthenticationErrorMessage;
import io.stoa.proto.libprocess.AuthenticationMechanismsMessage;
import io.stoa.proto.libprocess.AuthenticationStartMessage;
import io.stoa.proto.libprocess.AuthenticationStepMessage;
import io.stoa.time.ManualTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** An authenticator among fakes, and somebody who speaks libmesos' part. */
final class AuthenticatorFixture {

    static final int TIMEOUT_MS = 15_000;

    final ManualTime time = new ManualTime(1_795_000_000_000L);
    final FakePeers peers = new FakePeers(Runnable::run);
    final FakeProcesses processes = new FakeProcesses();
    final MasterCounts counts = new MasterCounts();
    final FrameworkAuthentication authentication;

    AuthenticatorFixture(boolean required, AuthenticationLimits limits) {
        authentication = new FrameworkAuthentication(
                new AuthenticationConfig(
                        Credentials.of(Map.of("golden", "golden-secret")), required, TIMEOUT_MS, Optional.empty()),
                "vm",
                peers,
                processes,
                counts,
                time,
                limits);
    }

    static Upid pid(String text) {
        return Upid.parse(text).orElseThrow();
    }

    static Upid authenticateeOf(Upid pid) {
        return pid.withId("crammd5-authenticatee(1)");
    }

    void authenticate(Upid pid) {
        authenticate(authenticateeOf(pid), pid);
    }

    void authenticate(Upid from, Upid pid) {
        authentication.receive(message(
                from,
                "master",
                AuthenticateMessage.newBuilder().setPid(pid.toString()).build()));
    }

    void start(Upid from, String to, String mechanism) {
        processes.send(message(
                from,
                to,
                AuthenticationStartMessage.newBuilder().setMechanism(mechanism).build()));
    }

    void step(Upid from, String to, byte[] data) {
        processes.send(message(
                from,
                to,
                AuthenticationStepMessage.newBuilder()
                        .setData(ByteString.copyFrom(data))
                        .build()));
    }

    /** The whole of it, as libmesos does it. */
    void authenticate(Upid pid, String principal, String secret) {
        authenticate(pid);
        String exchange = last().from();
        start(authenticateeOf(pid), exchange, "CRAM-MD5");
        step(authenticateeOf(pid), exchange, response(challenge(), principal, secret));
    }

    String challenge() {
        try {
            return AuthenticationStepMessage.parseFrom(last().body()).getData().toStringUtf8();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(last().name(), e);
        }
    }

    static byte[] response(String challenge, String principal, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacMD5"));
            return (principal + " " + HexFormat.of().formatHex(mac.doFinal(challenge.getBytes(UTF_8)))).getBytes(UTF_8);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Message message(Upid from, String to, MessageLite body) {
        return new Message(from, to, "mesos.internal." + body.getClass().getSimpleName(), body.toByteArray());
    }

    FakePeers.Sent last() {
        List<FakePeers.Sent> sent = peers.sent();
        return sent.get(sent.size() - 1);
    }

    /** The names of what was sent to somebody, without their package, in order. */
    List<String> sentTo(Upid to) {
        return peers.sent().stream()
                .filter(sent -> sent.to().equals(to))
                .map(sent -> sent.name().substring("mesos.internal.".length()))
                .toList();
    }

    String lastError() {
        try {
            return AuthenticationErrorMessage.parseFrom(last().body()).getError();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(last().name(), e);
        }
    }

    List<String> lastMechanisms() {
        try {
            return AuthenticationMechanismsMessage.parseFrom(last().body()).getMechanismsList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(last().name(), e);
        }
    }

    /** The answers, all that have come so far; grows when another comes. */
    List<Admission> admit(Upid from, String principal) {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder().setUser("root").setName("golden");
        if (!principal.isEmpty()) {
            info.setPrincipal(principal);
        }
        List<Admission> answers = new ArrayList<>();
        authentication.admit(from, info.build(), answers::add);
        return answers;
    }

    double count(String figure) {
        Map<String, Double> figures = new TreeMap<>();
        counts.addTo(figures);
        return figures.getOrDefault("master/" + figure, -1.0);
    }
}
