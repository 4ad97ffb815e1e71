package io.stoa.proto.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos;
import org.junit.jupiter.api.Test;

/** The declarations of Mesos' messages for clients in other languages are those of the bindings that are used here. */
class MesosProtoFileTest {

    private static final Path FILE = Path.of("src/mesos/proto/mesos/v1/mesos.proto");

    @Test
    void fileDeclaresWhatTheBindingsHave() throws IOException {
        String expected = ProtoFile.of(
                Protos.getDescriptor(),
                List.of(
                        "The messages of Mesos' v1 API to which Stoa's own refer: for protoc, and for clients in",
                        "other languages. Written out of the descriptors of the bindings org.apache.mesos:mesos:1.11.0",
                        "(-Dstoa.write=true); what the fields mean is said in Mesos' documentation."));
        if (Boolean.getBoolean("stoa.write")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, expected);
        }

        assertThat(FILE).hasContent(expected);
    }
}
