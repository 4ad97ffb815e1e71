package io.stoa.mesos.v1;

import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.recordio.RecordIo;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** Writes events as RecordIO records. */
final class EventEncoder {

    private EventEncoder() {}

    /** One record, header included; protobuf goes straight into the buffer. */
    static ByteBuf encode(MediaType type, Event event, ByteBufAllocator allocator) {
        if (type == MediaType.JSON) {
            byte[] json = MesosJson.print(event);
            byte[] header = RecordIo.header(json.length);
            return allocator
                    .buffer(header.length + json.length)
                    .writeBytes(header)
                    .writeBytes(json);
        }
        int size = event.getSerializedSize();
        byte[] header = RecordIo.header(size);
        ByteBuf record = allocator.buffer(header.length + size).writeBytes(header);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(record.nioBuffer(header.length, size));
            event.writeTo(out);
            out.flush();
        } catch (IOException e) {
            record.release();
            throw new UncheckedIOException("encoding into memory", e);
        }
        return record.writerIndex(header.length + size);
    }
}
