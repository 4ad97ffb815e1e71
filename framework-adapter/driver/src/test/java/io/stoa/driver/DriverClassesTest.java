package io.stoa.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What must hold of the class files, so that they fit every framework. */
class DriverClassesTest {

    private static final Path CLASSES = Path.of("target/classes");
    private static final int OF_JAVA_8 = 52;
    private static final String MESOS = "org.apache.mesos.";
    private static final String PROTOBUF = "com.google.protobuf.";

    private final JavaClasses classes = new ClassFileImporter().importPath(CLASSES);

    @Test
    void allRunOnJava8() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(CLASSES)) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        assertThat(files).hasSizeGreaterThan(30);
        for (Path file : files) {
            try (DataInputStream input = new DataInputStream(Files.newInputStream(file))) {
                input.readInt();
                input.readUnsignedShort();
                assertThat(input.readUnsignedShort()).as(file.toString()).isEqualTo(OF_JAVA_8);
            }
        }
    }

    /** The framework's Mesos classes may have been made for protobuf under another name. */
    @Test
    void noCallOnAClassOfMesosMentionsAProtobufType() {
        List<String> mentions = new ArrayList<>();
        for (JavaClass each : classes) {
            each.getAccessesFromSelf().forEach(access -> {
                AccessTarget target = access.getTarget();
                if (target.getOwner().getName().startsWith(MESOS)) {
                    types(target)
                            .filter(DriverClassesTest::isOfProtobuf)
                            .forEach(type -> mentions.add(access.getDescription() + ": " + type.getName()));
                }
            });
        }
        assertThat(mentions).isEmpty();
    }

    @Test
    void noSignatureOfAReplacedClassMentionsAProtobufType() {
        List<String> mentions = new ArrayList<>();
        for (JavaClass each : classes) {
            if (each.getName().startsWith(MESOS)) {
                for (JavaCodeUnit unit : each.getCodeUnits()) {
                    Stream.concat(
                                    Stream.of(unit.getRawReturnType()),
                                    Stream.concat(
                                            unit.getRawParameterTypes().stream(),
                                            unit.getThrowsClause().getTypes().stream()))
                            .filter(DriverClassesTest::isOfProtobuf)
                            .forEach(type -> mentions.add(unit.getFullName() + ": " + type.getName()));
                }
            }
        }
        assertThat(mentions).isEmpty();
    }

    private static Stream<JavaClass> types(AccessTarget target) {
        if (target instanceof AccessTarget.CodeUnitAccessTarget unit) {
            return Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream());
        }
        return Stream.of(((AccessTarget.FieldAccessTarget) target).getRawType());
    }

    private static boolean isOfProtobuf(JavaClass type) {
        return type.getBaseComponentType().getName().startsWith(PROTOBUF);
    }
}
