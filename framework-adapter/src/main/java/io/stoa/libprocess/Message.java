package io.stoa.libprocess;

/**
 * A message that has come.
 *
 * @param from who says it sent it, and where answers go; nothing proves it
 * @param to the name of the process that it is for, {@code master}
 * @param name what it is, {@code mesos.internal.RegisterFrameworkMessage}; any text, may be empty
 * @param body the message's bytes, which need not be those of a message of that name; not copied, do not change it
 */
@SuppressWarnings("ArrayRecordComponent") // A body is handed over, never compared.
public record Message(Upid from, String to, String name, byte[] body) {}
