package io.stoa.driver.scheduler;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the master is told of the framework whenever it subscribes: its {@code FrameworkInfo}, suppressed roles, offer
 * constraints. Belongs to the driver's loop.
 */
final class FrameworkDescription {

    private static final int USER = 1;
    private static final int NAME = 2;
    private static final int ID = 3;
    private static final int FAILOVER_TIMEOUT = 4;
    private static final int HOSTNAME = 7;
    private static final int CAPABILITIES = 10;
    private static final int ROLES = 12;
    private static final int PARTITION_AWARE = 5;

    private WireMessage info;
    private Set<String> suppressedRoles;
    private byte[] constraints = new byte[0];

    /** @param framework a {@code FrameworkInfo} */
    FrameworkDescription(WireMessage framework, Collection<String> suppressedRoles) {
        info = framework;
        this.suppressedRoles = new LinkedHashSet<>(suppressedRoles);
    }

    /** A {@code FrameworkInfo} with the user and the host filled in that it lacks, as Mesos does. */
    static WireMessage complete(byte[] framework) throws MalformedMessageException {
        WireMessage given = WireMessage.parse(framework);
        WireWriter complete = new WireWriter().raw(framework);
        if (given.text(USER, "").isEmpty()) {
            complete.text(USER, System.getProperty("user.name", ""));
        }
        if (given.text(HOSTNAME, "").isEmpty()) {
            try {
                complete.text(HOSTNAME, InetAddress.getLocalHost().getCanonicalHostName());
            } catch (UnknownHostException e) {
                // Then the master is told none.
                return WireMessage.parse(complete.toByteArray());
            }
        }
        return WireMessage.parse(complete.toByteArray());
    }

    /** A {@code FrameworkID}, empty before the first registration. */
    byte[] id() {
        return hasId() ? info.bytes(ID) : new byte[0];
    }

    boolean hasId() {
        return !idText(info).isEmpty();
    }

    static String idText(WireMessage framework) {
        try {
            return framework.message(ID).text(1, "");
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("an id that the bindings have written", e);
        }
    }

    String idText() {
        return idText(info);
    }

    /** {@code M-0000 (name)}, or its name alone before the first registration: for the log. */
    String label() {
        String name = info.text(NAME, "");
        return hasId() ? idText() + " (" + name + ")" : "(" + name + ")";
    }

    void identify(byte[] frameworkId) throws MalformedMessageException {
        info = WireMessage.parse(
                new WireWriter().allBut(info, ID).bytes(ID, frameworkId).toByteArray());
    }

    void update(WireMessage framework, Collection<String> suppressed, byte[] offerConstraints) {
        info = framework;
        suppressedRoles = new LinkedHashSet<>(suppressed);
        constraints = offerConstraints;
    }

    /** @param roles none: all */
    void revive(Collection<String> roles) {
        if (roles.isEmpty()) {
            suppressedRoles.clear();
        } else {
            suppressedRoles.removeAll(roles);
        }
    }

    /** @param roles none: all */
    void suppress(Collection<String> roles) {
        if (roles.isEmpty()) {
            suppressedRoles = new LinkedHashSet<>(info.texts(ROLES));
        } else {
            suppressedRoles.addAll(roles);
        }
    }

    /** The framework understands TASK_DROPPED and the like. */
    boolean partitionAware() {
        List<WireMessage> capabilities = new ArrayList<>();
        try {
            capabilities.addAll(info.messages(CAPABILITIES));
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("capabilities that the bindings have written", e);
        }
        return capabilities.stream().anyMatch(capability -> capability.integer(1, 0) == PARTITION_AWARE);
    }

    /** 0: none. */
    double failoverTimeoutSeconds() {
        return info.decimal(FAILOVER_TIMEOUT, 0);
    }

    byte[] subscribe() {
        return Calls.subscribe(id(), info.toByteArray(), suppressedRoles, constraints);
    }

    byte[] updateFramework() {
        return Calls.updateFramework(id(), info.toByteArray(), suppressedRoles, constraints);
    }
}
