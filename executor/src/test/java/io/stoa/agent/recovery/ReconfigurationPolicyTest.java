package io.stoa.agent.recovery;

import static io.stoa.agent.recovery.ReconfigurationPolicy.ADDITIVE;
import static io.stoa.agent.recovery.ReconfigurationPolicy.EQUAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.state.resources.Resources;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.DomainInfo.FaultDomain;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;

class ReconfigurationPolicyTest {

    private static final AgentInfo BEFORE = AgentInfo.newBuilder()
            .setHostname("here")
            .setPort(5051)
            .addAllResources(Resources.parse("cpus:4;mem:1024;mem(web):512;ports:[31000-31099]")
                    .toProto())
            .addAttributes(text("rack", "r1"))
            .addAttributes(ranges("zones", 1, 5))
            .build();

    @Test
    void whatIsTheSameMayComeBack() {
        assertThat(EQUAL.objection(BEFORE, BEFORE)).isEmpty();
        assertThat(ADDITIVE.objection(BEFORE, BEFORE)).isEmpty();
        AgentInfo reordered = now(info -> resources(info, "ports:[31000-31099];mem(web):512;mem:1024;cpus:4"));
        assertThat(EQUAL.objection(BEFORE, reordered)).isEmpty();
    }

    @Test
    void equalAllowsNoChangeAndSaysWhichThereIs() {
        assertThat(EQUAL.objection(BEFORE, now(info -> info.setHostname("there"))))
                .contains(
                        "Configuration change not permitted under 'equal' policy: Hostname changed from here to there");
        assertThat(EQUAL.objection(BEFORE, now(info -> info.setPort(6051))))
                .hasValueSatisfying(said -> assertThat(said).endsWith("Port changed from 5051 to 6051"));
        assertThat(EQUAL.objection(BEFORE, now(info -> resources(info, "cpus:8;mem:2048"))))
                .hasValueSatisfying(said -> assertThat(said)
                        .endsWith("Resources changed from cpus:4; mem:1024; mem(reservations: [(STATIC,web)]):512;"
                                + " ports:[31000-31099] to cpus:8; mem:2048"));
        assertThat(EQUAL.objection(BEFORE, now(info -> info.clearAttributes().addAttributes(text("rack", "r2")))))
                .hasValueSatisfying(
                        said -> assertThat(said).endsWith("Attributes changed from rack:r1; zones:[1-5] to rack:r2"));
        assertThat(EQUAL.objection(BEFORE, now(info -> info.setDomain(domain("eu", "a")))))
                .hasValueSatisfying(said -> assertThat(said).endsWith("Domain changed from none to eu/a"));
    }

    @Test
    void additiveAllowsMoreOfEverything() {
        AgentInfo more = now(info -> resources(info, "cpus:8;mem:2048;mem(web):512;ports:[31000-31199];gpus:1")
                .clearAttributes()
                .addAttributes(ranges("zones", 1, 9))
                .addAttributes(text("rack", "r1"))
                .addAttributes(text("new", "x"))
                .setDomain(domain("eu", "a")));
        assertThat(ADDITIVE.objection(BEFORE, more)).isEmpty();
    }

    @Test
    void additiveAllowsNothingLess() {
        assertThat(additive(now(info -> resources(info, "cpus:3;mem:1024;mem(web):512;ports:[31000-31099]"))))
                .contains("Resource 'cpus' changed from cpus:4 to cpus:3");
        assertThat(additive(now(info -> resources(info, "cpus:4;mem:2048;ports:[31000-31099]"))))
                .contains("Resource 'mem' changed from mem(reservations: [(STATIC,web)]):512 to mem:2048");
        assertThat(additive(now(info -> resources(info, "cpus:4;mem:1024;mem(web):512;ports:[31000-31050]"))))
                .contains("Resource 'ports' changed from ports:[31000-31099] to ports:[31000-31050]");
        assertThat(additive(now(info -> info.clearAttributes().addAttributes(ranges("zones", 1, 5)))))
                .contains("Couldn't find attribute rack:r1");
        assertThat(additive(now(info -> info.setAttributes(0, text("rack", "r2")))))
                .contains("Attribute 'rack' changed from rack:r1 to rack:r2");
        assertThat(additive(now(info -> info.setAttributes(1, ranges("zones", 2, 5)))))
                .contains("Attribute 'zones' changed from zones:[1-5] to zones:[2-5]");
        assertThat(additive(now(info -> info.setHostname("there")))).contains("Hostname changed from here to there");
        AgentInfo inDomain = now(info -> info.setDomain(domain("eu", "a")));
        assertThat(ADDITIVE.objection(inDomain, BEFORE)).isPresent();
    }

    @Test
    void policiesHaveMesosNames() {
        assertThat(ReconfigurationPolicy.of("additive")).isEqualTo(ADDITIVE);
        assertThatThrownBy(() -> ReconfigurationPolicy.of("any")).hasMessage("'any' (expected: equal, additive)");
    }

    private static Optional<String> additive(AgentInfo now) {
        return ADDITIVE.objection(BEFORE, now)
                .map(said -> said.replace("Configuration change not permitted under 'additive' policy: ", ""));
    }

    private static AgentInfo now(Consumer<AgentInfo.Builder> change) {
        AgentInfo.Builder info = BEFORE.toBuilder();
        change.accept(info);
        return info.build();
    }

    private static AgentInfo.Builder resources(AgentInfo.Builder info, String resources) {
        return info.clearResources().addAllResources(Resources.parse(resources).toProto());
    }

    private static Attribute text(String name, String value) {
        return Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(value))
                .build();
    }

    private static Attribute ranges(String name, long begin, long end) {
        return Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder().setBegin(begin).setEnd(end)))
                .build();
    }

    private static DomainInfo domain(String region, String zone) {
        return DomainInfo.newBuilder()
                .setFaultDomain(FaultDomain.newBuilder()
                        .setRegion(FaultDomain.RegionInfo.newBuilder().setName(region))
                        .setZone(FaultDomain.ZoneInfo.newBuilder().setName(zone)))
                .build();
    }
}
