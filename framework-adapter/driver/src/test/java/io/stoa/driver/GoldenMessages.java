package io.stoa.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Messages in protobuf as they were recorded between Mesos' own parts, by name. */
public final class GoldenMessages {

    private final Map<String, byte[]> messages = new TreeMap<>();

    /** @param resource of lines with a name and its bytes in hexadecimal digits */
    public GoldenMessages(String resource) {
        try (var input = Objects.requireNonNull(GoldenMessages.class.getResourceAsStream(resource), resource)) {
            new String(input.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 2))
                    .forEach(line -> messages.put(line[0], HexFormat.of().parseHex(line[1])));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] bytes(String name) {
        return Objects.requireNonNull(messages.get(name), name);
    }
}
