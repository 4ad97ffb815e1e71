package io.stoa.itests.golden;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A TCP connection that speaks HTTP byte by byte, so that whatever was recorded can be sent. */
final class RawConnection implements AutoCloseable {

    private final String name;
    private final ReplayClock clock;
    private final Socket socket = new Socket();
    private final Queue<String> methods = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Block> arrivals = new LinkedBlockingQueue<>();

    RawConnection(String name, InetSocketAddress server, ReplayClock clock) throws IOException {
        this.name = name;
        this.clock = clock;
        socket.connect(server, 5_000);
        Thread reader = new Thread(this::read, "golden-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    void send(String method, byte[] request) throws IOException {
        methods.add(method);
        socket.getOutputStream().write(request);
    }

    /** The next thing the server says; null where nothing comes in time. */
    @Nullable
    Block next(long timeoutMs) throws InterruptedException {
        return arrivals.poll(timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void read() {
        try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
            while (true) {
                Block.Response response = response(in);
                arrivals.add(response);
                if (response.isStream()) {
                    readEvents(in);
                }
            }
        } catch (IOException e) {
            arrivals.add(new Block.ClosedByServer(clock.now(), name));
        }
    }

    private Block.Response response(InputStream in) throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            head.add(line);
        }
        boolean bodiless = "HEAD".equals(methods.poll());
        int length = head.stream()
                .filter(line -> line.startsWith("Content-Length: "))
                .map(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
                .findFirst()
                .orElse(0);
        return new Block.Response(clock.now(), name, head, bodiless ? new byte[0] : exactly(in, length));
    }

    /** Every chunk is one record: that is how Mesos sends them, and clients have come to rely on it. */
    private void readEvents(InputStream in) throws IOException {
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            byte[] chunk = exactly(in, size);
            line(in);
            if (size == 0) {
                arrivals.add(new Block.EndOfStream(clock.now(), name));
                return;
            }
            int newline = new String(chunk, StandardCharsets.ISO_8859_1).indexOf('\n');
            int length = Integer.parseInt(new String(chunk, 0, newline, StandardCharsets.US_ASCII));
            if (newline + 1 + length != size) {
                throw new IOException("chunk of " + size + " bytes (expected: one record of " + length + ")");
            }
            byte[] record = new byte[length];
            System.arraycopy(chunk, newline + 1, record, 0, length);
            arrivals.add(new Block.StreamedEvent(clock.now(), name, record));
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.write(c);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
