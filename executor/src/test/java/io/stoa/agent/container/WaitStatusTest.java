package io.stoa.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitStatusTest {

    @Test
    void exitsAreWordedAsInMesos() {
        assertThat(new WaitStatus(0).words()).isEqualTo("exited with status 0");
        assertThat(new WaitStatus(255 << 8).words()).isEqualTo("exited with status 255");
    }

    @Test
    void signalsAreWordedAsTheCLibraryDoes() {
        assertThat(new WaitStatus(15).words()).isEqualTo("terminated with signal Terminated");
        assertThat(new WaitStatus(11 | 0x80).words())
                .isEqualTo("terminated with signal Segmentation fault (core dumped)");
        assertThat(new WaitStatus(31).words()).isEqualTo("terminated with signal Bad system call");
        assertThat(new WaitStatus(35).words()).isEqualTo("terminated with signal Real-time signal 1");
        assertThat(new WaitStatus(33).words()).isEqualTo("terminated with signal Unknown signal 33");
    }

    @Test
    void onlyExitStatusZeroIsSuccess() {
        assertThat(new WaitStatus(0).succeeded()).isTrue();
        assertThat(new WaitStatus(256).succeeded()).isFalse();
        assertThat(new WaitStatus(9).succeeded()).isFalse();
    }
}
