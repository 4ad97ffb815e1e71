package io.stoa.flags;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What {@code --log_dir}, {@code --logging_level} and {@code --quiet} change of logback.xml. */
final class ServerLog {

    private static final Flag<Path> LOG_DIR = Flag.of(
            "log_dir", FlagType.PATH, "Where to write master.log or agent.log as well; only to stderr if not given.");
    private static final Flag<String> LOGGING_LEVEL = Flag.of(
                    "logging_level", FlagType.TEXT, "What is logged at least: INFO, WARNING or ERROR.")
            .withDefault("INFO");
    private static final Flag<Boolean> QUIET =
            Flag.of("quiet", FlagType.BOOLEAN, "Log nothing to stderr.").withDefault("false");

    static final List<Flag<?>> FLAGS = List.of(LOG_DIR, LOGGING_LEVEL, QUIET);

    /** What others say of themselves, such as names of frameworks, makes no lines of its own. */
    static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{0} - "
            + "%replace(%msg){'[\\x00-\\x08\\x0a-\\x1f\\x7f]', '?'}%n";

    private ServerLog() {}

    /**
     * Does what the flags say.
     *
     * @param name of the file, without {@code .log}
     * @throws IllegalArgumentException with what is wrong, for people
     */
    static void configure(FlagValues flags, String name) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level(flags.get(LOGGING_LEVEL)));
        if (flags.get(QUIET)) {
            root.detachAppender("STDERR");
        }
        flags.find(LOG_DIR).ifPresent(directory -> root.addAppender(appender(context, file(directory, name))));
    }

    static Path file(Path directory, String name) {
        return directory.resolve(name + ".log");
    }

    private static Level level(String text) {
        return switch (text) {
            case "INFO" -> Level.INFO;
            case "WARNING" -> Level.WARN;
            case "ERROR" -> Level.ERROR;
            default ->
                throw new IllegalArgumentException("logging_level: '" + text + "' (expected: INFO, WARNING or ERROR)");
        };
    }

    private static FileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("FILE");
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        if (!appender.isStarted()) {
            throw new IllegalArgumentException("log_dir: cannot write " + file);
        }
        return appender;
    }
}
