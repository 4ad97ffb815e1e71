package io.stoa.driver.v1;

import java.io.IOException;

/** A framework's scheduler of the v1 API. Called on one loop, one at a time. What the framework throws comes out. */
public interface V1Callbacks {

    void connected();

    void disconnected();

    /**
     * @param event in protobuf
     * @throws IOException where the framework's own bindings cannot read it
     */
    void received(byte[] event) throws IOException;
}
