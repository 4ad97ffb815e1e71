package io.stoa.mesos.validation;

import static io.stoa.mesos.TestResources.bag;
import static io.stoa.mesos.TestResources.createVolumes;
import static io.stoa.mesos.TestResources.destroy;
import static io.stoa.mesos.TestResources.grow;
import static io.stoa.mesos.TestResources.onDisk;
import static io.stoa.mesos.TestResources.reserve;
import static io.stoa.mesos.TestResources.reserved;
import static io.stoa.mesos.TestResources.shared;
import static io.stoa.mesos.TestResources.shrink;
import static io.stoa.mesos.TestResources.unreserve;
import static io.stoa.mesos.TestResources.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentInfo.Capability;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.ResourceProviderID;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.Test;

class OperationValidatorTest {

    private static final Resource CPU = reserved("cpus", 1, "team");
    private static final Resource VOLUME = volume("v", 10, "team");

    private Optional<FrameworkInfo> framework = Optional.of(framework("team"));
    private Optional<String> principal = Optional.empty();
    private Set<Capability.Type> agentCan = EnumSet.allOf(Capability.Type.class);
    private Resources total = Resources.parse("cpus:4;mem:1024;disk:100").plus(bag(VOLUME));
    private Resources used = Resources.EMPTY;

    private static FrameworkInfo framework(String... roles) {
        return FrameworkInfo.newBuilder()
                .setId(FrameworkID.newBuilder().setValue("F"))
                .setUser("u")
                .setName("n")
                .addAllRoles(List.of(roles))
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .build();
    }

    /** As operators do: without offers, without a role to which anything is allocated. */
    private void byAnOperator() {
        framework = Optional.empty();
    }

    private String invalidity(Operation.Builder operation) {
        Operation asked = operation.build();
        assertThat(OperationResources.invalidity(asked)).isEmpty();
        OperationContext context = new OperationContext(
                framework,
                principal,
                agentCan.stream()
                        .map(type -> Capability.newBuilder().setType(type).build())
                        .toList(),
                total,
                used);
        return OperationValidator.invalidity(
                        framework.isPresent() ? OperationResources.completed(asked, "team") : asked, context)
                .orElse("valid");
    }

    private static Resource with(Resource resource, Consumer<Resource.Builder> change) {
        Resource.Builder changed = resource.toBuilder();
        change.accept(changed);
        return changed.build();
    }

    private static Resource of(String provider, Resource resource) {
        return with(
                resource,
                each -> each.setProviderId(ResourceProviderID.newBuilder().setValue(provider)));
    }

    private static Resource withVolume(Consumer<Volume.Builder> change) {
        return with(VOLUME, each -> change.accept(each.getDiskBuilder().getVolumeBuilder()));
    }

    private static Resource by(String principal, Resource reserved) {
        return with(reserved, each -> each.getReservationsBuilder(0).setPrincipal(principal));
    }

    @Test
    void soundOperationsAreValid() {
        assertThat(invalidity(reserve(CPU, reserved("mem", 64, "team")))).isEqualTo("valid");
        assertThat(invalidity(unreserve(CPU))).isEqualTo("valid");
        assertThat(invalidity(createVolumes(
                        volume("new", 5, "team"), onDisk(volume("mounted", 5, "team"), DiskInfo.Source.Type.MOUNT))))
                .isEqualTo("valid");
        assertThat(invalidity(destroy(VOLUME))).isEqualTo("valid");
        assertThat(invalidity(grow(VOLUME, reserved("disk", 1, "team")))).isEqualTo("valid");
        assertThat(invalidity(shrink(VOLUME, 9.999))).isEqualTo("valid");
    }

    @Test
    void onlyDynamicReservationsAreMadeAndTakenBack() {
        Resource fixed =
                with(CPU, each -> each.getReservationsBuilder(0).setType(Resource.ReservationInfo.Type.STATIC));
        String message = "Resource cpus(allocated: team)(reservations: [(STATIC,team)]):1 is not dynamically reserved";

        assertThat(invalidity(reserve(CPU, fixed))).isEqualTo(message);
        assertThat(invalidity(unreserve(fixed))).isEqualTo(message);
        assertThat(invalidity(reserve(reserved("cpus", 1))))
                .isEqualTo("Resource cpus(allocated: team):1 is not dynamically reserved");
    }

