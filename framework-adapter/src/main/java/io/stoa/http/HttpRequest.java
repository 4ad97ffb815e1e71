package io.stoa.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A complete request.
 *
 * @param method in capitals, {@code POST}
 * @param path decoded, {@code /master/state}; of an absolute target its path only
 * @param rawQuery what follows the question mark, undecoded; empty where there is none
 * @param headers as sent; names compare without regard to case
 * @param body all of it; not copied, do not change it
 * @param remote from where it was sent
 * @param principal who sent it, where that was proved
 */
@SuppressWarnings("ArrayRecordComponent") // A body is handed over, never compared.
public record HttpRequest(
        String method,
        String path,
        String rawQuery,
        HttpHeaders headers,
        byte[] body,
        SocketAddress remote,
        Optional<String> principal) {

    /** One whose sender has proved nothing. */
    public HttpRequest(
            String method, String path, String rawQuery, HttpHeaders headers, byte[] body, SocketAddress remote) {
        this(method, path, rawQuery, headers, body, remote, Optional.empty());
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The first value of a parameter of the query, decoded. */
    public Optional<String> parameter(String name) {
        if (rawQuery.isEmpty()) {
            return Optional.empty();
        }
        List<String> values =
                new QueryStringDecoder(rawQuery, false).parameters().get(name);
        return values == null ? Optional.empty() : Optional.of(values.get(0));
    }

    HttpRequest withBody(byte[] other) {
        return new HttpRequest(method, path, rawQuery, headers, other, remote, principal);
    }

    /** The same request by somebody who has proved to be it. */
    public HttpRequest by(String sender) {
        return new HttpRequest(method, path, rawQuery, headers, body, remote, Optional.of(sender));
    }
}
