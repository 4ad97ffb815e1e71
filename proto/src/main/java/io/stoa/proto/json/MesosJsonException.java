package io.stoa.proto.json;

/** JSON that Mesos would refuse. The message is the text that follows Mesos' {@code Failed to …: }. */
public final class MesosJsonException extends Exception {

    /** Which of Mesos' two steps refused. */
    public enum Step {
        /** The text is no JSON. */
        PARSE,
        /** The JSON is no such message. */
        CONVERT
    }

    private final Step step;
    private final String message;

    MesosJsonException(Step step, String message) {
        super(message, null, false, false);
        this.step = step;
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }

    public Step step() {
        return step;
    }

    /**
     * The whole sentence which Mesos' HTTP APIs answer.
     *
     * @param type the simple name of the message, {@code Call}
     */
    public String sentence(String type) {
        return switch (step) {
            case PARSE -> "Failed to parse body into JSON: " + message;
            case CONVERT -> "Failed to convert JSON into " + type + " protobuf: " + message;
        };
    }
}
