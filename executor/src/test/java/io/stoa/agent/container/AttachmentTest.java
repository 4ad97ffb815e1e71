package io.stoa.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachmentTest {

    private final List<String> heard = new ArrayList<>();
    private int open;
    private boolean over;
    /** Told of each connection, the oldest first. */
    private final List<ContainerIo.Listener> lines = new ArrayList<>();

    @Test
    void allShareOneConnectionThatTheLastOneCloses() throws IOException {
        Attachment attachment = new Attachment(this::io);
        ContainerIo first = attachment.join(hearing("first"));
        ContainerIo second = attachment.join(hearing("second"));
        assertThat(open).isEqualTo(1);
        lines.get(0).output(ContainerIo.Source.STDOUT, new byte[0]);
        first.close();
        lines.get(0).ended();
        assertThat(heard).containsExactly("first output", "second output", "second ended");
        assertThat(open).isZero();
        second.close();
        assertThat(open).isZero();
    }

    @Test
    void whoComesBehindTheEndIsTold() throws IOException {
        Attachment attachment = new Attachment(listener -> {
            if (over) {
                throw new IOException("over");
            }
            return io(listener);
        });
        attachment.join(hearing("first"));
        over = true;
        lines.get(0).ended();
        attachment.join(hearing("second")).close();
        assertThat(heard).containsExactly("first ended", "second ended");
    }

    @Test
    void whoComesWhenTheConnectionBrokeGetsAnother() throws IOException {
        Attachment attachment = new Attachment(this::io);
        ContainerIo first = attachment.join(hearing("first"));
        lines.get(0).ended();
        ContainerIo second = attachment.join(hearing("second"));
        first.close();
        lines.get(1).output(ContainerIo.Source.STDOUT, new byte[0]);
        assertThat(heard).containsExactly("first ended", "second output");
        second.close();
        ContainerIo third = attachment.join(hearing("third"));
        assertThat(heard).doesNotContain("third ended");
        third.close();
        assertThat(open).isZero();
    }

    @Test
    void whatAConnectionThatWasLeftStillSaysIsNothingToTheNext() throws IOException {
        Attachment attachment = new Attachment(this::io);
        attachment.join(hearing("first")).close();
        attachment.join(hearing("second"));
        lines.get(0).output(ContainerIo.Source.STDOUT, new byte[0]);
        lines.get(0).ended();
        assertThat(heard).isEmpty();
        assertThat(open).isEqualTo(1);
        lines.get(1).ended();
        assertThat(heard).containsExactly("second ended");
    }

    private ContainerIo.Listener hearing(String name) {
        return new ContainerIo.Listener() {
            @Override
            public void output(ContainerIo.Source source, byte[] data) {
                heard.add(name + " output");
            }

            @Override
            public void ended() {
                heard.add(name + " ended");
            }
        };
    }

    private ContainerIo io(ContainerIo.Listener line) {
        lines.add(line);
        open++;
        return new ContainerIo() {
            @Override
            public void input(byte[] data) {}

            @Override
            public void endInput() {}

            @Override
            public void window(int rows, int columns) {}

            @Override
            public void close() {
                open--;
            }
        };
    }
}
