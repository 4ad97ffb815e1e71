package io.stoa.authentication;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * HTTP's basic authentication. As in Mesos the scheme is compared literally, and one blank stands before the pair.
 *
 * @param realm what the paths that it guards are called, {@code mesos-master-scheduler}
 * @param credentials of those who are let in
 */
public record BasicAuthentication(String realm, Credentials credentials) {

    private static final String SCHEME = "Basic ";

    /** Lets those through who prove who they are, as {@link HttpRequest#principal}; everybody else is answered 401. */
    public HttpHandler guard(HttpHandler handler) {
        return (request, reply) -> principal(request.header("Authorization"))
                .ifPresentOrElse(
                        principal -> handler.handle(request.by(principal), reply),
                        () -> reply.send(HttpResponse.unauthorized(realm)));
    }

    /** @param authorization what was sent under that name; empty: nothing was */
    public Optional<String> principal(Optional<String> authorization) {
        Optional<String> sent = authorization.filter(text -> text.startsWith(SCHEME));
        if (sent.isEmpty()) {
            return Optional.empty();
        }
        String pair = decoded(sent.get().substring(SCHEME.length()));
        int colon = pair.indexOf(':');
        return colon >= 0 && credentials.match(pair.substring(0, colon), pair.substring(colon + 1))
                ? Optional.of(pair.substring(0, colon))
                : Optional.empty();
    }

    /** Empty where it is not base64. */
    private static String decoded(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
