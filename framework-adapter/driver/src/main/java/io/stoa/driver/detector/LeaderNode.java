package io.stoa.driver.detector;

import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A master's node: {@code json.info_} and ten digits with a {@code MasterInfo} in JSON, or, of masters before 0.24,
 * {@code info_} and ten digits with one in protobuf. The lowest number leads.
 */
final class LeaderNode {

    private static final String JSON = "json.info_";
    private static final String PROTOBUF = "info_";
    private static final int DIGITS = 10;

    private final String name;
    private final byte[] data;

    LeaderNode(String name, byte[] data) {
        this.name = name;
        this.data = data;
    }

    /**
     * The name of the leader's node. A master may have one of each kind; the older kind counts only where there is no
     * other.
     */
    static @Nullable String leading(List<String> names) {
        String leading = lowest(names, JSON);
        return leading != null ? leading : lowest(names, PROTOBUF);
    }

    private static @Nullable String lowest(List<String> names, String prefix) {
        String lowest = null;
        for (String name : names) {
            // Names of one kind have one length, so that their order is that of their numbers.
            if (name.startsWith(prefix)
                    && name.length() == prefix.length() + DIGITS
                    && (lowest == null || name.compareTo(lowest) < 0)) {
                lowest = name;
            }
        }
        return lowest;
    }

    String name() {
        return name;
    }

    /** @throws IOException if it does not say where the master listens */
    Leader leader() throws IOException {
        byte[] info = name.startsWith(JSON) ? fromJson() : data;
        WireMessage master = WireMessage.parse(info);
        WireMessage address = master.message(7);
        String host = address.text(2, address.text(1, ""));
        int port = address.integer(3, master.integer(3, 5050));
        String pid = master.text(4, "");
        if (host.isEmpty() && pid.startsWith("master@") && pid.lastIndexOf(':') > 0) {
            host = pid.substring("master@".length(), pid.lastIndexOf(':'));
        }
        if (host.isEmpty()) {
            host = master.text(5, "");
        }
        if (host.isEmpty() || port <= 0 || port > 65535) {
            throw new IOException(
                    "address of the master: '" + host + "', port " + port + " (expected: a host and 1 to 65535)");
        }
        return new Leader(host, port, info);
    }

    private byte[] fromJson() throws IOException {
        Map<String, Object> json = Json.object(new String(data, StandardCharsets.UTF_8));
        WireWriter info = new WireWriter()
                .text(1, text(json, "id"))
                .integer(2, number(json, "ip"))
                .integer(3, number(json, "port"))
                .text(4, text(json, "pid"))
                .text(5, text(json, "hostname"));
        if (json.get("version") instanceof String) {
            info.text(6, text(json, "version"));
        }
        if (json.get("address") instanceof Map) {
            @SuppressWarnings("unchecked") // An object's names are texts.
            Map<String, Object> address = (Map<String, Object>) json.get("address");
            info.message(
                    7,
                    new WireWriter()
                            .text(1, text(address, "hostname"))
                            .text(2, text(address, "ip"))
                            .integer(3, number(address, "port")));
        }
        return info.toByteArray();
    }

    private static String text(Map<String, Object> json, String name) {
        Object value = json.get(name);
        return value instanceof String ? (String) value : "";
    }

    private static long number(Map<String, Object> json, String name) {
        Object value = json.get(name);
        return value instanceof Number ? ((Number) value).longValue() : 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LeaderNode
                && name.equals(((LeaderNode) other).name)
                && Arrays.equals(data, ((LeaderNode) other).data);
    }

    @Override
    public int hashCode() {
        return name.hashCode() * 31 + Arrays.hashCode(data);
    }
}
