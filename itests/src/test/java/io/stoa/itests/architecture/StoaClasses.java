package io.stoa.itests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/** The classes that the rules speak of: what is written by hand in the modules, without tests. */
final class StoaClasses {

    private StoaClasses() {}

    static JavaClasses all() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/itests/"))
                .importPackages("io.stoa");
        if (classes.size() < 100) {
            throw new IllegalStateException("classes found: " + classes.size() + " (expected: those of all modules)");
        }
        return classes;
    }

    /** Those of the driver, which is on no class path of Stoa's: it has classes with the names of Mesos' own. */
    static JavaClasses ofTheDriver() {
        return new ClassFileImporter().importPath(Path.of("../framework-adapter/driver/target/classes"));
    }

    /** Those of the example schedulers. */
    static JavaClasses ofTheExamples() {
        JavaClasses classes = new ClassFileImporter().importPath(Path.of("examples/target/classes"));
        if (classes.size() < 20) {
            throw new IllegalStateException("classes found: " + classes.size() + " (expected: those of the examples)");
        }
        return classes;
    }

    static ArchCondition<JavaClass> resideInADocumentedPackage() {
        return new ArchCondition<>("reside in a package with a @NullMarked package-info") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                JavaPackage itsPackage = item.getPackage();
                if (isGenerated(item)) {
                    return;
                }
                boolean documented =
                        itsPackage.tryGetPackageInfo().isPresent() && itsPackage.isAnnotatedWith(NullMarked.class);
                if (!documented) {
                    events.add(SimpleConditionEvent.violated(
                            item, itsPackage.getName() + " has no @NullMarked package-info (" + item.getName() + ")"));
                }
            }
        };
    }

    /** What protoc makes has packages of its own, which hold nothing else. */
    private static boolean isGenerated(JavaClass item) {
        String name = item.getPackageName();
        return name.startsWith("io.stoa.proto.") && !name.endsWith(".json") && !name.endsWith(".recordio");
    }
}
