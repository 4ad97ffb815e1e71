package io.stoa.cli;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.stoa.cli.run.Subscription;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

    private final CountDownLatch tearDownCame = new CountDownLatch(1);
    private final CountDownLatch tearDownIsAnswered = new CountDownLatch(1);
    private final List<Call.Type> calls = Collections.synchronizedList(new ArrayList<>());

    @AutoClose
    private final StubCluster master = new StubCluster().on("/api/v1/scheduler", this::answer);

    @AfterEach
    void close() {
        tearDownIsAnswered.countDown();
    }

    @Test
    void whoeverTearsDownSecondWaitsForTheAnswerToTheFirst() throws Exception {
        HttpEndpoint endpoint = new HttpEndpoint("master", URI.create("http://" + master.address()));
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        FrameworkInfo framework =
                FrameworkInfo.newBuilder().setName("f").setUser("u").build();
        try (Subscription subscription = new Subscription(() -> endpoint, framework, new SystemTime(), told::add)) {
            Call tearDown = Call.newBuilder()
                    .setType(Call.Type.TEARDOWN)
                    .setFrameworkId(FrameworkID.newBuilder().setValue("F"))
                    .build();
            Thread first = new Thread(() -> subscription.tearDown(tearDown));
            Thread second = new Thread(() -> subscription.tearDown(tearDown));
            first.start();
            tearDownCame.await();
            second.start();
            await().until(() -> second.getState() != Thread.State.NEW && second.getState() != Thread.State.RUNNABLE);
            assertThat(second.isAlive()).isTrue();

            tearDownIsAnswered.countDown();
            first.join();
            second.join();
        }
        assertThat(calls).containsExactly(Call.Type.SUBSCRIBE, Call.Type.TEARDOWN);
        assertThat(told).isEmpty();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Call call = Call.parseFrom(exchange.getRequestBody());
        calls.add(call.getType());
        if (call.getType() == Call.Type.SUBSCRIBE) {
            exchange.sendResponseHeaders(200, 0);
            return;
        }
        tearDownCame.countDown();
        try {
            tearDownIsAnswered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(202, -1);
    }
}
