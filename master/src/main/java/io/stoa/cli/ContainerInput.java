package io.stoa.cli;

import com.google.protobuf.ByteString;
import io.stoa.proto.recordio.RecordIo;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SubmissionPublisher;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.TTYInfo.WindowSize;
import org.apache.mesos.v1.agent.Protos.Call;
import org.apache.mesos.v1.agent.Protos.ProcessIO;

/**
 * What is sent into a container, as the body of ATTACH_CONTAINER_INPUT. It is pushed: the HTTP client, which would wait
 * for more of a stream, would hold back what it has read. A few records wait at most.
 */
final class ContainerInput extends SubmissionPublisher<ByteBuffer> {

    private static final int MAX_WAITING = 64;

    private final ContainerID container;
    private final CountDownLatch listening = new CountDownLatch(1);

    ContainerInput(ContainerID container) {
        super(ForkJoinPool.commonPool(), MAX_WAITING);
        this.container = container;
    }

    /** Begins with what says whose input this is. */
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        super.subscribe(subscriber);
        int unused = submit(record(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.CONTAINER_ID)
                .setContainerId(container)));
        listening.countDown();
    }

    /** Nobody listens, or ever will: what is sent from now on is lost, and nobody waits. */
    void over() {
        listening.countDown();
    }

    /** @param count 0: the end of stdin */
    void stdin(byte[] data, int count) throws InterruptedException {
        send(ProcessIO.newBuilder()
                .setType(ProcessIO.Type.DATA)
                .setData(ProcessIO.Data.newBuilder()
                        .setType(ProcessIO.Data.Type.STDIN)
                        .setData(ByteString.copyFrom(data, 0, count))));
    }

    void window(WindowSize size) throws InterruptedException {
        ProcessIO.Builder message = ProcessIO.newBuilder().setType(ProcessIO.Type.CONTROL);
        message.getControlBuilder().setType(ProcessIO.Control.Type.TTY_INFO);
        message.getControlBuilder().getTtyInfoBuilder().setWindowSize(size);
        send(message);
    }

    private void send(ProcessIO.Builder message) throws InterruptedException {
        listening.await();
        int unused = submit(record(Call.AttachContainerInput.newBuilder()
                .setType(Call.AttachContainerInput.Type.PROCESS_IO)
                .setProcessIo(message)));
    }

    private static ByteBuffer record(Call.AttachContainerInput.Builder input) {
        byte[] call = Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                .setAttachContainerInput(input)
                .build()
                .toByteArray();
        byte[] header = RecordIo.header(call.length);
        return ByteBuffer.allocate(header.length + call.length)
                .put(header)
                .put(call)
                .flip();
    }
}