    @Test
    void frameworksReserveForTheRoleOfTheOfferAndTheirOwn() {
        assertThat(invalidity(reserve(reserved("cpus", 1, "other"))))
                .isEqualTo("A reserve operation was attempted for a resource with role 'other', but the resource was"
                        + " allocated to role 'team'");
        framework = Optional.of(framework("a", "b"));
        assertThat(invalidity(reserve(CPU)))
                .isEqualTo("A reserve operation was attempted for a resource allocated to role 'team', but the"
                        + " framework only has roles '{ a, b }'");
    }

    @Test
    void operatorsReserveForAnybodyWhatIsNotAllocated() {
        byAnOperator();
        assertThat(invalidity(reserve(reserved("cpus", 1, "other")))).isEqualTo("valid");
        assertThat(invalidity(reserve(with(
                        CPU,
                        each -> each.setAllocationInfo(
                                Resource.AllocationInfo.newBuilder().setRole("team"))))))
                .isEqualTo("A reserve operation was attempted with an allocated resource, but the operator API only"
                        + " allows reservations to be made to unallocated resources");
    }

    @Test
    void aPrincipalReservesAndCreatesInItsName() {
        principal = Optional.of("me");
        Resource mine = by("me", volume("new", 5, "team"));

        assertThat(invalidity(reserve(by("me", CPU)))).isEqualTo("valid");
        assertThat(invalidity(reserve(CPU)))
                .isEqualTo("A reserve operation was attempted by principal 'me', but there is a reserved resource in"
                        + " the request with no principal set");
        assertThat(invalidity(reserve(by("you", CPU))))
                .isEqualTo("A reserve operation was attempted by authenticated principal 'me', which does not match a"
                        + " reserved resource in the request with principal 'you'");
        assertThat(invalidity(unreserve(by("you", CPU)))).isEqualTo("valid");
        assertThat(invalidity(createVolumes(mine)))
                .isEqualTo("Create volume operation attempted by principal 'me', but there is a volume in the"
                        + " operation with no principal set in 'disk.persistence'");
        assertThat(invalidity(createVolumes(with(
                        mine,
                        each -> each.getDiskBuilder().getPersistenceBuilder().setPrincipal("you")))))
                .isEqualTo("Create volume operation attempted by authenticated principal 'me', which does not match a"
                        + " volume in the operation with principal 'you' set in 'disk.persistence'");
        assertThat(invalidity(createVolumes(with(
                        mine,
                        each -> each.getDiskBuilder().getPersistenceBuilder().setPrincipal("me")))))
                .isEqualTo("valid");
    }

    @Test
    void anAgentMustKnowWhatIsAskedOfIt() {
        agentCan = EnumSet.of(Capability.Type.MULTI_ROLE);
        byAnOperator();
        Resource nested = reserved("cpus", 1, "team/web");
        Resource refined = reserved("cpus", 1, "team", "team/web");

        assertThat(invalidity(reserve(nested)))
                .isEqualTo("Resource cpus(reservations: [(DYNAMIC,team/web)]):1 with reservation for hierarchical role"
                        + " 'team/web' cannot be reserved on an agent without HIERARCHICAL_ROLE capability");
        assertThat(invalidity(createVolumes(volume("new", 5, "team/web"))))
                .isEqualTo("Volume disk(reservations: [(DYNAMIC,team/web)])[new:data]:5 with reservation for"
                        + " hierarchical role 'team/web' cannot be created on an agent without HIERARCHICAL_ROLE"
                        + " capability");
        assertThat(invalidity(grow(VOLUME, reserved("disk", 1, "team"))))
                .isEqualTo("Volume disk(reservations: [(DYNAMIC,team)])[v:data]:10 cannot be grown on an agent without"
                        + " RESIZE_VOLUME capability");
        assertThat(invalidity(shrink(VOLUME, 1)))
                .isEqualTo("Volume disk(reservations: [(DYNAMIC,team)])[v:data]:10 cannot be shrunk on an agent"
                        + " without RESIZE_VOLUME capability");
        agentCan = EnumSet.of(Capability.Type.HIERARCHICAL_ROLE);
        assertThat(invalidity(reserve(refined)))
                .isEqualTo("Resource cpus(reservations: [(DYNAMIC,team),(DYNAMIC,team/web)]):1 with reservation"
                        + " refinement cannot be reserved on an agent without RESERVATION_REFINEMENT capability");
    }

