package io.stoa.agent.fetch;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.apache.mesos.v1.Protos.CommandInfo;

/**
 * A URI of a command after Mesos' rules: where it comes from and what it is called in the sandbox.
 *
 * @param source where the bytes are
 * @param fileName where they go, relative to the sandbox
 */
record FetchUri(Source source, String fileName, boolean executable, boolean extract) {

    private static final String FILE_PREFIX = "file://";
    private static final Set<String> NET_SCHEMES = Set.of("http", "https");

    /** Where the bytes are. */
    sealed interface Source {

        record Net(URI uri) implements Source {}

        record Local(Path path) implements Source {}
    }

    /**
     * @param frameworksHome what relative paths are relative to; empty: there are none
     * @throws FetchException where Mesos, or this fetcher, does not take the URI
     */
    static FetchUri of(CommandInfo.URI uri, String frameworksHome) throws FetchException {
        String value = uri.getValue().stripLeading();
        String baseName = baseName(value);
        String fileName = uri.hasOutputFile() ? checkedOutputFile(uri.getOutputFile()) : baseName;
        if (fileName.isEmpty()) {
            throw new FetchException("Malformed URI (missing file name): " + value);
        }
        return new FetchUri(source(value, frameworksHome), fileName, uri.getExecutable(), uri.getExtract());
    }

    /** What follows the last slash, a query included: Mesos looks for slashes only, and tasks rely on the names. */
    private static String baseName(String value) throws FetchException {
        if (value.indexOf('\\') >= 0 || value.indexOf('\'') >= 0 || value.indexOf('\0') >= 0) {
            throw new FetchException("Illegal characters in URI");
        }
        int scheme = value.indexOf("://");
        if (scheme > 1) {
            int path = value.indexOf('/', scheme + 3);
            if (path < 0 || path + 1 == value.length()) {
                throw new FetchException("Malformed URI (missing path): " + value);
            }
        }
        String name = value.substring(value.lastIndexOf('/') + 1);
        if (name.equals(".") || name.equals("..")) {
            throw new FetchException("Malformed URI (missing file name): " + value);
        }
        return name;
    }

    private static String checkedOutputFile(String outputFile) throws FetchException {
        if (outputFile.isEmpty()) {
            throw new FetchException("URI output file path is empty");
        }
        if (!SandboxTree.isInside(outputFile) || outputFile.endsWith("/")) {
            throw new FetchException("URI output file must be within the sandbox directory: " + outputFile);
        }
        return outputFile;
    }

    private static Source source(String value, String frameworksHome) throws FetchException {
        boolean file = value.startsWith(FILE_PREFIX);
        if (file || !value.contains("://")) {
            return localSource(value, file, frameworksHome);
        }
        String scheme = value.substring(0, value.indexOf("://")).toLowerCase(Locale.ROOT);
        if (!NET_SCHEMES.contains(scheme)) {
            throw new FetchException("Scheme '" + scheme + "' is not supported (expected: http, https, file)");
        }
        try {
            URI uri = new URI(value);
            if (uri.getHost() == null) {
                throw new FetchException("Malformed URI (missing host): " + value);
            }
            return new Source.Net(uri);
        } catch (URISyntaxException e) {
            throw new FetchException("Malformed URI: " + e.getMessage(), e);
        }
    }

    private static Source localSource(String value, boolean file, String frameworksHome) throws FetchException {
        String path = file ? value.substring(FILE_PREFIX.length()) : value;
        if (path.startsWith("localhost")) {
            path = path.substring("localhost".length());
        }
        if (!path.startsWith("/") && !file && !frameworksHome.isEmpty()) {
            path = frameworksHome + "/" + path;
        }
        if (!path.startsWith("/")) {
            throw new FetchException(
                    file
                            ? "File URI only supports absolute paths"
                            : "A relative path was passed for the resource but the Mesos framework home was not"
                                    + " specified. Please use an absolute path: " + value);
        }
        try {
            return new Source.Local(Path.of(path));
        } catch (InvalidPathException e) {
            throw new FetchException("Malformed path: " + e.getMessage(), e);
        }
    }
}
