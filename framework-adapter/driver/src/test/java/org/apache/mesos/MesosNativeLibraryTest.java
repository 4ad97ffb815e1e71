package org.apache.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MesosNativeLibraryTest {

    @Test
    void frameworksLoadNothing() {
        assertThatCode(MesosNativeLibrary::load).doesNotThrowAnyException();
        assertThatCode(() -> MesosNativeLibrary.load("/no/such/library.so")).doesNotThrowAnyException();
        assertThat(MesosNativeLibrary.version().equals(new MesosNativeLibrary.Version(1, 11, 0)))
                .isTrue();
    }

    /** Each is loaded for its own: initialization fails differently the second time. */
    @Test
    void whatIsStillNativeFailsAtOnceAndSaysWhy() {
        for (String name : new String[] {"org.apache.mesos.Log", "org.apache.mesos.state.ZooKeeperState"}) {
            assertThatThrownBy(() -> Class.forName(name))
                    .isInstanceOf(UnsatisfiedLinkError.class)
                    .hasMessageContaining("is native code of libmesos, which this driver does not replace");
        }
    }

    @Test
    void theLibraryThatIsNamedIsLoaded() {
        assertThatThrownBy(() -> MesosNativeLibrary.loadFor(
                        "org.apache.mesos.Log", Map.of("MESOS_NATIVE_JAVA_LIBRARY", "/no/such/libmesos.so")))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("'/no/such/libmesos.so' cannot be loaded");
        assertThatThrownBy(() -> MesosNativeLibrary.loadFor(
                        "org.apache.mesos.Log", Map.of("MESOS_NATIVE_LIBRARY", "/old/name/libmesos.so")))
                .hasMessageContaining("'/old/name/libmesos.so'");
    }
}
