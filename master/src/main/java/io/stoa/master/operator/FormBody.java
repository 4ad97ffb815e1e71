package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.stoa.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters that a POST has in its body: {@code a=b&c=d}, whatever its content type. */
final class FormBody {

    private final Map<String, List<String>> values;

    private FormBody(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @throws BadRequestException where it is none */
    static FormBody of(HttpRequest request) throws BadRequestException {
        try {
            return new FormBody(new QueryStringDecoder(new String(request.body(), UTF_8), false).parameters());
        } catch (IllegalArgumentException e) {
            throw new BadRequestException("Unable to decode query string: " + e.getMessage());
        }
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).map(all -> all.get(0));
    }

    /** @throws BadRequestException where it is missing, in Mesos' words */
    String get(String name) throws BadRequestException {
        return find(name)
                .orElseThrow(
                        () -> new BadRequestException("Missing '" + name + "' query parameter in the request body"));
    }
}
