package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.state.journal.InMemoryJournal;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

class WatchFailoverTest {

    private final InMemoryJournal journal = new InMemoryJournal();

    @Test
    void aWatcherGoesOnWithoutGapAtAMasterThatFollowed() throws Exception {
        try (Cluster first = new Cluster(journal).lead();
                Cluster second = new Cluster(journal);
                RpcServer server = new RpcServer()) {
            WatchLog log = new WatchLog(server.watchLog());
            second.state.addFollower(log);
            first.with(Cluster.agent("a1", "cpus:100"), Cluster.framework("s1", "web"));
            await().until(() -> log.version() == first.snapshot().version().value());
            Picture picture = Picture.of(first.snapshot(), Scope.of(Selection.getDefaultInstance()));
            for (int i = 0; i < 10; i++) {
                first.with(Cluster.task("s1", "t" + i, "a1", "web", "cpus:1"));
            }
            second.lead();
            server.leadingWith(second, log);
            for (int i = 0; i < 10; i++) {
                second.with(Cluster.status("s1", "t" + i, TaskState.TASK_FINISHED));
            }
            Reader<WatchRequest, Changes> reader = Reader.eager();
            ClusterServiceGrpc.newStub(server.channel())
                    .watch(WatchRequest.newBuilder().setVersion(picture.version).build(), reader);
            long target = second.snapshot().version().value();
            while (picture.version < target) {
                picture.apply(reader.next());
            }
            assertThat(picture).isEqualTo(Picture.of(second.snapshot(), Scope.of(Selection.getDefaultInstance())));
        }
    }
}
