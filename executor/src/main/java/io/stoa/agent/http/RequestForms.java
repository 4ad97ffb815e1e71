package io.stoa.agent.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.CallReader;
import io.stoa.http.call.MediaType;
import java.util.List;
import java.util.Optional;

/**
 * In which forms a call comes and is to be answered.
 *
 * @param content of the call, or of each record where it streams
 * @param streamsIn true where the body is a stream of records
 * @param accepted of the answer, or of each of its records
 * @param streamsOut true where the answer is wanted as {@code application/recordio}
 */
record RequestForms(MediaType content, boolean streamsIn, MediaType accepted, boolean streamsOut) {

    static final String RECORDIO = "application/recordio";

    private static final String CONTENT = "Message-Content-Type";
    private static final String ACCEPT = "Message-Accept";
    private static final String ANY = MediaType.JSON.text() + " or " + MediaType.PROTOBUF.text();

    /** Checks in Mesos' order; empty where the request has been refused. */
    static Optional<RequestForms> of(HttpRequest request, HttpReply reply) {
        if (!request.method().equals("POST")) {
            reply.send(HttpResponse.methodNotAllowed(List.of("POST"), request.method()));
            return Optional.empty();
        }
        Optional<String> type = request.header("Content-Type");
        if (type.isEmpty()) {
            CallReader.refuse(reply, "Expecting 'Content-Type' to be present");
            return Optional.empty();
        }
        boolean streams = type.get().equals(RECORDIO);
        Optional<String> ofRecords = request.header(CONTENT);
        if (streams && ofRecords.isEmpty()) {
            CallReader.refuse(reply, "Expecting '" + CONTENT + "' to be set for streaming requests");
            return Optional.empty();
        }
        Optional<MediaType> content = MediaType.ofContent(streams ? ofRecords.get() : type.get());
        if (content.isEmpty()) {
            return refused(
                    reply,
                    415,
                    streams
                            ? "Expecting '" + CONTENT + "' of " + ANY
                            : "Expecting 'Content-Type' of " + ANY + " or " + RECORDIO);
        }
        if (!streams && ofRecords.isPresent()) {
            return refused(reply, 415, "Expecting '" + CONTENT + "' to be not set for non-streaming requests");
        }
        return withAccepted(content.get(), streams, request, reply);
    }

    private static Optional<RequestForms> withAccepted(
            MediaType content, boolean streamsIn, HttpRequest request, HttpReply reply) {
        List<String> accept = request.headers().getAll(HttpHeaderNames.ACCEPT);
        Optional<MediaType> accepted = MediaType.accepted(accept);
        if (accepted.isPresent()) {
            return request.header(ACCEPT).isPresent()
                    ? refused(reply, 406, "Expecting '" + ACCEPT + "' to be not set for non-streaming responses")
                    : Optional.of(new RequestForms(content, streamsIn, accepted.get(), false));
        }
        if (!MediaType.isAccepted(RECORDIO, accept)) {
            return refused(reply, 406, "Expecting 'Accept' to allow " + ANY + " or " + RECORDIO);
        }
        Optional<MediaType> ofRecords = MediaType.accepted(request.headers().getAll(ACCEPT));
        return ofRecords.isEmpty()
                ? refused(reply, 406, "Expecting '" + ACCEPT + "' to allow " + ANY)
                : Optional.of(new RequestForms(content, streamsIn, ofRecords.get(), true));
    }

    private static Optional<RequestForms> refused(HttpReply reply, int status, String text) {
        reply.send(HttpResponse.text(status, text));
        return Optional.empty();
    }
}
