package io.stoa.mesos.scheduler;

import static io.stoa.mesos.TestResources.createVolumes;
import static io.stoa.mesos.TestResources.destroy;
import static io.stoa.mesos.TestResources.grow;
import static io.stoa.mesos.TestResources.id;
import static io.stoa.mesos.TestResources.reserve;
import static io.stoa.mesos.TestResources.reserved;
import static io.stoa.mesos.TestResources.shared;
import static io.stoa.mesos.TestResources.shrink;
import static io.stoa.mesos.TestResources.unreserve;
import static io.stoa.mesos.TestResources.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** Whatever a framework asks for, in whatever order: each operation is answered, and nothing appears or is lost. */
class OperationProperties {

    private static final Resources ALL = Resources.parse("cpus:2;disk:30");

    @Provide
    Arbitrary<List<List<Operation>>> accepts() {
        return operations().list().ofMinSize(1).ofMaxSize(5).list().ofMinSize(1).ofMaxSize(8);
    }

    private static Arbitrary<Operation> operations() {
        Arbitrary<Resource> disks = Combinators.combine(
                        Arbitraries.of("cpus", "disk"),
                        Arbitraries.of(0.0, 1.0, 10.0, 15.0, 1e300, -1.0),
                        Arbitraries.of(List.of("team"), List.of("other"), List.<String>of()))
                .as((name, amount, roles) -> reserved(name, amount, roles.toArray(String[]::new)));
        Arbitrary<Resource> volumes = Combinators.combine(
                        Arbitraries.of("a", "b"),
                        Arbitraries.of(10.0, 15.0, 20.0),
                        Arbitraries.of("team", "team", "team", "other"),
                        Arbitraries.of(true, false))
                .as((name, size, role, isShared) ->
                        isShared ? shared(volume(name, size, role)) : volume(name, size, role));
        Arbitrary<Resource> any = Arbitraries.oneOf(disks, volumes);
        return Arbitraries.oneOf(
                any.list()
                        .ofMaxSize(2)
                        .map(list -> reserve(list.toArray(Resource[]::new)).build()),
                any.list()
                        .ofMaxSize(2)
                        .map(list -> unreserve(list.toArray(Resource[]::new)).build()),
                any.list()
                        .ofMaxSize(2)
                        .map(list ->
                                createVolumes(list.toArray(Resource[]::new)).build()),
                any.list()
                        .ofMaxSize(2)
                        .map(list -> destroy(list.toArray(Resource[]::new)).build()),
                Combinators.combine(any, any)
                        .as((volume, more) -> grow(volume, more).build()),
                Combinators.combine(any, Arbitraries.of(-1.0, 0.0, 5.0, 10.0, Double.NaN))
                        .as((volume, less) -> shrink(volume, less).build()),
                Arbitraries.of(Operation.Type.values())
                        .map(type -> Operation.newBuilder().setType(type).build()));
    }

    @Property(tries = 300)
    void amountsStayAndEveryOperationIsAnswered(@ForAll("accepts") List<List<Operation>> accepts) {
        SchedulerFixture fixture = new SchedulerFixture();
        fixture.agent("cpus:2;disk:30");
        FakeStream stream = fixture.subscribe(SchedulerFixture.framework(FrameworkInfo.Capability.Type.SHARED_RESOURCES)
                .clearRoles()
                .addRoles("team"));
        int asked = 0;
        for (List<Operation> operations : accepts) {
            Agent before = agent(fixture);
            String offer = fixture.allocator.offer(new FrameworkId("M-0000"), "S0", "team", before.free());
            Operation.Builder[] named = new Operation.Builder[operations.size()];
            for (int i = 0; i < named.length; i++) {
                boolean answered = operations.get(i).getType() != Operation.Type.UNKNOWN
                        && operations.get(i).getType() != Operation.Type.LAUNCH
                        && operations.get(i).getType() != Operation.Type.LAUNCH_GROUP;
                named[i] = operations.get(i).toBuilder().setId(id("op" + (answered ? asked++ : 0)));
            }
            fixture.call(stream, SchedulerFixture.accept(offer, named));
            assertThat(agent(fixture).total().unreserved().quantities()).isEqualTo(ALL.quantities());
        }
        assertThat(stream.events.stream().filter(event -> event.getType() == Event.Type.UPDATE_OPERATION_STATUS))
                .hasSize(asked);
    }

    private static Agent agent(SchedulerFixture fixture) {
        return fixture.state.snapshot().agent(new AgentId("S0")).orElseThrow();
    }
}
