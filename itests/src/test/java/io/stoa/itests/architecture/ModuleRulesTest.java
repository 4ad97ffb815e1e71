package io.stoa.itests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The one-way rule between the modules, and the libraries that stay behind one door. */
class ModuleRulesTest {

    private static final JavaClasses STOA = StoaClasses.all();

    private static final String[] STATE = {"io.stoa.state..", "io.stoa.time.."};
    private static final String[] ADAPTER = {
        "io.stoa.authentication..",
        "io.stoa.mesos..",
        "io.stoa.http..",
        "io.stoa.libprocess..",
        "io.stoa.flags..",
        "io.stoa.detector..",
        "io.stoa.metrics..",
        "io.stoa.rpc..",
        "io.stoa.v0..",
        "io.stoa.v1.."
    };
    private static final String[] AGENT = {"io.stoa.agent.."};
    private static final String[] MASTER = {"io.stoa.master..", "io.stoa.cli.."};

    @Test
    void modulesDependOnThoseBelowThemOnly() {
        check(noClasses()
                .that()
                .resideInAPackage("io.stoa.proto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(concat(STATE, ADAPTER, AGENT, MASTER)));
        check(noClasses()
                .that()
                .resideInAnyPackage(STATE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(concat(ADAPTER, AGENT, MASTER)));
        check(noClasses()
                .that()
                .resideInAnyPackage(ADAPTER)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(concat(AGENT, MASTER)));
        check(noClasses()
                .that()
                .resideInAnyPackage(AGENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MASTER));
    }

    @Test
    void theDriverDependsOnNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.stoa..").and(not(resideInAPackage("io.stoa.driver.."))))
                .check(StoaClasses.ofTheDriver());
    }

    @Test
    void theClientDependsOnTheProtocolAndOnGrpcOnly() {
        check(classes()
                .that()
                .resideInAPackage("io.stoa.client..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.stoa.client..",
                        "io.stoa.proto.v1",
                        "org.apache.mesos.v1",
                        "com.google.protobuf..",
                        "io.grpc..",
                        "org.jspecify.annotations",
                        "java.."));
    }

    @Test
    void theExamplesUseTheClientAndTheProtocolOnly() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("io.stoa..")
                        .and(not(resideInAnyPackage("io.stoa.examples..", "io.stoa.client..", "io.stoa.proto.v1"))))
                .check(StoaClasses.ofTheExamples());
    }

    @Test
    void theAgentUsesToolsAndValuesOfTheModulesBelowButNoState() {
        check(noClasses()
                .that()
                .resideInAnyPackage(AGENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.stoa.mesos..",
                        "io.stoa.state",
                        "io.stoa.state.model..",
                        "io.stoa.state.transaction..",
                        "io.stoa.state.journal.."));
    }

    @Test
    void onlyTheDevelopmentClusterAndTheLauncherKnowTheAgent() {
        check(noClasses()
                .that()
                .resideInAnyPackage(MASTER)
                .and()
                .resideOutsideOfPackages("io.stoa.master.dev..", "io.stoa.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(AGENT));
    }

    @Test
    void curatorStaysInTheJournalAndInElection() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.stoa.state.journal.zookeeper..", "io.stoa.master.election..", "io.stoa.detector..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.curator.."));
    }

    @Test
    void theStateKnowsNoNetwork() {
        check(noClasses()
                .that()
                .resideInAnyPackage(STATE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.grpc.."));
    }

    @Test
    void everyPackageSaysWhatItIsAndIsNullMarked() {
        check(classes().should(StoaClasses.resideInADocumentedPackage()));
        classes().should(StoaClasses.resideInADocumentedPackage()).check(StoaClasses.ofTheDriver());
        classes().should(StoaClasses.resideInADocumentedPackage()).check(StoaClasses.ofTheExamples());
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(STOA);
    }

    private static String[] concat(String[]... parts) {
        return List.of(parts).stream().flatMap(part -> List.of(part).stream()).toArray(String[]::new);
    }
}
