package io.stoa.agent.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.stoa.agent.container.Containerizer.Container;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.mesos.v1.Protos.CheckInfo;
import org.apache.mesos.v1.Protos.CheckStatusInfo;

/**
 * Asks over HTTP as {@code curl -L -k} does, which Mesos runs: redirects are followed, certificates are not looked at,
 * and there is an answer when all of its body has come.
 */
record HttpProbe(Dialer dialer, Container container, URI uri) implements Probe {

    private static final int MAX_REDIRECTS = 50;

    /** What no URI may hold as it is. */
    private static final Pattern ILLEGAL = Pattern.compile("%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9-._~:/?@!$&'()*+,;=%]");

    HttpProbe(Dialer dialer, Container container, CheckPlan.Http target) {
        this(dialer, container, uri(target));
    }

    private static URI uri(CheckPlan.Http target) {
        String host = Dialer.loopback(target.ipv6());
        String authority = (target.ipv6() ? "[" + host + "]" : host) + ":" + target.port();
        return URI.create((target.secure() ? "https://" : "http://") + authority + quoted(target.path()));
    }

    /** Without a fragment, which nobody is sent. */
    private static String quoted(String reference) {
        return ILLEGAL.matcher(reference.split("#", 2)[0]).replaceAll(illegal -> {
            StringBuilder quoted = new StringBuilder();
            for (byte character : illegal.group().getBytes(UTF_8)) {
                quoted.append(String.format(Locale.ROOT, "%%%02X", character & 0xff));
            }
            return Matcher.quoteReplacement(quoted.toString());
        });
    }

    @Override
    public String name() {
        return "HTTP request";
    }

    @Override
    public CompletableFuture<Outcome> attempt(Runnable begun) {
        begun.run();
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        ask(uri, MAX_REDIRECTS, result);
        return result;
    }

    private void ask(URI at, int redirectsLeft, CompletableFuture<Outcome> result) {
        CompletableFuture<HttpResponse> response = HttpQuestion.ask(dialer, container, at, result);
        response.whenComplete((answer, failure) -> {
            if (failure != null) {
                result.complete(new Outcome.Failure("GET " + at + ": " + failure.getMessage()));
                return;
            }
            String location = answer.headers().get(HttpHeaderNames.LOCATION);
            if (answer.status().codeClass() != HttpStatusClass.REDIRECTION || location == null) {
                result.complete(answer(answer.status().code()));
            } else if (redirectsLeft == 0) {
                result.complete(new Outcome.Failure("Maximum (" + MAX_REDIRECTS + ") redirects followed"));
            } else {
                follow(at, location, redirectsLeft - 1, result);
            }
        });
    }

    private void follow(URI at, String location, int redirectsLeft, CompletableFuture<Outcome> result) {
        URI next;
        try {
            next = at.resolve(quoted(location));
        } catch (IllegalArgumentException e) {
            result.complete(new Outcome.Failure("GET " + at + ": malformed redirect to " + location));
            return;
        }
        ask(next, redirectsLeft, result);
    }

    private static Outcome answer(int status) {
        return new Outcome.Answer(CheckStatusInfo.newBuilder()
                .setType(CheckInfo.Type.HTTP)
                .setHttp(CheckStatusInfo.Http.newBuilder().setStatusCode(status))
                .build());
    }
}
