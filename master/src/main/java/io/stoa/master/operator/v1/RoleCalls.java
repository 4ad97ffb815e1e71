package io.stoa.master.operator.v1;

import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.RoleAccounts;
import io.stoa.master.operator.RoleDesk;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Role;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;

/** Roles with their weights and quotas. */
final class RoleCalls {

    /** Others may not be of scalar type. */
    private static final Set<String> SHOWN = Set.of("cpus", "mem", "disk", "gpus");

    private final OperatorContext context;
    private final RoleDesk desk;

    RoleCalls(OperatorContext context) {
        this.context = context;
        desk = new RoleDesk(context);
    }

    @SuppressWarnings("deprecation") // SET_QUOTA and REMOVE_QUOTA are what UPDATE_QUOTA was once.
    Map<Call.Type, CallHandler> handlers() {
        return Map.of(
                Call.Type.GET_ROLES,
                (call, form) -> form.show(roles()),
                Call.Type.GET_WEIGHTS,
                (call, form) -> form.show(weights()),
                Call.Type.UPDATE_WEIGHTS,
                (call, form) ->
                        new CallAnswer.Said(desk.update(call.getUpdateWeights().getWeightInfosList())),
                Call.Type.GET_QUOTA,
                (call, form) -> form.show(quotas()),
                Call.Type.UPDATE_QUOTA,
                (call, form) -> new CallAnswer.Said(desk.update(
                        call.getUpdateQuota().getQuotaConfigsList(),
                        call.getUpdateQuota().getForce())),
                Call.Type.SET_QUOTA,
                (call, form) -> new CallAnswer.Said(desk.set(call.getSetQuota().getQuotaRequest())),
                Call.Type.REMOVE_QUOTA,
                (call, form) ->
                        new CallAnswer.Said(desk.remove(call.getRemoveQuota().getRole(), Optional.empty())));
    }

    /** As Mesos, which sets the field with the first weight. */
    private Response weights() {
        Response.Builder response = Response.newBuilder().setType(Response.Type.GET_WEIGHTS);
        if (!desk.weights().isEmpty()) {
            response.setGetWeights(Response.GetWeights.newBuilder().addAllWeightInfos(desk.weights()));
        }
        return response.build();
    }

    private Response quotas() {
        return Response.newBuilder()
                .setType(Response.Type.GET_QUOTA)
                .setGetQuota(Response.GetQuota.newBuilder().setStatus(desk.quotas()))
                .build();
    }

    private Response roles() {
        Response.GetRoles.Builder roles = Response.GetRoles.newBuilder();
        RoleAccounts.of(context).forEach(account -> roles.addRoles(role(account)));
        return Response.newBuilder()
                .setType(Response.Type.GET_ROLES)
                .setGetRoles(roles)
                .build();
    }

    private static Role role(RoleAccounts.Account account) {
        Role.Builder role = Role.newBuilder().setName(account.role()).setWeight(account.weight());
        account.frameworks()
                .forEach(id -> role.addFrameworks(FrameworkID.newBuilder().setValue(id.value())));
        account.usage().allocated().plus(account.offered()).forEach((resource, milli) -> {
            if (SHOWN.contains(resource)) {
                role.addResources(Resource.newBuilder()
                        .setName(resource)
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(milli / 1000.0)));
            }
        });
        return role.build();
    }
}
