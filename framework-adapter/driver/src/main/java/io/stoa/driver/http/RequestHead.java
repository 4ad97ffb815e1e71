package io.stoa.driver.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The head of a POST of one protobuf message. */
final class RequestHead {

    private static final String PROTOBUF = "application/x-protobuf";

    private RequestHead() {}

    /**
     * @param authorization value of the header, null for none
     * @param streamId of the subscription a call belongs to; empty for SUBSCRIBE itself, and of executors
     */
    static byte[] of(Endpoint endpoint, @Nullable String authorization, String streamId, int bodyBytes) {
        StringBuilder head =
                new StringBuilder().append("POST ").append(endpoint.path()).append(" HTTP/1.1\r\n");
        add(head, "Host", endpoint.authority());
        add(head, "Accept", PROTOBUF);
        add(head, "Content-Type", PROTOBUF);
        add(head, "Content-Length", Integer.toString(bodyBytes));
        if (authorization != null) {
            add(head, "Authorization", authorization);
        }
        if (!streamId.isEmpty()) {
            add(head, "Mesos-Stream-Id", streamId);
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void add(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
