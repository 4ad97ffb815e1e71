package io.stoa.agent.fetch;

import io.stoa.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Opens what is behind http and https URIs. */
final class HttpDownloads {

    private static final int MAX_REDIRECTS = 30;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final HttpClient client;
    private final Time time;
    private final long stallTimeoutMs;

    HttpDownloads(Time time, long stallTimeoutMs) {
        this.time = time;
        this.stallTimeoutMs = stallTimeoutMs;
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(stallTimeoutMs))
                .build();
    }

    /**
     * Redirects are followed here and not by the client, which would hand the credentials of a URI to another host.
     *
     * @return the body, to be closed by the caller
     */
    Content open(URI uri, long maxBytes) throws IOException, InterruptedException {
        URI next = uri;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = get(next);
            int status = response.statusCode();
            if (status == 200) {
                return body(response, maxBytes);
            }
            response.body().close();
            Optional<String> location = response.headers().firstValue("Location");
            if (!REDIRECTS.contains(status) || location.isEmpty()) {
                throw new FetchException("Error downloading resource, received HTTP return code " + status);
            }
            next = redirect(next, location.get());
        }
        throw new FetchException("Error downloading resource: more than " + MAX_REDIRECTS + " redirects");
    }

    private HttpResponse<InputStream> get(URI uri) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofMillis(stallTimeoutMs));
        if (uri.getUserInfo() != null) {
            byte[] credentials = uri.getUserInfo().getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new FetchException("Error downloading resource: " + reason(uri, e), e);
        }
    }

    /** What is known of a host and a port the client's exceptions do not say. */
    private String reason(URI uri, IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return "no answer from " + uri.getAuthority() + " within " + stallTimeoutMs + " ms";
        }
        if (failure instanceof ConnectException) {
            boolean unknown = failure.getCause() instanceof ConnectException inner
                    ? inner.getCause() instanceof UnresolvedAddressException
                    : failure.getCause() instanceof UnresolvedAddressException;
            return unknown
                    ? "Couldn't resolve host name '" + uri.getHost() + "'"
                    : "Couldn't connect to server " + uri.getAuthority();
        }
        return uri.getAuthority() + " does not answer in HTTP: " + FetchException.reason(failure);
    }

    private Content body(HttpResponse<InputStream> response, long maxBytes) throws IOException {
        OptionalLong length = response.headers().firstValueAsLong("Content-Length");
        if (length.orElse(0) > maxBytes) {
            response.body().close();
            throw new FetchException(
                    "Error downloading resource: " + length.getAsLong() + " bytes (expected: <= " + maxBytes + ")");
        }
        return new Content(new StallGuardedStream(response.body(), length, time, stallTimeoutMs), length);
    }

    private static URI redirect(URI from, String location) throws FetchException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new FetchException("Error downloading resource: malformed redirect to " + location, e);
        }
        if (to.getHost() == null || !SCHEMES.contains(to.getScheme())) {
            throw new FetchException("Error downloading resource: redirect to " + location);
        }
        return to;
    }
}
