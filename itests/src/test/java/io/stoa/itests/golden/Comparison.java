package io.stoa.itests.golden;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** Compares what a master says with what was recorded, but for ids, times, process ids, addresses and versions. */
final class Comparison {

    /** What differs from run to run, or names the machine. */
    private static final Set<String> FREE = Set.of(
            "timestamp", "nanoseconds", "executor_pid", "ip", "port", "pid", "version", "hostname", "ip_address");

    /** Bytes, or in statuses of operations a message with the bytes. */
    private static final String UUID = "uuid";

    private final Correspondence ids;

    Comparison(Correspondence ids) {
        this.ids = ids;
    }

    /** One recorded piece and one of now; true binds the ids in them to each other. */
    boolean same(Piece recorded, Piece actual) {
        return ids.attempt(() -> {
            if (recorded.block() instanceof Block.Response response && actual.block() instanceof Block.Response other) {
                return sameResponse(response, other);
            }
            return recorded.block().getClass() == actual.block().getClass()
                    && same("", recorded.event(), actual.event());
        });
    }

    /** Two trees; true binds the ids in them to each other. */
    boolean sameTree(Map<?, ?> recorded, Map<?, ?> actual) {
        return ids.attempt(() -> same("", recorded, actual));
    }

    static Map<?, ?> tree(byte[] event) throws IOException {
        return (Map<?, ?>) JsonTree.parse(json(event));
    }

    private static byte[] json(byte[] event) throws InvalidProtocolBufferException {
        return event.length > 0 && event[0] == '{' ? event : MesosJson.print(Event.parseFrom(event));
    }

    private boolean same(String name, Object recorded, Object actual) {
        if (FREE.contains(name)) {
            return recorded.getClass() == actual.getClass();
        }
        if (recorded instanceof Map<?, ?> fields && actual instanceof Map<?, ?> others) {
            if (!List.copyOf(fields.keySet()).equals(List.copyOf(others.keySet()))) {
                return false;
            }
            Iterator<?> other = others.values().iterator();
            return fields.entrySet().stream()
                    .allMatch(field ->
                            same(name.equals(UUID) ? UUID : (String) field.getKey(), field.getValue(), other.next()));
        }
        if (recorded instanceof List<?> all && actual instanceof List<?> others) {
            Iterator<?> other = others.iterator();
            return all.size() == others.size() && all.stream().allMatch(item -> same(name, item, other.next()));
        }
        if (recorded instanceof String text && actual instanceof String other) {
            return name.equals(UUID) ? ids.bind(text, other) : ids.sameText(text, other);
        }
        return recorded.equals(actual);
    }

    /** Status line, names and values of headers in their order, body. */
    private boolean sameResponse(Block.Response recorded, Block.Response actual) {
        boolean lengthIsFree = Correspondence.holdsId(new String(recorded.body(), StandardCharsets.UTF_8));
        List<String> expected = recorded.head();
        List<String> found = actual.head();
        if (expected.size() != found.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            boolean free = expected.get(i).startsWith("Date: ")
                    || (lengthIsFree && expected.get(i).startsWith("Content-Length: "));
            String value = free ? expected.get(i).split(" ", 2)[0] : expected.get(i);
            if (free ? !found.get(i).startsWith(value) : !ids.sameText(value, found.get(i))) {
                return false;
            }
        }
        return ids.sameText(
                new String(recorded.body(), StandardCharsets.UTF_8), new String(actual.body(), StandardCharsets.UTF_8));
    }
}
