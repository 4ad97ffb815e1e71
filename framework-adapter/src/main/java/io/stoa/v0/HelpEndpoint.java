package io.stoa.v0;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.proto.json.MesosJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code /help}, {@code /help/ID} and {@code /help/ID/NAME}: which endpoints a server has, by its routes. As Mesos'
 * they are pages for browsers and Markdown for {@code curl} and HTTPie, and {@code /help?format=json} is all of them.
 */
public final class HelpEndpoint implements HttpHandler {

    private static final String PATH = "/help";

    /** The names of endpoints, with their slash, by the id of the process that serves them. */
    private final SortedMap<String, SortedSet<String>> endpoints = new TreeMap<>();

    private final String process;

    /** A line of a page: of a link where it leads somewhere. */
    private record Line(String text, String target) {

        String markdown() {
            return target.isEmpty() ? text : "> [" + text + "](" + target + ")";
        }

        String html() {
            return target.isEmpty() ? "<p>" + text + "</p>" : "<p><a href=\"" + target + "\">" + text + "</a></p>";
        }
    }

    /**
     * @param process whose endpoints are known without its name, too
     * @param paths of all of the server's routes
     */
    public HelpEndpoint(String process, Set<String> paths) {
        this.process = process;
        String prefix = "/" + process;
        for (String path : paths) {
            if (!path.startsWith(prefix + "/") && !paths.contains(prefix + path)) {
                int slash = path.indexOf('/', 1);
                add(slash < 0 ? path : path.substring(0, slash), slash < 0 ? "/" : path.substring(slash));
            } else if (path.startsWith(prefix + "/")) {
                add(prefix, path.substring(prefix.length()));
            }
        }
    }

    private void add(String idWithSlash, String name) {
        endpoints
                .computeIfAbsent(idWithSlash.substring(1), created -> new TreeSet<>())
                .add(name);
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        reply.send(answer(request));
    }

    HttpResponse answer(HttpRequest request) {
        String asked = request.path().substring(PATH.length());
        int slash = asked.indexOf('/', 1);
        String id = asked.isEmpty() ? "" : asked.substring(1, slash < 0 ? asked.length() : slash);
        if (id.isEmpty()) {
            return request.parameter("format").filter("json"::equals).isPresent()
                    ? HttpResponse.json(json())
                    : page(request, "HELP", links("", endpoints.keySet()));
        }
        SortedSet<String> names = endpoints.getOrDefault(id, Collections.emptySortedSet());
        if (slash < 0 && !names.isEmpty()) {
            return page(request, asked, links(asked, names));
        }
        return slash >= 0 && names.contains(asked.substring(slash))
                ? page(request, asked, List.of(new Line(text(id, asked.substring(slash)), "")))
                : HttpResponse.notFound();
    }

    private static List<Line> links(String above, Set<String> names) {
        return names.stream()
                .map(name -> above + (name.startsWith("/") ? name : "/" + name))
                .map(path -> new Line(path, PATH + path))
                .toList();
    }

    private String text(String id, String name) {
        return "/" + id + name + (id.equals(process) ? ", or " + name : "")
                + ": what it takes and answers is in Stoa's docs/reference/endpoints.md.";
    }

    private static HttpResponse page(HttpRequest request, String title, List<Line> lines) {
        String client = request.header("User-Agent").orElse("");
        StringBuilder page = new StringBuilder();
        if (client.startsWith("curl") || client.startsWith("HTTPie")) {
            page.append("## ").append(title).append(" ##\n");
            lines.forEach(line -> page.append(line.markdown()).append('\n'));
            return of("text/x-markdown", page);
        }
        page.append("<html><head><title>Help</title></head><body><h2>")
                .append(title)
                .append("</h2>\n");
        lines.forEach(line -> page.append(line.html()).append('\n'));
        return of("text/html", page.append("</body></html>"));
    }

    private static HttpResponse of(String type, StringBuilder page) {
        return new HttpResponse(
                200, List.of(Map.entry("Content-Type", type)), page.toString().getBytes(UTF_8));
    }

    private byte[] json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = MesosJson.generator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("processes");
            for (Map.Entry<String, SortedSet<String>> each : endpoints.entrySet()) {
                out.writeStartObject();
                out.writeStringField("id", each.getKey());
                out.writeArrayFieldStart("endpoints");
                for (String name : each.getValue()) {
                    out.writeStartObject();
                    out.writeStringField("name", name);
                    out.writeStringField("text", text(each.getKey(), name));
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
