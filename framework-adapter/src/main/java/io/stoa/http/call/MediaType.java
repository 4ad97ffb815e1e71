package io.stoa.http.call;

import com.google.protobuf.Message;
import io.stoa.http.HttpResponse;
import io.stoa.proto.json.MesosJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two forms in which Mesos' v1 API speaks. */
public enum MediaType {
    JSON("application/json"),
    PROTOBUF("application/x-protobuf");

    private final String text;

    MediaType(String text) {
        this.text = text;
    }

    /** As headers name it. */
    public String text() {
        return text;
    }

    /** Mesos compares literally: neither capitals nor parameters are the same type. */
    public static Optional<MediaType> ofContent(String contentType) {
        for (MediaType type : values()) {
            if (type.text.equals(contentType)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /**
     * What to answer with: JSON where both will do.
     *
     * @param accept all {@code Accept} headers of the request; none accepts everything
     */
    public static Optional<MediaType> accepted(List<String> accept) {
        for (MediaType type : values()) {
            if (isAccepted(type.text, accept)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** @param accept all headers of that kind; none accepts everything */
    public static boolean isAccepted(String type, List<String> accept) {
        return accept.isEmpty() || accept.stream().anyMatch(header -> isIn(type, header));
    }

    private static boolean isIn(String type, String accept) {
        for (String range : accept.split(",", -1)) {
            String name = range.split(";", 2)[0].strip();
            if (name.equals(type) || name.equals("*/*") || name.equals("application/*")) {
                return true;
            }
        }
        return false;
    }

    /** The message in this form. */
    public byte[] print(Message message) {
        return this == JSON ? MesosJson.print(message) : message.toByteArray();
    }

    /** 200 with the message in this form. */
    public HttpResponse answer(Message message) {
        return answer(print(message));
    }

    /** @param body in this form */
    public HttpResponse answer(byte[] body) {
        return new HttpResponse(200, List.of(Map.entry("Content-Type", text)), body);
    }
}
