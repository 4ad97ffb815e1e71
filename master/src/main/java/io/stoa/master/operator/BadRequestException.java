package io.stoa.master.operator;

/** A request that is refused with 400; the message is the answer. */
final class BadRequestException extends Exception {

    private static final long serialVersionUID = 1;

    private final String text;

    BadRequestException(String text) {
        super(text, null, false, false);
        this.text = text;
    }

    String text() {
        return text;
    }
}
