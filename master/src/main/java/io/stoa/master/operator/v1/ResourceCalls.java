package io.stoa.master.operator.v1;

import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.ResourceDesk;
import io.stoa.state.model.AgentId;
import java.util.Map;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.master.Protos.Call;

/** The calls that reserve and make volumes: each is one operation, as frameworks have it. */
final class ResourceCalls {

    private final ResourceDesk desk;

    ResourceCalls(OperatorContext context) {
        desk = new ResourceDesk(context);
    }

    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.RESERVE_RESOURCES,
                handler(call -> call.getReserveResources().getAgentId(), ResourceCalls::reserve),
                Call.Type.UNRESERVE_RESOURCES,
                handler(call -> call.getUnreserveResources().getAgentId(), ResourceCalls::unreserve),
                Call.Type.CREATE_VOLUMES,
                handler(call -> call.getCreateVolumes().getAgentId(), ResourceCalls::create),
                Call.Type.DESTROY_VOLUMES,
                handler(call -> call.getDestroyVolumes().getAgentId(), ResourceCalls::destroy),
                Call.Type.GROW_VOLUME,
                handler(call -> call.getGrowVolume().getAgentId(), ResourceCalls::grow),
                Call.Type.SHRINK_VOLUME,
                handler(call -> call.getShrinkVolume().getAgentId(), ResourceCalls::shrink));
    }

    private CallHandler handler(Function<Call, AgentID> agent, Function<Call, Operation.Builder> operation) {
        return (call, form) -> new CallAnswer.Said(desk.apply(
                new AgentId(agent.apply(call).getValue()), operation.apply(call).build()));
    }

    private static Operation.Builder reserve(Call call) {
        return Operation.newBuilder()
                .setType(Operation.Type.RESERVE)
                .setReserve(Operation.Reserve.newBuilder()
                        .addAllSource(call.getReserveResources().getSourceList())
                        .addAllResources(call.getReserveResources().getResourcesList()));
    }

    private static Operation.Builder unreserve(Call call) {
        return Operation.newBuilder()
                .setType(Operation.Type.UNRESERVE)
                .setUnreserve(Operation.Unreserve.newBuilder()
                        .addAllResources(call.getUnreserveResources().getResourcesList()));
    }

    private static Operation.Builder create(Call call) {
        return Operation.newBuilder()
                .setType(Operation.Type.CREATE)
                .setCreate(Operation.Create.newBuilder()
                        .addAllVolumes(call.getCreateVolumes().getVolumesList()));
    }

    private static Operation.Builder destroy(Call call) {
        return Operation.newBuilder()
                .setType(Operation.Type.DESTROY)
                .setDestroy(Operation.Destroy.newBuilder()
                        .addAllVolumes(call.getDestroyVolumes().getVolumesList()));
    }

    private static Operation.Builder grow(Call call) {
        return Operation.newBuilder()
                .setType(Operation.Type.GROW_VOLUME)
                .setGrowVolume(Operation.GrowVolume.newBuilder()
                        .setVolume(call.getGrowVolume().getVolume())
                        .setAddition(call.getGrowVolume().getAddition()));
    }

    private static Operation.Builder shrink(Call call) {
        return Operation.newBuilder()
                .setType(Operation.Type.SHRINK_VOLUME)
                .setShrinkVolume(Operation.ShrinkVolume.newBuilder()
                        .setVolume(call.getShrinkVolume().getVolume())
                        .setSubtract(call.getShrinkVolume().getSubtract()));
    }
}
