package io.stoa.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** What the client's wishes make of a body: JSONP, then gzip. */
final class BodyCoding {

    /** A smaller body is never compressed, as in libprocess. */
    private static final int MIN_GZIP_BYTES = 1024;

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
        byte[] wrapped = new byte[before.length + response.body().length + 2];
        System.arraycopy(before, 0, wrapped, 0, before.length);
        System.arraycopy(response.body(), 0, wrapped, before.length, response.body().length);
        wrapped[wrapped.length - 2] = ')';
        wrapped[wrapped.length - 1] = ';';
        return new HttpResponse(response.status(), List.of(Map.entry("Content-Type", "text/javascript")), wrapped);
    }

    private static HttpResponse gzip(HttpRequest request, HttpResponse response) {
        if (response.body().length <= MIN_GZIP_BYTES || !acceptsGzip(request)) {
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

    private static boolean acceptsGzip(HttpRequest request) {
        for (String coding : request.header("Accept-Encoding").orElse("").split(",", -1)) {
            String[] nameAndQuality = coding.trim().split(";", 2);
            if (nameAndQuality[0].trim().equalsIgnoreCase("gzip")) {
                return nameAndQuality.length == 1 || !nameAndQuality[1].trim().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }
}
