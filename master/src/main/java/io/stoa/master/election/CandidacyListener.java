package io.stoa.master.election;

import org.apache.mesos.v1.Protos.MasterInfo;

/** Learns how a master's candidacy goes; called on ZooKeeper's event thread, must not block. */
public interface CandidacyListener {

    /** @param info what was published of this master: it leads under this id */
    void elected(MasterInfo info);

    /** This master leads no more; it contends again by itself, under another id. */
    void deposed();
}
