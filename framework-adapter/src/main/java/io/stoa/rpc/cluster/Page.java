package io.stoa.rpc.cluster;

import com.google.protobuf.MessageLite;
import io.stoa.rpc.Requests;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A page of a list that is sorted by key: of all that it is offered it keeps those that come first behind the token.
 *
 * @param <T> what is listed
 */
final class Page<T> {

    private static final int DEFAULT_SIZE = 100;
    private static final int MAX_SIZE = 1_000;

    /** Of what is on it, unless one thing alone is larger. */
    static final int MAX_BYTES = 1 << 20;

    /**
     * What a list is sorted by. A page token is the last of the page before.
     *
     * @param parent sorts first; empty where ids are unique by themselves
     */
    record Key(String parent, String id) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int byParent = parent.compareTo(other.parent);
            return byParent == 0 ? id.compareTo(other.id) : byParent;
        }
    }

    private final String kind;
    private final int size;
    private final Optional<Key> after;

    /** One more than fits, where there are as many: then there is a further page. */
    private final TreeMap<Key, T> first = new TreeMap<>();

    private Page(String kind, int size, Optional<Key> after) {
        this.kind = kind;
        this.size = size;
        this.after = after;
    }

    /**
     * @param kind of list, which a token belongs to
     * @param size as the request says it; empty where it does not
     * @param token empty for the first page
     * @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT
     */
    static <T> Page<T> of(String kind, Optional<Integer> size, String token) {
        long wanted = size.map(Integer::toUnsignedLong).orElse((long) DEFAULT_SIZE);
        if (wanted < 1 || wanted > MAX_SIZE) {
            throw Requests.invalid("page_size: " + wanted + " (expected: 1 to " + MAX_SIZE + ")");
        }
        return new Page<>(kind, (int) wanted, token.isEmpty() ? Optional.empty() : Optional.of(read(kind, token)));
    }

    /** A token is the kind, the length of the last parent, and parent and id together. */
    private static Key read(String kind, String token) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\n", 3);
            if (parts.length == 3 && parts[0].equals(kind)) {
                int parent = Integer.parseInt(parts[1]);
                return new Key(parts[2].substring(0, parent), parts[2].substring(parent));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw malformed(kind);
        }
        throw malformed(kind);
    }

    private static RuntimeException malformed(String kind) {
        return Requests.invalid("page_token: malformed (expected: next_page_token of a list of " + kind + ")");
    }

    /** Whether things with this parent may be on this page still, where parents are offered in order. */
    boolean wantsParent(String parent) {
        return first.size() <= size
                && (after.isEmpty() || parent.compareTo(after.get().parent()) >= 0);
    }

    /** Whether something with this key would be on the page, as far as is known yet. */
    boolean wants(Key key) {
        return (after.isEmpty() || key.compareTo(after.get()) > 0)
                && (first.size() <= size || key.compareTo(first.lastKey()) < 0);
    }

    void add(Key key, T item) {
        if (wants(key)) {
            first.put(key, item);
            if (first.size() > size + 1) {
                first.pollLastEntry();
            }
        }
    }

    /**
     * Writes what is on this page, in order: less than was asked for where that would be too large together.
     *
     * @param sink is told each message
     * @return the token of the page that follows; empty where this is the last one
     */
    <M extends MessageLite> Optional<String> write(Function<T, M> message, Consumer<M> sink) {
        int count = 0;
        long bytes = 0;
        Optional<Key> last = Optional.empty();
        for (Map.Entry<Key, T> entry : first.entrySet()) {
            if (count == size) {
                return last.map(this::token);
            }
            M next = message.apply(entry.getValue());
            bytes += next.getSerializedSize();
            if (count > 0 && bytes > MAX_BYTES) {
                return last.map(this::token);
            }
            sink.accept(next);
            count++;
            last = Optional.of(entry.getKey());
        }
        return Optional.empty();
    }

    private String token(Key last) {
        String text = kind + "\n" + last.parent().length() + "\n" + last.parent() + last.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
