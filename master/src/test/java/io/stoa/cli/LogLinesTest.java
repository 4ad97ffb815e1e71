package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How servers log what others say of themselves. */
class LogLinesTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"/logback.xml,STDERR", "/io/stoa/cli/demo/logback.xml,file"})
    void anEventIsOneLineWhateverIsInIt(String file, String appenderName) throws Exception {
        LoggerContext context = new LoggerContext();
        context.putProperty("stoa.log.file", directory.resolve("log").toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        URL configuration = LogLinesTest.class.getResource(file);
        configurator.doConfigure(configuration);
        try {
            Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
            OutputStreamAppender<ILoggingEvent> appender =
                    (OutputStreamAppender<ILoggingEvent>) root.getAppender(appenderName);
            LoggingEvent event = new LoggingEvent(
                    "", root, Level.INFO, "framework name={}", null, new Object[] {"a\n\0\u001b[1mü\tb"});
            String line = new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
            assertThat(line).endsWith("framework name=a???[1mü\tb\n");
        } finally {
            context.stop();
        }
    }
}