    @Test
    void anOperationIsForOneProviderAndNotForNothing() {
        assertThat(invalidity(reserve()))
                .isEqualTo("Invalid resources: The resources have multiple resource providers: ");
        assertThat(invalidity(unreserve(CPU, of("p", CPU))))
                .isEqualTo("Invalid resources: Some resources have a resource provider and some do not");
        assertThat(invalidity(createVolumes(of("q", VOLUME), of("p", VOLUME))))
                .isEqualTo("Invalid resources: The resources have multiple resource providers: p, q");
    }

    @Test
    void aReservationIsMovedAsAWhole() {
        byAnOperator();
        Operation.Builder mixed = reserve(CPU);
        mixed.getReserveBuilder().addSource(reserved("cpus", 1, "a")).addSource(reserved("mem", 1, "b"));
        Operation.Builder more = reserve(CPU);
        more.getReserveBuilder().addSource(reserved("cpus", 2, "other"));
        Operation.Builder same = reserve(CPU);
        same.getReserveBuilder().addSource(reserved("cpus", 1, "other"));

        assertThat(invalidity(mixed)).startsWith("Invalid source: Mixed reservations are not supported");
        assertThat(invalidity(more))
                .isEqualTo("Source and target resources should refer to identical resource quantities: cpus:2 vs."
                        + " cpus:1");
        assertThat(invalidity(same)).isEqualTo("valid");
    }

    @Test
    void aVolumeIsUnreservedAfterItsDestructionOnly() {
        assertThat(invalidity(unreserve(VOLUME)))
                .isEqualTo("A dynamically reserved persistent volume disk(allocated: team)(reservations:"
                        + " [(DYNAMIC,team)])[v:data]:10 cannot be unreserved directly. Please destroy the persistent"
                        + " volume first then unreserve the resource");
    }

    @Test
    void onlyPersistentVolumesAreCreatedAndDestroyed() {
        Resource disk = reserved("disk", 10, "team");

        assertThat(invalidity(createVolumes(disk)))
                .isEqualTo("Not a persistent volume: Resource disk(allocated: team)(reservations:"
                        + " [(DYNAMIC,team)]):10 does not have DiskInfo");
        assertThat(invalidity(destroy(disk)))
                .isEqualTo("Not a persistent volume: Resource disk(reservations: [(DYNAMIC,team)]):10 does not have"
                        + " DiskInfo");
        assertThat(invalidity(createVolumes(onDisk(disk, DiskInfo.Source.Type.PATH))))
                .isEqualTo("Not a persistent volume: 'persistence' is not set in DiskInfo");
        assertThat(invalidity(createVolumes(withVolume(each -> each.setMode(Volume.Mode.RO)))))
                .isEqualTo("Not a persistent volume: Read-only persistent volume not supported");
        assertThat(invalidity(createVolumes(withVolume(each -> each.setHostPath("/etc")))))
                .isEqualTo("Invalid resources: Invalid DiskInfo: Expecting 'host_path' to be unset for persistent"
                        + " volume");
        assertThat(invalidity(
                        createVolumes(with(VOLUME, each -> each.getDiskBuilder().clearVolume()))))
                .isEqualTo("Invalid resources: Invalid DiskInfo: Expecting 'volume' to be set for persistent volume");
        assertThat(invalidity(createVolumes(with(VOLUME, Resource.Builder::clearReservations))))
                .isEqualTo("Invalid resources: Invalid DiskInfo: Persistent volumes cannot be created from unreserved"
                        + " resources");
    }

