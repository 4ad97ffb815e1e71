package io.stoa.examples.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;

class UsageSampleTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static String container(String scheduler, String executor, double atS, double userS, double systemS) {
        return """
                {"executor_id": "%s", "executor_name": "", "framework_id": "%s", "source": "",
                 "statistics": {"cpus_system_time_secs": %s, "cpus_user_time_secs": %s, "mem_rss_bytes": 1048576,
                                "timestamp": %s}}
                """.formatted(executor, scheduler, systemS, userS, atS);
    }

    private static UsageSample sample(String... containers) throws Exception {
        return UsageSample.parse(JSON.readTree("[" + String.join(",", containers) + "]"));
    }

    @Test
    void cpusAreWhatWasUsedBetweenTwoSamples() throws Exception {
        UsageSample first = sample(container("me", "web.0.0", 100, 5, 1), container("other", "x", 100, 10, 0));
        UsageSample second = sample(container("me", "web.0.0", 102, 6, 1.5), container("other", "x", 102, 11, 0));

        Usage usage = second.since(first, "me");

        assertThat(usage.cpus()).isCloseTo(1.25, within(1e-9));
        assertThat(usage.cpusOf("web.0.0")).isCloseTo(0.75, within(1e-9));
        assertThat(usage.cpusOf("x")).isZero();
        assertThat(usage.memMb()).isCloseTo(2, within(1e-9));
    }

    @Test
    void whatWasNotThereBeforeOrStartedAnewCountsWithItsMemoryOnly() throws Exception {
        UsageSample first = sample(container("me", "a.0.0", 100, 50, 0));
        UsageSample second = sample(container("me", "a.0.0", 101, 1, 0), container("me", "b.0.0", 101, 9, 9));

        Usage usage = second.since(first, "me");

        assertThat(usage.cpus()).isZero();
        assertThat(usage.memMb()).isCloseTo(2, within(1e-9));
    }

    @Test
    void containersWithoutFiguresAreLeftOut() throws Exception {
        UsageSample sample = sample("{\"executor_id\": \"a\", \"framework_id\": \"me\"}");
        assertThat(sample.containers()).isEmpty();
    }
}
