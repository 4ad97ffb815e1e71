package io.stoa.master.operator.explain;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.explain.Subject.Ambiguous;
import io.stoa.master.operator.explain.Subject.OfFramework;
import io.stoa.master.operator.explain.Subject.OfTask;
import io.stoa.master.operator.explain.Subject.Unknown;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.offer.OfferExplanation;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /stoa/explain}: {@code ?task=ID}, of {@code &framework=…} where that is said; {@code ?framework=…} by id,
 * name, or what its id begins or ends with, in {@code &role=…} only where that is said; {@code ?id=…} for whichever of
 * both is called so. 300 where several may be meant, 404 for nobody, each with a line of text for people.
 */
public final class ExplainHandler implements HttpHandler {

    private static final int MULTIPLE_CHOICES = 300;

    private final OperatorContext context;
    private final Insight insight;
    private final LaunchTimes launches;
    private final Time time;
    private final HttpHandler answer;

    public ExplainHandler(OperatorContext context, Insight insight, LaunchTimes launches, Time time) {
        this.context = context;
        this.insight = insight;
        this.launches = launches;
        this.time = time;
        answer = context.answers().later(this::answer);
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        answer.handle(request, reply);
    }

    private CompletableFuture<HttpResponse> answer(HttpRequest request) {
        if (!request.method().equals("GET")) {
            return sent(HttpResponse.methodNotAllowed(List.of("GET"), request.method()));
        }
        ClusterSnapshot snapshot = context.snapshot();
        Names names = new Names(snapshot, context.history());
        List<Subject> subjects = subjects(request, names);
        if (subjects.isEmpty()) {
            return sent(HttpResponse.text(400, "Expecting 'id=value', 'framework=value' or 'task=value' in query."));
        }
        CompletableFuture<Optional<OfferExplanation>> offers = CompletableFuture.completedFuture(Optional.empty());
        Optional<String> role = request.parameter("role");
        for (Subject subject : subjects) {
            if (subject instanceof Ambiguous ambiguous) {
                return sent(HttpResponse.text(MULTIPLE_CHOICES, ambiguous.text()));
            } else if (subject instanceof Unknown unknown) {
                return sent(HttpResponse.text(404, unknown.text()));
            } else if (subject instanceof OfFramework of) {
                if (role.isPresent() && !roles(of.framework()).contains(role.get())) {
                    return sent(HttpResponse.text(
                            404,
                            "framework " + of.framework().id() + " is not in role " + role.get() + " (it is in "
                                    + String.join(", ", roles(of.framework())) + ")"));
                }
                offers = offers(of.framework().id(), role);
            }
        }
        return offers.thenApply(explained -> HttpResponse.json(print(subjects, explained, snapshot, names)));
    }

    /** None of a scheduler over RPC: it claims, and why nothing is offered to it is no question. */
    private CompletableFuture<Optional<OfferExplanation>> offers(FrameworkId id, Optional<String> role) {
        return context.soft().door(id).filter(Transport.RPC::equals).isPresent()
                ? CompletableFuture.completedFuture(Optional.empty())
                : insight.offers(id, role);
    }

    private static List<Subject> subjects(HttpRequest request, Names names) {
        Optional<String> framework = request.parameter("framework");
        return request.parameter("task")
                .map(task -> List.of(names.task(task, framework)))
                .or(() -> framework.map(text -> List.of(names.framework(text))))
                .or(() -> request.parameter("id").map(names::anything))
                .orElse(List.of());
    }

    private static Set<String> roles(Framework framework) {
        return new TreeSet<>(FrameworkRoles.of(framework.info()));
    }

    private static CompletableFuture<HttpResponse> sent(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private byte[] print(
            List<Subject> subjects, Optional<OfferExplanation> offers, ClusterSnapshot snapshot, Names names) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                out.writeNumberField("time_ms", time.epochMs());
                for (Subject subject : subjects) {
                    if (subject instanceof OfTask of) {
                        out.writeFieldName("task");
                        new TaskWriter(out, snapshot, context.soft(), insight)
                                .write(
                                        of.task(),
                                        names.framework(of.task().key().frameworkId()),
                                        launches.of(of.task().key()));
                    } else if (subject instanceof OfFramework of) {
                        out.writeFieldName("framework");
                        new FrameworkWriter(out, snapshot, context.soft(), names)
                                .write(
                                        of,
                                        offers,
                                        insight.removedInMs(of.framework().id()));
                    }
                }
                out.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }
}