    @Test
    void aPersistenceIdIsUniqueInItsRoleOnItsAgent() {
        assertThat(invalidity(createVolumes(volume("v", 5, "team")))).isEqualTo("Persistence ID 'v' is not unique");
        assertThat(invalidity(createVolumes(volume("w", 5, "team"), volume("w", 6, "team"))))
                .isEqualTo("Persistence ID 'w' is not unique");
        byAnOperator();
        assertThat(invalidity(createVolumes(volume("v", 5, "other")))).isEqualTo("valid");
    }

    @Test
    void theNamesOfAVolumeAreShortEnoughForDirectories() {
        byAnOperator();
        String longest = "r".repeat(255);
        assertThat(invalidity(createVolumes(volume("x".repeat(255), 5, longest))))
                .isEqualTo("valid");
        assertThat(invalidity(createVolumes(volume("x".repeat(256), 5, "team"))))
                .isEqualTo("Invalid resources: Invalid DiskInfo: Invalid persistence ID for persistent volume: ID must"
                        + " not be greater than 255 characters");
        assertThat(invalidity(createVolumes(volume("v", 5, longest + "r"))))
                .isEqualTo("Role '" + longest + "r' is too long for a persistent volume");
        assertThat(invalidity(createVolumes(volume("v", 5, "ü".repeat(128))))).endsWith("persistent volume");
        assertThat(invalidity(createVolumes(onDisk(volume("mounted", 5, longest + "r"), DiskInfo.Source.Type.MOUNT))))
                .isEqualTo("valid");
    }

    @Test
    void whoSharesVolumesSaysSo() {
        assertThat(invalidity(createVolumes(shared(volume("new", 5, "team")))))
                .isEqualTo("Create volume operation for 'disk(allocated: team)(reservations:"
                        + " [(DYNAMIC,team)])[new:data]<SHARED>:5' has been attempted by framework 'F' with no"
                        + " SHARED_RESOURCES capability");
        byAnOperator();
        assertThat(invalidity(createVolumes(shared(volume("new", 5, "team"))))).isEqualTo("valid");
    }

    @Test
    void aVolumeIsDestroyedWhereItIsAndNobodyUsesIt() {
        assertThat(invalidity(destroy(VOLUME, volume("w", 10, "team")))).isEqualTo("Persistent volumes not found");
        assertThat(invalidity(destroy(volume("v", 9, "team")))).isEqualTo("Persistent volumes not found");
        used = bag(CPU, VOLUME);
        assertThat(invalidity(destroy(VOLUME))).isEqualTo("Persistent volumes in use");
    }

    @Test
    void onlyWhatFitsMakesAVolumeGrow() {
        Resource mounted = onDisk(VOLUME, DiskInfo.Source.Type.MOUNT);
        Resource more = reserved("disk", 5, "team");
        String incompatible = "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields";

        assertThat(invalidity(grow(VOLUME, reserved("disk", 0, "team"))))
                .isEqualTo("The size of 'GrowVolume.addition' field must be greater than zero");
        assertThat(invalidity(grow(VOLUME, reserved("disk", 5, "other")))).isEqualTo(incompatible);
        assertThat(invalidity(grow(VOLUME, reserved("mem", 5, "team")))).isEqualTo(incompatible);
        assertThat(invalidity(grow(mounted, onDisk(more, DiskInfo.Source.Type.MOUNT))))
                .isEqualTo(incompatible);
        assertThat(invalidity(grow(onDisk(VOLUME, DiskInfo.Source.Type.PATH), onDisk(more, DiskInfo.Source.Type.PATH))))
                .isEqualTo("valid");
        assertThat(invalidity(grow(more, more)))
                .startsWith("Invalid persistent volume in the 'GrowVolume.volume' field: Resource disk");
        assertThat(invalidity(grow(of("p", VOLUME), more)))
                .isEqualTo("Growing a volume from a resource provider is not supported");
        assertThat(invalidity(grow(shared(VOLUME), more)))
                .isEqualTo("Growing a shared persistent volume is not supported");
    }

