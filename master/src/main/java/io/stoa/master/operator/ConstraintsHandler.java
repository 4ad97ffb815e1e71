package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.offer.OfferWishes;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Mesos' {@code /allocator/offer_constraints_debug}: which roles each framework has suppressed, and which agents its
 * offer constraints rule out in each of its roles.
 */
public final class ConstraintsHandler implements HttpHandler {

    private final OperatorContext context;
    private final HttpHandler answer;

    /** @param wishes those of the frameworks that are subscribed */
    public ConstraintsHandler(OperatorContext context, Supplier<CompletableFuture<List<OfferWishes>>> wishes) {
        this.context = context;
        answer = context.answers().later(request -> wishes.get().thenApply(all -> HttpResponse.json(print(all))));
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        answer.handle(request, reply);
    }

    private byte[] print(List<OfferWishes> wishes) {
        List<Agent> agents = context.state().snapshot().agents().stream()
                .filter(agent -> agent.status() == AgentStatus.REGISTERED
                        && !context.soft().isRecovered(agent.id()))
                .toList();
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                out.writeObjectFieldStart("frameworks");
                for (OfferWishes each : wishes) {
                    write(each, agents, out);
                }
                out.writeEndObject();
                out.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("printing into memory", e);
        }
    }

    private static void write(OfferWishes wishes, List<Agent> agents, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart(wishes.info().getId().getValue());
        strings("suppressed_roles", new TreeSet<>(wishes.suppressedRoles()), out);
        out.writeObjectFieldStart("excluded_by_attribute_constraints");
        for (String role : new TreeSet<>(FrameworkRoles.of(wishes.info()))) {
            List<String> excluded = agents.stream()
                    .filter(agent -> wishes.constraints().excludes(role, agent.info()))
                    .map(agent -> agent.id().value())
                    .toList();
            strings(role, excluded, out);
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private static void strings(String field, Collection<String> values, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(field);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }
}
