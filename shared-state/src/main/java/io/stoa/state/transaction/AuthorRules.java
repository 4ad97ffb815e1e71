package io.stoa.state.transaction;

import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.RequestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a scheduler may ask anything, and whether it has asked the same before. */
final class AuthorRules {

    private AuthorRules() {}

    /** What a transaction comes to whatever it asks; null where that has to be looked at. */
    static @Nullable Decision decide(ClusterState head, StateTransaction transaction) {
        Author author = transaction.author().orElse(null);
        if (author == null) {
            return null;
        }
        Framework framework = head.framework(author.frameworkId()).orElse(null);
        if (framework == null) {
            return all(transaction, absent(head, author.frameworkId()), head);
        }
        if (!framework.generation().equals(author.generation())) {
            return all(
                    transaction,
                    new Conflict.StaleGeneration(framework.id(), author.generation(), framework.generation()),
                    head);
        }
        return transaction
                .key()
                .map(key -> repeated(head, transaction, framework.id(), key))
                .orElse(null);
    }

    private static @Nullable Decision repeated(
            ClusterState head, StateTransaction transaction, FrameworkId author, RequestKey key) {
        AnsweredRequest answered = head.answeredRequest(author, key.text()).orElse(null);
        if (answered == null) {
            return null;
        }
        return answered.key().equals(key)
                ? new Decision(
                        List.of(), Map.of(), head, new CommitResult.Repeated(answered.version(), answered.conflicted()))
                : all(transaction, new Conflict.KeyReused(key.text(), answered.version()), head);
    }

    static Conflict absent(ClusterState state, FrameworkId id) {
        return state.isRemoved(id) ? new Conflict.FrameworkWasRemoved(id) : new Conflict.UnknownFramework(id);
    }

    private static Decision all(StateTransaction transaction, Conflict conflict, ClusterState head) {
        Map<Integer, Conflict> conflicts = new HashMap<>();
        for (int i = 0; i < transaction.mutations().size(); i++) {
            conflicts.put(i, conflict);
        }
        return Decision.conflicted(conflicts, head);
    }
}
