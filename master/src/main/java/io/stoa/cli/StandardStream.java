package io.stoa.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * The stdout or the stderr of this process. Where it cannot be written to, an {@link OutputException} passes through
 * all streams and writers on top, which would keep an IOException to themselves.
 */
final class StandardStream extends OutputStream {

    private final String name;
    private final OutputStream out;

    private StandardStream(String name, FileDescriptor file) {
        this.name = name;
        out = new FileOutputStream(file);
    }

    /** From now on {@link System#out} and {@link System#err} lose nothing in silence. */
    static void install() {
        System.setOut(new PrintStream(new StandardStream("stdout", FileDescriptor.out)));
        System.setErr(new PrintStream(new StandardStream("stderr", FileDescriptor.err)));
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        try {
            out.write(bytes, from, count);
        } catch (IOException e) {
            throw new OutputException(name, e);
        }
    }
}
