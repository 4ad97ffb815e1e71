package io.stoa.cli;

import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that changes something by a call of Mesos' operator API; it is done when the master says so. */
abstract class CallCommand implements Runnable {

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param master to look up what the call needs */
    abstract Call call(HttpEndpoint master);

    /** What has been done, in one line. */
    abstract String done();

    @Override
    public final void run() {
        HttpEndpoint master = cluster.connect();
        master.call(call(master));
        Terminal.tell(spec.commandLine().getErr(), done());
    }
}
