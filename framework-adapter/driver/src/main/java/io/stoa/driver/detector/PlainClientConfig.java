package io.stoa.driver.detector;

import org.apache.zookeeper.client.ZKClientConfig;

/**
 * What the framework has set up for its own ZooKeeper client, in system properties, is not meant for this one: it
 * speaks neither SASL nor TLS.
 */
final class PlainClientConfig extends ZKClientConfig {

    PlainClientConfig() {
        setProperty(ENABLE_CLIENT_SASL_KEY, "false");
        setProperty(SECURE_CLIENT, "false");
        setProperty(ZOOKEEPER_REQUEST_TIMEOUT, "0");
        setProperty(ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNIO");
    }

    /** Reads system properties otherwise, and needs the classes of TLS. */
    @Override
    protected void handleBackwardCompatibility() {}
}
