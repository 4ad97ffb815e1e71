package org.apache.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver beside bindings that do not have all types of today's. */
class OldBindingsTest {

    @Test
    void theMethodsOfADriverCanBeLookedAtWithoutOfferConstraints() throws Exception {
        try (Without bindings = new Without("org.apache.mesos.scheduler.Protos")) {
            assertThatThrownBy(() -> bindings.loadClass("org.apache.mesos.scheduler.Protos$OfferConstraints"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> driver = bindings.loadClass(MesosSchedulerDriver.class.getName());

            assertThat(driver.getDeclaredMethods())
                    .extracting(java.lang.reflect.Method::getName)
                    .contains("acceptOffers", "launchTasks", "updateFramework");
            Class<?> filters = bindings.loadClass("org.apache.mesos.Protos$Filters");
            assertThat(driver.getMethod(
                            "acceptOffers", java.util.Collection.class, java.util.Collection.class, filters))
                    .isNotNull();
        }
    }

    /** Loads what this test has anew, but for some classes. */
    private static final class Without extends URLClassLoader {
        private final String missing;

        Without(String missing) throws Exception {
            super(classPath(), ClassLoader.getPlatformClassLoader());
            this.missing = missing;
        }

        private static URL[] classPath() throws Exception {
            List<URL> urls = new ArrayList<>();
            for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(new File(each).toURI().toURL());
            }
            return urls.toArray(new URL[0]);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(missing)) {
                throw new ClassNotFoundException(name);
            }
            return super.findClass(name);
        }
    }
}
