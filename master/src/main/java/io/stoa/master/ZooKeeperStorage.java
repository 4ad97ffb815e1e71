package io.stoa.master;

import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import io.stoa.state.journal.zookeeper.ZooKeeperJournal;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The ZooKeeper that a master works with, its own or an ensemble elsewhere, and the journal in it. */
final class ZooKeeperStorage implements AutoCloseable {

    /** Where Mesos is by custom. */
    private static final String PATH = "/mesos";

    private final @Nullable EmbeddedZooKeeper embedded;
    private final ZooKeeperUrl url;
    private final ZooKeeperJournal journal;

    private ZooKeeperStorage(@Nullable EmbeddedZooKeeper embedded, ZooKeeperUrl url, ZooKeeperJournal journal) {
        this.embedded = embedded;
        this.url = url;
        this.journal = journal;
    }

    /** @throws IOException where ZooKeeper does not start or cannot be reached, for people */
    static ZooKeeperStorage open(MasterConfig.Storage config) throws IOException {
        EmbeddedZooKeeper own = config.zooKeeper().isPresent()
                ? null
                : EmbeddedZooKeeper.start(config.workDir().resolve("zookeeper"), 0);
        try {
            ZooKeeperUrl url = own == null ? config.zooKeeper().orElseThrow() : own.url(PATH);
            return new ZooKeeperStorage(own, url, ZooKeeperJournal.open(url, config.sessionTimeoutMs()));
        } catch (JournalException e) {
            if (own != null) {
                own.close();
            }
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Whether ZooKeeper runs in this process, so that no other master can be there. */
    boolean isOwn() {
        return embedded != null;
    }

    ZooKeeperUrl url() {
        return url;
    }

    ZooKeeperJournal journal() {
        return journal;
    }

    @Override
    public void close() {
        journal.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}
