package io.stoa.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What the client's wishes make of a body: JSONP, then gzip. */
final class BodyCoding {

    /** A smaller body is never compressed, as in libprocess. */
    private static final int MIN_GZIP_BYTES = 1024;

    private static final Pattern NO_QUALITY = Pattern.compile("\\s*q\\s*=\\s*0(\\.0*)?\\s*");

    private BodyCoding() {}

    static HttpResponse apply(HttpRequest request, HttpResponse response) {
        return gzip(request, jsonp(request, response));
    }

    private static HttpResponse jsonp(HttpRequest request, HttpResponse response) {
        if (!request.method().equals("GET")
                || !response.headers().contains(Map.entry("Content-Type", HttpResponse.JSON))) {
            return response;
        }
        Optional<String> callback = request.parameter("jsonp");
        if (callback.isEmpty()) {
            return response;
        }
        byte[] before = (callback.get() + "(").getBytes(UTF_8);
        byte[] wrapped = new byte[before.length + response.body().length + 1];
        System.arraycopy(before, 0, wrapped, 0, before.length);
        System.arraycopy(response.body(), 0, wrapped, before.length, response.body().length);
        wrapped[wrapped.length - 1] = ')';
        return HttpResponse.withLength(response.status(), "text/javascript", wrapped);
    }

    private static HttpResponse gzip(HttpRequest request, HttpResponse response) {
        if (response.body().length < MIN_GZIP_BYTES || !acceptsGzip(request)) {
            return response;
        }
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(response.body().length / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("an array takes everything", e);
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("Content-Encoding", "gzip"));
        headers.addAll(response.headers());
        return new HttpResponse(response.status(), headers, compressed.toByteArray());
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
