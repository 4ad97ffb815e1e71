package io.stoa.flags;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ServerLogTest {

    @Test
    void anEventIsOneLineWhateverIsInIt() {
        LoggerContext context = new LoggerContext();
        Logger logger = context.getLogger("io.stoa.Logging");
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(ServerLog.PATTERN);
        encoder.start();
        LoggingEvent event =
                new LoggingEvent("", logger, Level.INFO, "framework name={}", null, new Object[] {"a\r\n\0\u007fü\tb"});
        assertThat(new String(encoder.encode(event), StandardCharsets.UTF_8))
                .endsWith(" Logging - framework name=a????ü\tb\n");
    }
}
