package io.stoa.agent.process;

import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The agent's end of a command that a shim runs beside its own; exec.h says what goes over the connection. */
final class ShimExec implements ShimLoop.Connection {

    private final SocketChannel channel;
    private final CompletableFuture<WaitStatus> result;
    private final StringBuilder answer = new StringBuilder();

    /** @param result completed by this */
    ShimExec(SocketChannel channel, CompletableFuture<WaitStatus> result) {
        this.channel = channel;
        this.result = result;
    }

    /** May block for a moment: the shim's answer is waited for elsewhere. */
    void send(byte[] launch) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(launch);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.shutdownOutput();
        channel.configureBlocking(false);
    }

    @Override
    public SocketChannel channel() {
        return channel;
    }

    @Override
    public boolean hasEnded(ByteBuffer buffer) {
        try {
            int count = channel.read(buffer);
            if (count >= 0) {
                answer.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
                return false;
            }
        } catch (IOException e) {
            result.completeExceptionally(e);
        }
        close();
        return true;
    }

    /** Kills the command where it has not ended. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("A socket that cannot be closed", e);
        }
    }

    @Override
    public void ended() {
        String status = answer.toString().strip();
        if (status.isEmpty()) {
            result.completeExceptionally(new IOException("The container has ended"));
        } else {
            result.complete(new WaitStatus(Integer.parseInt(status)));
        }
    }
}
