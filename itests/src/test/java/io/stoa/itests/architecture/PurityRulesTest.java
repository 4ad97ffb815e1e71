package io.stoa.itests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** Time, chance and threads come from outside: what decides can be replayed. */
class PurityRulesTest {

    private static final JavaClasses STOA = StoaClasses.all();

    private static final String[] DECIDING = {
        "io.stoa.state.model..",
        "io.stoa.state.transaction..",
        "io.stoa.state.resources..",
        "io.stoa.mesos.validation.."
    };

    /** The client library has only itself, the protocol and gRPC: no clock of ours that could come from outside. */
    @Test
    void onlyTheTimePackageReadsAClock() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.stoa.time..", "io.stoa.client..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .orShould()
                .callMethod(Clock.class, "systemDefaultZone")
                .check(STOA);
    }

    @Test
    void whatDecidesDrawsNoRandomNumbers() {
        noClasses()
                .that()
                .resideInAnyPackage(DECIDING)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .check(STOA);
    }

    @Test
    void whatDecidesHasNoThreadsAndNoLocks() {
        noClasses()
                .that()
                .resideInAnyPackage(DECIDING)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent..")
                .check(STOA);
    }
}
