package io.stoa.agent.recovery;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The disk as an agent sees it whose life ends at a change of it. */
public final class FaultyFiles extends FileSystem {

    /** Of a directory that is open. */
    private static final Set<String> CHANGES = Set.of("move", "deleteFile", "deleteDirectory");

    private final FaultPoints faults;
    private final FileSystem disk;
    private final FileSystemProvider provider = new Provider();

    private FaultyFiles(FaultPoints faults, FileSystem disk) {
        this.faults = faults;
        this.disk = disk;
    }

    /** The same place on the disk. */
    public static Path of(Path real, FaultPoints faults) {
        return new FaultyFiles(faults, real.getFileSystem()).wrap(real);
    }

    /** What only this class makes of paths. */
    private interface Faulty {

        Path real();
    }

    /** What only this class makes of directories. */
    private interface FaultyDirectory {

        DirectoryStream<Path> entries();
    }

    private Path wrap(Path real) {
        return (Path) Proxy.newProxyInstance(
                FaultyFiles.class.getClassLoader(),
                new Class<?>[] {Path.class, Faulty.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "real":
                            return real;
                        case "getFileSystem":
                            return this;
                        case "iterator":
                            return wrapAll(real.iterator());
                        default:
                    }
                    Object[] unwrapped = arguments == null
                            ? new Object[0]
                            : Arrays.stream(arguments).map(FaultyFiles::unwrap).toArray();
                    try {
                        Object result = method.invoke(real, unwrapped);
                        return result instanceof Path path ? wrap(path) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Iterator<Path> wrapAll(Iterator<Path> paths) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return paths.hasNext();
            }

            @Override
            public Path next() {
                return wrap(paths.next());
            }
        };
    }

    private static @Nullable Object unwrap(@Nullable Object value) {
        if (value instanceof FaultyDirectory directory) {
            return directory.entries();
        }
        return value instanceof Faulty faulty ? faulty.real() : value;
    }

    private static Path real(Path path) {
        return path instanceof Faulty faulty ? faulty.real() : path;
    }

    private final class Provider extends FileSystemProvider {

        private FileSystemProvider below() {
            return disk.provider();
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            if (!options.contains(StandardOpenOption.WRITE) && !options.contains(StandardOpenOption.APPEND)) {
                return below().newByteChannel(real(path), options, attributes);
            }
            return faulty(faults.pass(() -> below().newByteChannel(real(path), options, attributes)));
        }

        private SeekableByteChannel faulty(SeekableByteChannel channel) {
            return (SeekableByteChannel) Proxy.newProxyInstance(
                    FaultyFiles.class.getClassLoader(),
                    new Class<?>[] {SeekableByteChannel.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("write")) {
                            return write(channel, (ByteBuffer) arguments[0]);
                        }
                        try {
                            return method.invoke(channel, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private int write(SeekableByteChannel channel, ByteBuffer bytes) throws IOException {
            return faults.pass(() -> channel.write(bytes), () -> {
                ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
                return channel.write(half);
            });
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            return faults.pass(() -> below().newFileChannel(real(path), options, attributes));
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            return faulty(below().newDirectoryStream(real(directory), path -> filter.accept(wrap(path))));
        }

        @SuppressWarnings("unchecked") // A stream of what is in a directory of paths has paths.
        private DirectoryStream<Path> faulty(DirectoryStream<Path> entries) {
            return (DirectoryStream<Path>) Proxy.newProxyInstance(
                    FaultyFiles.class.getClassLoader(),
                    new Class<?>[] {SecureDirectoryStream.class, FaultyDirectory.class},
                    (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "entries":
                                return entries;
                            case "iterator":
                                return wrapAll(entries.iterator());
                            default:
                        }
                        Object[] unwrapped = arguments == null
                                ? new Object[0]
                                : Arrays.stream(arguments)
                                        .map(FaultyFiles::unwrap)
                                        .toArray();
                        if (CHANGES.contains(method.getName())) {
                            change(() -> invoke(method, entries, unwrapped));
                            return null;
                        }
                        Object result = invoke(method, entries, unwrapped);
                        return result instanceof DirectoryStream<?> below
                                ? faulty((DirectoryStream<Path>) below)
                                : result;
                    });
        }

        private static @Nullable Object invoke(Method method, Object on, Object[] arguments) throws IOException {
            try {
                return method.invoke(on, arguments);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
            change(() -> below().createDirectory(real(directory), attributes));
        }

        @Override
        public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes) throws IOException {
            change(() -> below().createSymbolicLink(real(link), real(target), attributes));
        }

        @Override
        public Path readSymbolicLink(Path link) throws IOException {
            return wrap(below().readSymbolicLink(real(link)));
        }

        @Override
        public void delete(Path path) throws IOException {
            change(() -> below().delete(real(path)));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) throws IOException {
            change(() -> below().copy(real(source), real(target), options));
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            change(() -> below().move(real(source), real(target), options));
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
            change(() -> below().setAttribute(real(path), attribute, value, options));
        }

        private interface Change {

            void make() throws IOException;
        }

        private void change(Change change) throws IOException {
            faults.pass(
                    () -> {
                        change.make();
                        return true;
                    },
                    () -> false);
        }

        @Override
        public boolean isSameFile(Path path, Path other) throws IOException {
            return below().isSameFile(real(path), real(other));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return below().isHidden(real(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            return below().getFileStore(real(path));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            below().checkAccess(real(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return below().getFileAttributeView(real(path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            return below().readAttributes(real(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            return below().readAttributes(real(path), attributes, options);
        }

        @Override
        public String getScheme() {
            return "faulty";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return disk.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return disk.getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return disk.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return disk.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
        return wrap(disk.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return disk.getPathMatcher(syntaxAndPattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return disk.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
        return disk.newWatchService();
    }
}
