package io.stoa.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which handler answers which path. As in libprocess a path that no handler is registered for goes to that of its
 * nearest parent: {@code /api/v1/scheduler/extra} to {@code /api/v1/scheduler}. A path that begins with two slashes is
 * nobody's.
 */
public final class HttpRoutes {

    private final Map<String, HttpHandler> byPath;

    private HttpRoutes(Map<String, HttpHandler> byPath) {
        this.byPath = Map.copyOf(byPath);
    }

    /** @param process the name under which every path is known as well, {@code master} or {@code slave(1)} */
    public static Builder of(String process) {
        return new Builder(process);
    }

    /** All that are registered, those below the process' name included. */
    public Set<String> paths() {
        return byPath.keySet();
    }

    Optional<HttpHandler> find(String path) {
        if (path.startsWith("//")) {
            return Optional.empty();
        }
        String parent = path;
        while (true) {
            HttpHandler handler = byPath.get(parent);
            if (handler != null) {
                return Optional.of(handler);
            }
            int slash = parent.lastIndexOf('/');
            if (slash <= 0) {
                return Optional.empty();
            }
            parent = parent.substring(0, slash);
        }
    }

    /** Collects routes. */
    public static final class Builder {

        private final String process;
        private final Map<String, HttpHandler> byPath = new HashMap<>();

        private Builder(String process) {
            this.process = process;
        }

        /** @param path begins with a slash; known below {@code /<process>} as well */
        public Builder route(String path, HttpHandler handler) {
            put(path, handler);
            put("/" + process + path, handler);
            return this;
        }

        /** The same for a path that belongs to no process, {@code /files/browse}. */
        public Builder global(String path, HttpHandler handler) {
            put(path, handler);
            return this;
        }

        private void put(String path, HttpHandler handler) {
            if (!path.startsWith("/") || byPath.put(path, handler) != null) {
                throw new IllegalArgumentException("route: " + path + " (expected: a new one that begins with /)");
            }
        }

        /** All that are registered so far; a copy. */
        public Set<String> paths() {
            return Set.copyOf(byPath.keySet());
        }

        public HttpRoutes build() {
            return new HttpRoutes(byPath);
        }
    }
}
