package io.stoa.proto.json;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/** Reads base64 as Mesos does: white space is skipped, padding is optional, what follows it is not looked at. */
final class LenientBase64 {

    private static final byte INVALID = -1;
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, INVALID);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            VALUES[alphabet.charAt(i)] = (byte) i;
        }
    }

    private LenientBase64() {}

    /** @throws IllegalArgumentException with Mesos' text where a character is none of base64 */
    static ByteString decode(String text) {
        ByteString.Output out = ByteString.newOutput(text.length() / 4 * 3 + 3);
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length() && text.charAt(i) != '='; i++) {
            char c = text.charAt(i);
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                continue;
            }
            int value = c < VALUES.length ? VALUES[c] : INVALID;
            if (value == INVALID) {
                throw new IllegalArgumentException("Invalid character '" + c + "'");
            }
            held = held << 6 | value;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                out.write(held >> bits);
            }
        }
        return out.toByteString();
    }
}
