package io.stoa.itests.libprocess;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.authentication.AuthenticationConfig;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.authentication.Credentials;
import io.stoa.master.Master;
import io.stoa.master.MasterConfig;
import io.stoa.proto.libprocess.AuthenticateMessage;
import io.stoa.proto.libprocess.AuthenticationStartMessage;
import io.stoa.proto.libprocess.AuthenticationStepMessage;
import io.stoa.proto.libprocess.FrameworkErrorMessage;
import io.stoa.proto.libprocess.FrameworkRegisteredMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master that lets in only frameworks that authenticate, and what libmesos was recorded to say to one. */
@Timeout(120)
class LibprocessAuthenticationTest {

    private static final String AUTHENTICATEE = "crammd5-authenticatee(1)";
    private static final String CALL = "mesos.scheduler.Call";
    private static final String DRIVER = "scheduler-1";

    /** Where the recorded master, driver and agent were. */
    private static final String MASTER_WAS = "127.0.0.1:5050";

    private static final String DRIVER_WAS = "127.0.0.1:7070";
    private static final String AGENT_WAS = "127.0.0.1:5051";

    @TempDir
    private Path directory;

    private Master master;

    private FrameworkID registered = FrameworkID.getDefaultInstance();

    @BeforeEach
    void start() throws Exception {
        MasterConfig local = MasterConfig.local(directory, 0);
        Credentials credentials = Credentials.of(Map.of("golden", "golden-secret", "agentp", "agent-secret"));
        master = Master.start(new MasterConfig(
                local.address(),
                local.storage(),
                local.links(),
                local.scheduler(),
                local.allocator(),
                new AuthenticationConfig(
                        credentials,
                        true,
                        15_000,
                        Optional.of(new BasicAuthentication(AuthenticationConfig.SCHEDULER_REALM, credentials))),
                local.history(),
                false,
                local.cluster(),
                local.flags()));
        master.firstLeader().get();
    }

    @AfterEach
    void stop() {
        master.close();
    }

    /** An agent and a driver with the right secrets, a driver with a wrong one, and one without any. */
    @Test
    void theRecordingIsAnsweredAlike() throws Exception {
        List<CapturedMessage> recording =
                CapturedMessage.of("/golden/libprocess/11-cram-md5-authentication.txt").stream()
                        .filter(LibprocessAuthenticationTest::isOfAuthentication)
                        .toList();
        assertThat(recording).as("what is replayed").hasSize(23);
        String challenge = "";
        String exchange = "";
        try (ScriptedPeer agent = new ScriptedPeer(master.address());
                ScriptedPeer driver = new ScriptedPeer(master.address())) {
            for (CapturedMessage recorded : recording) {
                boolean isAgents =
                        recorded.sender().equals("agent") || recorded.receiver().equals("agent");
                ScriptedPeer peer = isAgents ? agent : driver;
                String was = isAgents ? AGENT_WAS : DRIVER_WAS;
                if (recorded.receiver().equals("master")) {
                    List<String> head = new ArrayList<>(recorded.headWith(was, peer.address()));
                    head.set(0, head.get(0).replaceFirst("^POST /crammd5-authenticator-[^/]*", "POST /" + exchange));
                    peer.say(head, body(recorded, challenge, was, peer.address()));
                } else {
                    CapturedMessage actual = peer.isTold();
                    exchange = actual.from();
                    assertThat(withoutAddresses(actual.head(), peer.address()))
                            .isEqualTo(withoutAddresses(recorded.headWith(was, peer.address()), peer.address()));
                    challenge = compareBodies(recorded, actual, was, peer.address());
                }
            }
        }
    }

    /** Offers are not sent: there is no agent. */
    private static boolean isOfAuthentication(CapturedMessage message) {
        return message.name().startsWith("mesos.internal.Authenticat")
                || message.name().equals(CALL)
                || message.name().equals("mesos.internal.FrameworkRegisteredMessage")
                || message.name().equals("mesos.internal.FrameworkErrorMessage");
    }

