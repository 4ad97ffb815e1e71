package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of sockets are short, paths of runtime directories are not: those around the limit, and one far beyond. */
class ShimAddressTest {

    @ParameterizedTest
    @ValueSource(ints = {104, 105, 106, 107, 108, 109, 240})
    void pathOfAnyLengthIsReached(int length, @TempDir Path directory) throws Exception {
        Path near = directory.resolve("s");
        Path parent = directory.resolve("x".repeat(length - directory.toString().length() - "//control".length()));
        Path control = parent.resolve("control");
        assertThat(control.toString().getBytes(UTF_8)).hasSize(length);
        try (ServerSocketChannel shim = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            shim.bind(UnixDomainSocketAddress.of(near));
            Files.createDirectory(parent);
            Files.move(near, control);
            try (SocketChannel channel = ShimLoop.open(control)) {
                assertThat(channel.isConnected()).isTrue();
            }
        }
    }
}
