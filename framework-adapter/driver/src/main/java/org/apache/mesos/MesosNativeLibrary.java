package org.apache.mesos;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Drivers need no native library: what frameworks do to load it, and to learn its version, goes well. Mesos' classes
 * that are native still, its replicated log and its state, get it if there is one.
 */
public class MesosNativeLibrary {

    public static final String VERSION = "1.11.0";

    private static final Version CURRENT = new Version(1, 11, 0);

    /** As Mesos' own class it can be made, to no purpose. */
    public MesosNativeLibrary() {}

    /** @throws UnsatisfiedLinkError to a class that cannot work without the library, where there is none */
    public static void load() {
        for (StackTraceElement caller : new Throwable().getStackTrace()) {
            if (isNative(caller.getClassName())) {
                loadFor(caller.getClassName(), System.getenv());
                return;
            }
        }
    }

    private static boolean isNative(String className) {
        return className.equals("org.apache.mesos.Log") || className.startsWith("org.apache.mesos.state.");
    }

    /** Now, as Mesos' own class does: the first native call would fail in the midst of things. */
    static void loadFor(String className, Map<String, String> environment) {
        String path = environment.getOrDefault(
                "MESOS_NATIVE_JAVA_LIBRARY", environment.getOrDefault("MESOS_NATIVE_LIBRARY", ""));
        try {
            if (path.isEmpty()) {
                System.loadLibrary("mesos");
            } else {
                System.load(path);
            }
        } catch (UnsatisfiedLinkError e) {
            UnsatisfiedLinkError why = new UnsatisfiedLinkError(className
                    + " is native code of libmesos, which this driver does not replace, and '"
                    + (path.isEmpty() ? "mesos in java.library.path" : path)
                    + "' cannot be loaded (expected: the path of libmesos in MESOS_NATIVE_JAVA_LIBRARY): "
                    + e.getMessage());
            why.initCause(e);
            throw why;
        }
    }

    /** @param path of a library, which is not looked at */
    public static void load(@Nullable String path) {}

    /** Mesos' version whose API this is. Loaded or not, as there is nothing to load. */
    public static Version version() {
        return CURRENT;
    }

    /** Of a library, in three numbers. */
    // Mesos' own class has no equals(Object) either.
    @SuppressWarnings({"NonOverridingEquals", "ComparableType"})
    public static class Version implements Comparable<Version> {

        public final long major;
        public final long minor;
        public final long patch;

        public Version(long major, long minor, long patch) {
            this.major = notNegative("Major", major);
            this.minor = notNegative("Minor", minor);
            this.patch = notNegative("Patch", patch);
        }

        public Version(long major, long minor) {
            this(major, minor, 0);
        }

        public Version(long major) {
            this(major, 0, 0);
        }

        private static long notNegative(String part, long number) {
            if (number < 0) {
                throw new IllegalArgumentException(part + " version must not be negative: " + number);
            }
            return number;
        }

        public boolean equals(@Nullable Version other) {
            return other != null && compareTo(other) == 0;
        }

        /** @throws IllegalArgumentException for null */
        @Override
        public int compareTo(@Nullable Version other) {
            if (other == null) {
                throw new IllegalArgumentException("other Version must not be null");
            }
            int byMajor = Long.compare(major, other.major);
            int byMinor = byMajor != 0 ? byMajor : Long.compare(minor, other.minor);
            return byMinor != 0 ? byMinor : Long.compare(patch, other.patch);
        }

        /** Strictly less. */
        public boolean before(Version other) {
            return compareTo(other) < 0;
        }

        /** Strictly greater. */
        public boolean after(Version other) {
            return compareTo(other) > 0;
        }

        @Override
        public String toString() {
            return major + "." + minor + "." + patch;
        }
    }
}
