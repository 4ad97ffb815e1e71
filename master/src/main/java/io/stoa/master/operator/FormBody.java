package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.stoa.http.HttpRequest;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Resource;

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

    /**
     * A parameter that is an array of resources in JSON.
     *
     * @param error how Mesos begins to say that it is none
     * @throws BadRequestException where it is missing or malformed
     */
    List<Resource> resources(String name, String error) throws BadRequestException {
        String text = get(name);
        try {
            return MesosJson.parseArray(text.getBytes(UTF_8), Resource.getDefaultInstance());
        } catch (MesosJsonException e) {
            boolean isArray = text.strip().startsWith("[");
            throw new BadRequestException(error + " '" + name + "' query parameter in the request body: "
                    + (e.step() == MesosJsonException.Step.CONVERT && !isArray
                            ? "Unexpected JSON type parsed"
                            : e.getMessage()));
        }
    }
}
