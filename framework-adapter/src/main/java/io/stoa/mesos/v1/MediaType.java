package io.stoa.mesos.v1;

import java.util.List;
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
    static Optional<MediaType> ofContent(String contentType) {
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
    static Optional<MediaType> accepted(List<String> accept) {
        for (MediaType type : values()) {
            if (accept.isEmpty() || accept.stream().anyMatch(type::isIn)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    private boolean isIn(String accept) {
        for (String range : accept.split(",", -1)) {
            String name = range.split(";", 2)[0].strip();
            if (name.equals(text) || name.equals("*/*") || name.equals("application/*")) {
                return true;
            }
        }
        return false;
    }
}