    @Test
    void aVolumeShrinksToSomething() {
        assertThat(invalidity(shrink(VOLUME, 0.0001)))
                .isEqualTo("Value of 'ShrinkVolume.subtract' must be greater than zero");
        assertThat(invalidity(shrink(VOLUME, 10)))
                .isEqualTo("Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'");
        assertThat(invalidity(shrink(of("p", VOLUME), 1)))
                .isEqualTo("Shrinking a volume from a resource provider is not supported");
        assertThat(invalidity(shrink(onDisk(VOLUME, DiskInfo.Source.Type.MOUNT), 1)))
                .isEqualTo("Shrinking a volume on a MOUNT disk is not supported");
        assertThat(invalidity(shrink(reserved("disk", 10, "team"), 1)))
                .startsWith("Invalid persistent volume in the 'ShrinkVolume.volume' field: Resource disk");
        assertThat(invalidity(shrink(shared(VOLUME), 1)))
                .isEqualTo("Shrinking a shared persistent volume is not supported");
    }

    @Test
    void resourcesOfAnOfferAreForOneRole() {
        Resource elsewhere = with(
                reserved("mem", 1, "team"),
                each -> each.setAllocationInfo(
                        Resource.AllocationInfo.newBuilder().setRole("other")));
        Resource volumeElsewhere = with(
                volume("new", 1, "team"),
                each -> each.setAllocationInfo(
                        Resource.AllocationInfo.newBuilder().setRole("other")));

        assertThat(invalidity(createVolumes(volume("w", 1, "team"), volumeElsewhere)))
                .isEqualTo("Invalid volume resources: The resources have multiple allocation roles ('other' and"
                        + " 'team') but only one allocation role is allowed");
        assertThat(invalidity(reserve(CPU, elsewhere)))
                .isEqualTo("A reserve operation was attempted for a resource with role 'team', but the resource was"
                        + " allocated to role 'other'");
    }

    @Test
    void eachTypeMustHaveItsPart() {
        List<String> messages = Stream.of(Operation.Type.values())
                .map(type -> OperationResources.invalidity(
                                Operation.newBuilder().setType(type).build())
                        .orElse("valid"))
                .toList();

        assertThat(messages)
                .containsExactlyInAnyOrder(
                        "Unknown offer operation",
                        "Unknown offer operation",
                        "Unknown offer operation",
                        "A RESERVE offer operation must have the Offer.Operation.reserve field set.",
                        "An UNRESERVE offer operation must have the Offer.Operation.unreserve field set.",
                        "A CREATE offer operation must have the Offer.Operation.create field set.",
                        "A DESTROY offer operation must have the Offer.Operation.destroy field set.",
                        "A GROW_VOLUME operation must have the Offer.Operation.grow_volume field set",
                        "A SHRINK_VOLUME offer operation must have the Offer.Operation.shrink_volume field set",
                        "A CREATE_DISK offer operation must have the Offer.Operation.create_disk field set.",
                        "A DESTROY_DISK offer operation must have the Offer.Operation.destroy_disk field set.");
    }

    @Test
    void whatIsFilledInIsTheRoleOfTheOfferAndTheStackOfReservations() {
        Resource old = reserved("cpus", 1);
        @SuppressWarnings("deprecation") // Mesos' pre-refinement field role
        Resource inRole = old.toBuilder().setRole("team").build();

        assertThat(OperationResources.completed(unreserve(inRole, CPU).build(), "team")
                        .getUnreserve()
                        .getResourcesList())
                .extracting(resource -> resource.getReservations(0).getType() + " "
                        + resource.getAllocationInfo().getRole())
                .containsExactly("STATIC team", "DYNAMIC team");
    }
}
