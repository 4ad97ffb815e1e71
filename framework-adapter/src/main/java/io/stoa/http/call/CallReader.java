package io.stoa.http.call;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.util.List;
import java.util.Optional;

/** Reads a call of one of Mesos' v1 APIs from a request; checks in Mesos' order and refuses in its words. */
public final class CallReader {

    private static final String SUPPORTED =
            "Expecting 'Content-Type' of " + MediaType.JSON.text() + " or " + MediaType.PROTOBUF.text();

    private static final String ACCEPTABLE =
            "Expecting 'Accept' to allow '" + MediaType.PROTOBUF.text() + "' or '" + MediaType.JSON.text() + "'";

    private static final Optional<String> NO_CALL = Optional.of("Failed to parse body into Call protobuf");

    private CallReader() {}

    /**
     * Reads the body into a builder.
     *
     * @return the builder; empty where the request has been refused
     */
    public static <B extends Message.Builder> Optional<B> read(HttpRequest request, HttpReply reply, B call) {
        if (!request.method().equals("POST")) {
            reply.send(HttpResponse.methodNotAllowed(List.of("POST"), request.method()));
            return Optional.empty();
        }
        Optional<String> contentType = request.header("Content-Type");
        if (contentType.isEmpty()) {
            refuse(reply, "Expecting 'Content-Type' to be present");
            return Optional.empty();
        }
        Optional<MediaType> type = MediaType.ofContent(contentType.get());
        if (type.isEmpty()) {
            reply.send(HttpResponse.text(415, SUPPORTED));
            return Optional.empty();
        }
        Optional<String> error = parse(type.get(), request.body(), call);
        error.ifPresent(text -> refuse(reply, text));
        return error.isPresent() ? Optional.empty() : Optional.of(call);
    }

    /**
     * Reads bytes into a builder.
     *
     * @return what is wrong with them, in Mesos' words; empty where they have been read
     */
    public static Optional<String> parse(MediaType type, byte[] body, Message.Builder call) {
        try {
            if (type == MediaType.JSON) {
                MesosJson.parse(body, call);
                return Optional.empty();
            }
            call.mergeFrom(body);
            return call.isInitialized() ? Optional.empty() : NO_CALL;
        } catch (MesosJsonException e) {
            return Optional.of(e.sentence("Call"));
        } catch (InvalidProtocolBufferException e) {
            return NO_CALL;
        }
    }

    /** The form to answer in; empty where the request has been refused. */
    public static Optional<MediaType> accepted(HttpRequest request, HttpReply reply) {
        Optional<MediaType> accepted = MediaType.accepted(request.headers().getAll(HttpHeaderNames.ACCEPT));
        if (accepted.isEmpty()) {
            reply.send(HttpResponse.text(406, ACCEPTABLE));
        }
        return accepted;
    }

    /** @param text what is wrong with the call */
    public static void refuse(HttpReply reply, String text) {
        reply.send(HttpResponse.text(400, text));
    }
}
