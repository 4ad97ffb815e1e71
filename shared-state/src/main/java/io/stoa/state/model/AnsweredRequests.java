package io.stoa.state.model;

import io.vavr.collection.LinkedHashMap;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The requests of one framework that were answered, the newest of them: immutable. */
final class AnsweredRequests {

    /** How many are remembered of a framework. */
    static final int MAX = 1000;

    static final AnsweredRequests NONE = new AnsweredRequests(LinkedHashMap.empty());

    /** By the text of their key, oldest first. */
    private final LinkedHashMap<String, AnsweredRequest> byText;

    private AnsweredRequests(LinkedHashMap<String, AnsweredRequest> byText) {
        this.byText = byText;
    }

    Optional<AnsweredRequest> find(String text) {
        return byText.get(text).toJavaOptional();
    }

    boolean contains(String text) {
        return byText.containsKey(text);
    }

    /** Oldest first. */
    Collection<AnsweredRequest> all() {
        return new View<>(byText::valuesIterator, byText::size);
    }

    /** The oldest makes room. */
    AnsweredRequests with(AnsweredRequest request) {
        LinkedHashMap<String, AnsweredRequest> remembered =
                byText.put(request.key().text(), request);
        return new AnsweredRequests(remembered.size() > MAX ? remembered.tail() : remembered);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof AnsweredRequests requests
                        && List.copyOf(all()).equals(List.copyOf(requests.all())));
    }

    @Override
    public int hashCode() {
        return byText.hashCode();
    }
}
