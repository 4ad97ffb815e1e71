package io.stoa.cli;

import com.google.protobuf.ByteString;
import io.stoa.proto.recordio.RecordIo;
import java.io.IOException;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.TTYInfo.WindowSize;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.ProcessIO;

/** What is sent into a container: the body of ATTACH_CONTAINER_INPUT, which has no end before the container's. */
final class ContainerInput {

    private final StreamedPost post;

    /** Begins with what says whose input this is. */
    ContainerInput(StreamedPost post, ContainerID container) throws IOException {
        this.post = post;
        send(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                .setContainerId(container));
    }

    /** @param count 0: the end of stdin */
    void stdin(byte[] data, int count) throws IOException {
        send(ProcessIO.newBuilder()
                .setType(ProcessIO.Type.DATA)
                .setData(ProcessIO.Data.newBuilder()
                        .setType(ProcessIO.Data.Type.STDIN)
                        .setData(ByteString.copyFrom(data, 0, count))));
    }

    void window(WindowSize size) throws IOException {
        ProcessIO.Builder message = ProcessIO.newBuilder().setType(ProcessIO.Type.CONTROL);
        message.getControlBuilder().setType(ProcessIO.Control.Type.TTY_INFO);
        message.getControlBuilder().getTtyInfoBuilder().setWindowSize(size);
        send(message);
    }

    private void send(ProcessIO.Builder message) throws IOException {
        send(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                .setProcessIo(message));
    }

    private void send(Call.AttachContainerInput.Builder input) throws IOException {
        byte[] call = Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                .setAttachContainerInput(input)
                .build()
                .toByteArray();
        byte[] header = RecordIo.header(call.length);
        byte[] record = new byte[header.length + call.length];
        System.arraycopy(header, 0, record, 0, header.length);
        System.arraycopy(call, 0, record, header.length, call.length);
        post.send(record);
    }
}