    /** Who is meant, wherever he listens, and whatever the exchange is called. */
    private List<String> withoutAddresses(List<String> head, String peer) {
        String ours = "127.0.0.1:" + master.address().getPort();
        return head.stream()
                .map(line -> line.replace(ours, "MASTER")
                        .replace(MASTER_WAS, "MASTER")
                        .replace(peer, "PEER"))
                .map(line -> line.replaceAll("session\\([0-9a-f]+\\)", "session(N)"))
                .toList();
    }

    private byte[] body(CapturedMessage recorded, String challenge, String was, String is) throws Exception {
        return switch (recorded.name()) {
            case "mesos.internal.AuthenticateMessage" -> {
                AuthenticateMessage message = AuthenticateMessage.parseFrom(recorded.body());
                yield message.toBuilder()
                        .setPid(message.getPid().replace(was, is))
                        .build()
                        .toByteArray();
            }
            case "mesos.internal.AuthenticationStepMessage" -> {
                String principal = AuthenticationStepMessage.parseFrom(recorded.body())
                        .getData()
                        .toStringUtf8()
                        .split(" ", -1)[0];
                // The wrong one is said in the third exchange.
                boolean isRight = !recorded.head().get(0).contains("session(3)");
                String secret = principal.equals("agentp") ? "agent-secret" : "golden-secret";
                yield step(challenge, principal, isRight ? secret : "wrong").toByteArray();
            }
            case CALL -> {
                Call call = Call.parseFrom(recorded.body());
                yield call.getType() == Call.Type.TEARDOWN
                        ? call.toBuilder().setFrameworkId(registered).build().toByteArray()
                        : recorded.body();
            }
            default -> recorded.body();
        };
    }

    /** @return the challenge, where the message is one */
    private String compareBodies(CapturedMessage recorded, CapturedMessage actual, String was, String is)
            throws Exception {
        switch (recorded.name()) {
            case "mesos.internal.AuthenticationStepMessage" -> {
                String challenge = AuthenticationStepMessage.parseFrom(actual.body())
                        .getData()
                        .toStringUtf8();
                assertThat(challenge).matches("<[0-9]+\\.[0-9]+@[^<>@]+>");
                return challenge;
            }
            case "mesos.internal.FrameworkRegisteredMessage" ->
                registered = FrameworkID.newBuilder()
                        .setValue(FrameworkRegisteredMessage.parseFrom(actual.body())
                                .getFrameworkId()
                                .getValue())
                        .build();
            case "mesos.internal.FrameworkErrorMessage" ->
                assertThat(FrameworkErrorMessage.parseFrom(actual.body()).getMessage())
                        .isEqualTo(FrameworkErrorMessage.parseFrom(recorded.body())
                                .getMessage()
                                .replace(was, is));
            default -> assertThat(actual.body()).isEqualTo(recorded.body());
        }
        return "";
    }

    @Test
    void aSubscriptionWaitsForTheAuthenticationUnderWay() throws Exception {
        try (ScriptedPeer driver = new ScriptedPeer(master.address())) {
            String exchange = authenticate(driver);
            driver.say(DRIVER, "master", CALL, subscribe(""));
            String challenge = start(driver, exchange);
            driver.say(
                    AUTHENTICATEE,
                    exchange,
                    "mesos.internal.AuthenticationStepMessage",
                    step(challenge, "golden", "golden-secret"));

            assertThat(driver.isTold().name()).isEqualTo("mesos.internal.AuthenticationCompletedMessage");
            assertThat(driver.isTold().name()).isEqualTo("mesos.internal.FrameworkRegisteredMessage");
        }
    }

    @Test
    void aFrameworkOfAnotherPrincipalIsRefused() throws Exception {
        try (ScriptedPeer driver = new ScriptedPeer(master.address())) {
            authenticated(driver);
            driver.say(DRIVER, "master", CALL, subscribe("other"));

            assertThat(FrameworkErrorMessage.parseFrom(driver.isTold().body()).getMessage())
                    .isEqualTo("Framework principal 'other' does not match authenticated principal 'golden'");
        }
    }

