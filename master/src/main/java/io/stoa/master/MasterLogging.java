package io.stoa.master;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import io.stoa.flags.FlagValues;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** What {@code --log_dir}, {@code --logging_level} and {@code --quiet} change of logback.xml. */
final class MasterLogging {

    private static final String PATTERN = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n";

    private MasterLogging() {}

    static void configure(FlagValues flags) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level(flags.get(MasterFlags.LOGGING_LEVEL)));
        if (flags.get(MasterFlags.QUIET)) {
            root.detachAppender("STDERR");
        }
        flags.find(MasterFlags.LOG_DIR).ifPresent(directory -> root.addAppender(file(context, directory)));
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

    private static FileAppender<ILoggingEvent> file(LoggerContext context, Path directory) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setName("FILE");
        appender.setFile(directory.resolve("master.log").toString());
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
