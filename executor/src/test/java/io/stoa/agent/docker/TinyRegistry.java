package io.stoa.agent.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.stoa.testing.FreePorts;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** Images of one layer, from memory. Engines take plain HTTP on the loopback, where they find no TLS. */
final class TinyRegistry implements AutoCloseable {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final String NOT_FOUND =
            "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}";

    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, String> tags = new ConcurrentHashMap<>();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger manifestsServed = new AtomicInteger();
    /** Nobody else is found at its port when it is closed. */
    private final ServerSocket server = new ServerSocket(FreePorts.next(), 50, InetAddress.getLoopbackAddress());

    private volatile boolean silent;

    TinyRegistry() throws IOException {
        daemon(this::accept);
    }

    /** Of an image here, with a name of one word. */
    String reference(String image) {
        return "127.0.0.1:" + server.getLocalPort() + "/" + image;
    }

    /** Replaces what had this tag. */
    void push(String tag, byte[] layer) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(layer);
        }
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + blob(CONFIG, BusyboxImage.config("{}", layer)) + ",\"layers\":["
                + blob(LAYER, compressed.toByteArray()) + "]}";
        tags.put(tag, store(manifest.getBytes(UTF_8)));
    }

    private String blob(String type, byte[] content) {
        return "{\"mediaType\":\"" + type + "\",\"size\":" + content.length + ",\"digest\":\"" + store(content) + "\"}";
    }

    private String store(byte[] content) {
        String digest = BusyboxImage.digest(content);
        blobs.put(digest, content);
        return digest;
    }

    /** From now on questions are heard and not answered. */
    void fallSilent() {
        silent = true;
    }

    int manifestsServed() {
        return manifestsServed.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                clients.add(client);
                daemon(() -> serve(client));
            }
        } catch (IOException e) {
            clients.forEach(TinyRegistry::closeQuietly);
        }
    }

    private void serve(Socket client) {
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            in.mark(1);
            boolean plain = Character.isLetter(in.read());
            in.reset();
            String[] request = plain ? in.readLine().split(" ", -1) : new String[0];
            while (plain && !in.readLine().isEmpty()) {
                in.mark(1);
            }
            if (plain && silent) {
                return;
            }
            if (plain) {
                answer(client.getOutputStream(), request[0], request[1]);
            }
            client.close();
        } catch (IOException | NullPointerException e) {
            closeQuietly(client);
        }
    }

    private void answer(OutputStream out, String method, String path) throws IOException {
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (path.equals("/v2/")) {
            send(out, method, "200 OK", "application/json", "{}".getBytes(UTF_8));
            return;
        }
        boolean manifest = path.contains("/manifests/");
        if (manifest) {
            manifestsServed.incrementAndGet();
        }
        byte[] content = blobs.get(manifest ? tags.getOrDefault(last, last) : last);
        if (content == null) {
            send(out, method, "404 Not Found", "application/json", NOT_FOUND.getBytes(UTF_8));
        } else {
            send(out, method, "200 OK", manifest ? MANIFEST : "application/octet-stream", content);
        }
    }

    private static void send(OutputStream out, String method, String status, String type, byte[] body)
            throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                        + "\r\nDocker-Content-Digest: " + BusyboxImage.digest(body) + "\r\nConnection: close\r\n\r\n")
                .getBytes(ISO_8859_1));
        if (!method.equals("HEAD")) {
            out.write(body);
        }
    }

    private static void closeQuietly(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "registry");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        clients.forEach(TinyRegistry::closeQuietly);
    }
}
