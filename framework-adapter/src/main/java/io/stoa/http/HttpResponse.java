package io.stoa.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;

/**
 * A whole response but for {@code Date} and {@code Content-Length}, which every response gets; the length stands last
 * where the headers do not name it.
 *
 * @param status the code, 202
 * @param headers in the order in which they are sent
 * @param body may be empty; not copied, do not change it
 */
@SuppressWarnings("ArrayRecordComponent") // A body is handed over, never compared.
public record HttpResponse(int status, List<Map.Entry<String, String>> headers, byte[] body) {

    public static final String JSON = "application/json";
    public static final String PROTOBUF = "application/x-protobuf";

    static final String LENGTH = "Content-Length";

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final byte[] NOTHING = {};

    public HttpResponse {
        headers = List.copyOf(headers);
    }

    /** A response without a body. */
    public static HttpResponse empty(int status) {
        return new HttpResponse(status, List.of(), NOTHING);
    }

    public static HttpResponse json(byte[] body) {
        return withLength(200, JSON, body);
    }

    /** The length stands before the type, where Mesos has it in the answers of its JSON endpoints. */
    static HttpResponse withLength(int status, String type, byte[] body) {
        String length = Integer.toString(body.length);
        return new HttpResponse(status, List.of(Map.entry(LENGTH, length), Map.entry("Content-Type", type)), body);
    }

    HttpResponse withBody(byte[] other) {
        return new HttpResponse(status, headers, other);
    }

    /** A refusal, in the form of Mesos': plain text without a newline. */
    public static HttpResponse text(int status, String message) {
        return new HttpResponse(status, List.of(Map.entry("Content-Type", TEXT)), message.getBytes(UTF_8));
    }

    public static HttpResponse notFound() {
        return text(404, "404 Not Found.");
    }

    /** @param realm whose principals would have been let in, by basic authentication */
    public static HttpResponse unauthorized(String realm) {
        return new HttpResponse(
                401,
                List.of(
                        Map.entry("WWW-Authenticate", "Basic realm=\"" + realm + "\""),
                        Map.entry("Content-Type", TEXT)),
                "401 Unauthorized.".getBytes(UTF_8));
    }

    /** @param allowed the methods that would have been taken */
    public static HttpResponse methodNotAllowed(List<String> allowed, String received) {
        String expected = String.join("', '", allowed);
        String message =
                "405 Method Not Allowed. Expecting one of { '" + expected + "' }, but received '" + received + "'.";
        return new HttpResponse(
                405,
                List.of(Map.entry("Allow", String.join(", ", allowed)), Map.entry("Content-Type", TEXT)),
                message.getBytes(UTF_8));
    }

    /** @param location as Mesos writes it, {@code //host:port/path} */
    public static HttpResponse temporaryRedirect(String location) {
        return new HttpResponse(307, List.of(Map.entry("Location", location)), NOTHING);
    }
}
