package io.stoa.mesos.v1;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Reads calls from request bodies. */
final class CallDecoder {

    private CallDecoder() {}

    /** @throws RefusedBody with Mesos' text for a body that is no call */
    static Call decode(MediaType type, byte[] body) throws RefusedBody {
        return type == MediaType.JSON ? json(body) : protobuf(body);
    }

    private static Call json(byte[] body) throws RefusedBody {
        try {
            return MesosJson.parse(body, Call.newBuilder()).build();
        } catch (MesosJsonException e) {
            throw new RefusedBody(e.sentence("Call"));
        }
    }

    private static Call protobuf(byte[] body) throws RefusedBody {
        try {
            return Call.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedBody("Failed to parse body into Call protobuf");
        }
    }

    /** The body is no call; the message is the answer. */
    static final class RefusedBody extends Exception {
        private static final long serialVersionUID = 1;

        RefusedBody(String message) {
            super(message, null, false, false);
        }
    }
}
