package io.stoa.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What the client's wishes make of a body: JSONP, then gzip. */
final class BodyCoding {

    /** A smaller body is never compressed, as in libprocess. */
    private static final int MIN_GZIP_BYTES = 1024;

    private static final int GZIP_BUFFER_BYTES = 8 << 10;
    private static final byte[] NOTHING = {};
    private static final byte[] END_OF_CALL = {')'};
    private static final Pattern NO_QUALITY = Pattern.compile("\\s*q\\s*=\\s*0(\\.0*)?\\s*");

    private BodyCoding() {}

    /** A head that says how the body is coded, and that body. */
    record Coded(HttpResponse head, PiecedBody body) {}

    static HttpResponse apply(HttpRequest request, HttpResponse response) {
        Optional<String> callback = callback(request, response);
        if (callback.isEmpty() && !compresses(request, response.body().length)) {
            return response;
        }
        PiecedBody body = new PiecedBody();
        body.share(response.body(), 0);
        Coded coded = apply(request, response, body);
        try {
            return coded.head().withBody(coded.body().stream().readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("memory gives everything", e);
        }
    }

    static Coded apply(HttpRequest request, HttpResponse head, PiecedBody body) {
        Coded wrapped = callback(request, head)
                .map(name -> new Coded(
                        HttpResponse.withLength(head.status(), "text/javascript", NOTHING),
                        body.between((name + "(").getBytes(UTF_8), END_OF_CALL)))
                .orElseGet(() -> new Coded(head, body));
        return compresses(request, wrapped.body().length()) ? compressed(wrapped) : wrapped;
    }

    private static Optional<String> callback(HttpRequest request, HttpResponse head) {
        return request.method().equals("GET") && head.headers().contains(Map.entry("Content-Type", HttpResponse.JSON))
                ? request.parameter("jsonp")
                : Optional.empty();
    }

    private static boolean compresses(HttpRequest request, long bytes) {
        return bytes >= MIN_GZIP_BYTES && acceptsGzip(request);
    }

    private static Coded compressed(Coded plain) {
        PiecedBody compressed = new PiecedBody();
        try (OutputStream out = new FastGzip(compressed)) {
            plain.body().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes everything", e);
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("Content-Encoding", "gzip"));
        headers.addAll(plain.head().headers());
        return new Coded(new HttpResponse(plain.head().status(), headers, NOTHING), compressed);
    }

    /** Who waits for the answer waits for this, too. */
    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(OutputStream out) throws IOException {
            super(out, GZIP_BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** What is said of gzip itself comes before what is said of everything. */
    private static boolean acceptsGzip(HttpRequest request) {
        String accepted = String.join(",", request.headers().getAll("Accept-Encoding"));
        for (String candidate : List.of("gzip", "*")) {
            for (String coding : accepted.split(",", -1)) {
                String[] nameAndQuality = coding.trim().split(";", 2);
                if (nameAndQuality[0].trim().equalsIgnoreCase(candidate)) {
                    return nameAndQuality.length == 1
                            || !NO_QUALITY.matcher(nameAndQuality[1]).matches();
                }
            }
        }
        return false;
    }

    /**
     * Undoes the compression of a request's body.
     *
     * @return empty where it is not what it says, or larger than that
     */
    static Optional<HttpRequest> decode(HttpRequest request, int maxBodyBytes) {
        if (!request.header("Content-Encoding").orElse("").equals("gzip")) {
            return Optional.of(request);
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(request.body()))) {
            byte[] body = in.readNBytes(maxBodyBytes);
            return in.read() < 0 ? Optional.of(request.withBody(body)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
