package io.stoa.master.election;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.detector.LeaderNodes;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.api.transaction.TransactionOp;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Makes and removes the znodes of candidacies: the JSON, which the name stands for, and beside it the protobuf. Both in
 * one step, so that no client ever takes for the leader who is none for the others.
 */
final class CandidateNodes {

    private static final byte[] NOTHING = {};

    private final CuratorFramework client;
    private final String path;

    /** @param path the masters' parent */
    CandidateNodes(CuratorFramework client, String path) {
        this.client = client;
        this.path = path;
    }

    /** Makes both, and their parent where it is missing. */
    void create(MasterInfo info, Created then) {
        create(info, then, true);
    }

    private void create(MasterInfo info, Created then, boolean mayLackParent) {
        TransactionOp operations = client.transactionOp();
        background(() -> client.transaction()
                .inBackground((session, event) -> {
                    Code code = Code.get(event.getResultCode());
                    if (code == Code.NONODE && mayLackParent) {
                        createParent(() -> create(info, then, false));
                    } else {
                        then.created(code, code == Code.OK ? jsonOf(event) : "");
                    }
                })
                .forOperations(
                        operations
                                .create()
                                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                                .forPath(path + "/" + LeaderNodes.PREFIX, json(info)),
                        operations
                                .create()
                                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                                .forPath(path + "/" + LeaderNodes.OLD_PREFIX, info.toByteArray())));
    }

    /** @see #create(MasterInfo, Created) */
    interface Created {

        /** @param json the name of the JSON; empty where there is none */
        void created(Code code, String json);
    }

    private String jsonOf(CuratorEvent event) {
        return event.getOpResults().get(0).getResultPath().substring(path.length() + 1);
    }

    private void createParent(Runnable then) {
        background(() -> client.create()
                .creatingParentsIfNeeded()
                .inBackground((session, event) -> then.run())
                .forPath(path, NOTHING));
    }

    /** As Mesos writes it: in the old form of the message, which has names for all capabilities. */
    private static byte[] json(MasterInfo info) throws InvalidProtocolBufferException {
        return MesosJson.printSorted(org.apache.mesos.Protos.MasterInfo.parseFrom(info.toByteString()));
    }

    /** Removes both, also where one is missing already. */
    void delete(String json, Runnable then) {
        TransactionOp operations = client.transactionOp();
        String old = LeaderNodes.oldOf(json);
        background(() -> client.transaction()
                .inBackground((session, event) -> {
                    if (Code.get(event.getResultCode()) == Code.OK) {
                        then.run();
                    } else {
                        deleteOne(old, ignored -> deleteOne(json, alike -> then.run()));
                    }
                })
                .forOperations(
                        operations.delete().forPath(path + "/" + old),
                        operations.delete().forPath(path + "/" + json)));
    }

    private void deleteOne(String name, Consumer<CuratorEvent> then) {
        background(() -> client.delete()
                .guaranteed()
                .inBackground((session, event) -> then.accept(event))
                .forPath(path + "/" + name));
    }

    /** Failures of the connection are repeated by Curator; there are no others that could be mended here. */
    private void background(ZooKeeperClients.Request request) {
        ZooKeeperClients.background(client, request);
    }
}
