package io.stoa.proto.mesos;

/** Which Mesos masters and agents answer for. */
public final class MesosVersion {

    /** Clients compare it with what they need. */
    public static final String EMULATED = "1.11.0";

    private MesosVersion() {}
}