    @Test
    void aFrameworkThatWasTornDownHasToAuthenticateAgain() throws Exception {
        try (ScriptedPeer driver = new ScriptedPeer(master.address())) {
            authenticated(driver);
            driver.say(DRIVER, "master", CALL, subscribe("golden"));
            FrameworkRegisteredMessage answer =
                    FrameworkRegisteredMessage.parseFrom(driver.isTold().body());
            driver.say(
                    DRIVER,
                    "master",
                    CALL,
                    Call.newBuilder()
                            .setType(Call.Type.TEARDOWN)
                            .setFrameworkId(FrameworkID.newBuilder()
                                    .setValue(answer.getFrameworkId().getValue()))
                            .build());
            await().until(driver::isLeft);
            driver.say(DRIVER, "master", CALL, subscribe("golden"));

            assertThat(FrameworkErrorMessage.parseFrom(driver.isTold().body()).getMessage())
                    .isEqualTo("Framework at " + DRIVER + "@" + driver.address() + " is not authenticated");
        }
    }

    @Test
    void theDoorOverHttpIsGuardedByTheSameCredentials() throws Exception {
        HttpRequest.Builder call = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + master.address().getPort() + "/api/v1/scheduler"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"none\"}}"));
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> stranger = client.send(call.build(), BodyHandlers.ofString());
        String pair = Base64.getEncoder().encodeToString("golden:golden-secret".getBytes(UTF_8));
        HttpResponse<String> golden =
                client.send(call.header("Authorization", "Basic " + pair).build(), BodyHandlers.ofString());

        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(golden.body()).isEqualTo("Framework cannot be found");
    }

    private static void authenticated(ScriptedPeer driver) throws Exception {
        String exchange = authenticate(driver);
        String challenge = start(driver, exchange);
        driver.say(
                AUTHENTICATEE,
                exchange,
                "mesos.internal.AuthenticationStepMessage",
                step(challenge, "golden", "golden-secret"));
        assertThat(driver.isTold().name()).isEqualTo("mesos.internal.AuthenticationCompletedMessage");
    }

    /** @return the process that the master has made for it */
    private static String authenticate(ScriptedPeer driver) throws Exception {
        driver.say(
                AUTHENTICATEE,
                "master",
                "mesos.internal.AuthenticateMessage",
                AuthenticateMessage.newBuilder()
                        .setPid(DRIVER + "@" + driver.address())
                        .build());
        CapturedMessage mechanisms = driver.isTold();
        assertThat(mechanisms.name()).isEqualTo("mesos.internal.AuthenticationMechanismsMessage");
        return mechanisms.from();
    }

    /** @return the challenge */
    private static String start(ScriptedPeer driver, String exchange) throws Exception {
        driver.say(
                AUTHENTICATEE,
                exchange,
                "mesos.internal.AuthenticationStartMessage",
                AuthenticationStartMessage.newBuilder().setMechanism("CRAM-MD5").build());
        return AuthenticationStepMessage.parseFrom(driver.isTold().body())
                .getData()
                .toStringUtf8();
    }

    private static AuthenticationStepMessage step(String challenge, String principal, String secret) throws Exception {
        Mac mac = Mac.getInstance("HmacMD5");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacMD5"));
        String digest = HexFormat.of().formatHex(mac.doFinal(challenge.getBytes(UTF_8)));
        return AuthenticationStepMessage.newBuilder()
                .setData(ByteString.copyFromUtf8(principal + " " + digest))
                .build();
    }

    private static Call subscribe(String principal) {
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder().setUser("root").setName("golden-driver");
        if (!principal.isEmpty()) {
            info.setPrincipal(principal);
        }
        return Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info))
                .build();
    }
}
