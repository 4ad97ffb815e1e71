package io.stoa.agent.check;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stoa.time.SystemTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What checking a host full of tasks takes. */
class ManyChecksTest {

    private static final int TASKS = 1_000;
    private static final TaskStatus STATUS = TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setState(TaskState.TASK_RUNNING)
            .build();

    @Test
    @Timeout(120)
    void aThousandTasksAreCheckedByOneThreadAndNoProcess() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger healthy = new AtomicInteger();
        AtomicInteger listening = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TASKS);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        // Whatever thread one of them starts is in it, too.
        ThreadGroup threads = new ThreadGroup("checking");
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(threads, work));
        long processes = ProcessHandle.current().descendants().count();
        try (SystemTime time = new SystemTime();
                Checks checks = new Checks(time, thread)) {
            List<TaskChecks> running = new ArrayList<>();
            thread.submit(() -> {
                        for (int i = 0; i < TASKS; i++) {
                            TaskInfo task = task(i, server.getAddress().getPort());
                            CheckHistory history = new CheckHistory();
                            history.add(STATUS);
                            running.add(checks.start(
                                    task, graceMs -> {}, history, new Counting(history, healthy, listening)));
                        }
                    })
                    .get();
            await(Duration.ofSeconds(90))
                    .until(() -> asked.get() >= 3 * TASKS && healthy.get() >= TASKS && listening.get() >= TASKS);
            assertThat(healthy).hasValue(TASKS);
            assertThat(listening).hasValue(TASKS);
            // That of the connections, beside the agent's own and that of its timers.
            assertThat(threads.activeCount()).isEqualTo(3);
            // Those of tests before may end meanwhile.
            assertThat(ProcessHandle.current().descendants().count()).isLessThanOrEqualTo(processes);
            thread.submit(() -> running.forEach(TaskChecks::stop)).get();
        } finally {
            server.stop(0);
            thread.shutdown();
            assertThat(thread.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private record Counting(CheckHistory history, AtomicInteger healthy, AtomicInteger listening)
            implements CheckListener {

        @Override
        public void checked(CheckStatusInfo result) {
            history.add(STATUS.toBuilder()
                    .setReason(Reason.REASON_TASK_CHECK_STATUS_UPDATED)
                    .setCheckStatus(result)
                    .build());
            if (result.getTcp().getSucceeded()) {
                listening.incrementAndGet();
            }
        }

        @Override
        public void healthChanged(boolean isHealthy) {
            history.add(STATUS.toBuilder()
                    .setReason(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED)
                    .setHealthy(isHealthy)
                    .build());
            healthy.addAndGet(isHealthy ? 1 : -1);
        }

        @Override
        public void hopeless() {}
    }

    private static TaskInfo task(int number, int port) {
        return TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(TaskID.newBuilder().setValue("t" + number))
                .setAgentId(AgentID.newBuilder().setValue("a"))
                .setHealthCheck(HealthCheck.newBuilder()
                        .setType(HealthCheck.Type.HTTP)
                        .setHttp(HealthCheck.HTTPCheckInfo.newBuilder().setPort(port))
                        .setDelaySeconds(number / (double) TASKS)
                        .setIntervalSeconds(1)
                        .setConsecutiveFailures(1_000))
                .setCheck(CheckInfo.newBuilder()
                        .setType(CheckInfo.Type.TCP)
                        .setTcp(CheckInfo.Tcp.newBuilder().setPort(port))
                        .setDelaySeconds(number / (double) TASKS)
                        .setIntervalSeconds(1))
                .build();
    }
}
