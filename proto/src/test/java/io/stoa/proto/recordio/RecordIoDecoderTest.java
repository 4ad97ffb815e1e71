package io.stoa.proto.recordio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordIoDecoderTest {

    private final List<String> records = new ArrayList<>();
    private final RecordIoDecoder decoder =
            new RecordIoDecoder(200_000, record -> records.add(new String(record, UTF_8)));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void recordsAreFoundHoweverTheStreamIsCut(int piece) throws Exception {
        byte[] stream = "5\nhello0\n11\nhello world".getBytes(UTF_8);
        for (int from = 0; from < stream.length; from += piece) {
            decoder.decode(stream, from, Math.min(piece, stream.length - from));
        }
        decoder.end();

        assertThat(records).containsExactly("hello", "", "hello world");
    }

    @Test
    void whatIsFramedIsFound() throws Exception {
        String large = "x".repeat(150_000);
        byte[] framed = RecordIo.frame(large.getBytes(UTF_8));
        decoder.decode(framed, 0, framed.length);

        assertThat(records).containsExactly(large);
    }

    @Test
    void longerRecordIsRefusedByItsHeader() {
        assertRefused("200001\n", "record of at least 200001 bytes (expected: <= 200000)");
        assertThat(records).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "-1\n", "5 \nhello", "abc", "99999999999999999999999999"})
    void badHeaderIsRefusedAndNothingIsReadAfterIt(String stream) {
        assertThatThrownBy(() -> feed(stream)).isInstanceOf(RecordIoException.class);
        assertThatThrownBy(() -> feed("5\nhello")).isInstanceOf(RecordIoException.class);
        assertThat(records).isEmpty();
    }

    @Test
    void streamThatEndsWithinARecordIsRefused() throws Exception {
        feed("5\nhel");
        assertThatThrownBy(decoder::end).hasMessage("stream ended after 3 bytes of a record (expected: 5)");
    }

    private void assertRefused(String stream, String message) {
        assertThatThrownBy(() -> feed(stream)).hasMessage(message);
    }

    private void feed(String stream) throws RecordIoException {
        byte[] bytes = stream.getBytes(UTF_8);
        decoder.decode(bytes, 0, bytes.length);
    }
}
