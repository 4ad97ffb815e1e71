package io.stoa.authentication;

import io.stoa.http.HttpCounts;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP's basic authentication. As in Mesos one blank stands before the pair; as HTTP wants it, and Mesos does not, the
 * scheme may be written in small letters.
 *
 * @param realm what the paths that it guards are called, {@code mesos-master-scheduler}
 * @param credentials of those who are let in
 */
public record BasicAuthentication(String realm, Credentials credentials) {

    private static final Logger LOG = LoggerFactory.getLogger(BasicAuthentication.class);
    private static final String AUTHORIZATION = "Authorization";
    private static final String SCHEME = "Basic ";

    /** Far more than any principal has. */
    private static final int LONGEST_PRINCIPAL = 256;

    /**
     * Lets those through who prove who they are, as {@link HttpRequest#principal}; everybody else is answered 401.
     *
     * @param counts where that is counted
     */
    public HttpHandler guard(HttpHandler handler, HttpCounts counts) {
        return (request, reply) -> principal(request.header(AUTHORIZATION))
                .ifPresentOrElse(principal -> handler.handle(request.by(principal), reply), () -> {
                    counts.authenticationRefused();
                    LOG.info(
                            "authentication refused principal={} peer={} path={}",
                            claimed(request.header(AUTHORIZATION)),
                            request.remote(),
                            request.path());
                    reply.send(HttpResponse.unauthorized(realm));
                });
    }

    /**
     * Who the sender says he is, fit to be printed; {@code none} where he says nothing.
     *
     * @param authorization what was sent under that name; empty: nothing was
     */
    public static String claimed(Optional<String> authorization) {
        return pair(authorization)
                .map(pair -> pair.substring(0, Math.max(0, pair.indexOf(':'))))
                .map(name -> name.substring(0, Math.min(name.length(), LONGEST_PRINCIPAL)))
                .map(name -> name.replaceAll("[^!-~]", "?"))
                .filter(name -> !name.isEmpty())
                .orElse("none");
    }

    private static Optional<String> pair(Optional<String> authorization) {
        return authorization
                .filter(text -> text.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(text -> decoded(text.substring(SCHEME.length())));
    }

    /** @param authorization what was sent under that name; empty: nothing was */
    public Optional<String> principal(Optional<String> authorization) {
        return pair(authorization).filter(this::isRight).map(pair -> pair.substring(0, pair.indexOf(':')));
    }

    private boolean isRight(String pair) {
        int colon = pair.indexOf(':');
        return colon >= 0 && credentials.match(pair.substring(0, colon), pair.substring(colon + 1));
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
