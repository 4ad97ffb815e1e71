package io.stoa.metrics;

/** What a master counts from the start of its process, apart from tasks and operations, as Mesos calls it. */
public enum MasterEvent {
    SLAVE_REGISTRATIONS("slave_registrations"),
    SLAVE_REREGISTRATIONS("slave_reregistrations"),
    SLAVE_REMOVALS("slave_removals"),
    /** The agent became unreachable. */
    REMOVED_UNHEALTHY("slave_removals/reason_unhealthy"),
    REMOVED_UNREGISTERED("slave_removals/reason_unregistered"),
    /** Another agent registered where it was. */
    REMOVED_REGISTERED("slave_removals/reason_registered"),
    /** The agent did not come back to a new leader. */
    RECOVERY_SLAVE_REMOVALS("recovery_slave_removals"),
    SLAVE_UNREACHABLE_SCHEDULED("slave_unreachable_scheduled"),
    SLAVE_UNREACHABLE_COMPLETED("slave_unreachable_completed"),
    /** The agent was heard again while it waited to be given up. */
    SLAVE_UNREACHABLE_CANCELED("slave_unreachable_canceled"),
    VALID_STATUS_UPDATES("valid_status_updates"),
    /** Of a task that is not known or is over, or for a framework that is not connected. */
    INVALID_STATUS_UPDATES("invalid_status_updates"),
    VALID_STATUS_UPDATE_ACKNOWLEDGEMENTS("valid_status_update_acknowledgements"),
    INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS("invalid_status_update_acknowledgements"),
    VALID_OPERATION_ACKNOWLEDGEMENTS("valid_operation_status_update_acknowledgements"),
    INVALID_OPERATION_ACKNOWLEDGEMENTS("invalid_operation_status_update_acknowledgements"),
    VALID_FRAMEWORK_TO_EXECUTOR_MESSAGES("valid_framework_to_executor_messages"),
    INVALID_FRAMEWORK_TO_EXECUTOR_MESSAGES("invalid_framework_to_executor_messages"),
    VALID_EXECUTOR_TO_FRAMEWORK_MESSAGES("valid_executor_to_framework_messages"),
    INVALID_EXECUTOR_TO_FRAMEWORK_MESSAGES("invalid_executor_to_framework_messages"),
    /** A subscription without an id. */
    REGISTER_FRAMEWORK("messages_register_framework"),
    /** A subscription with an id. */
    REREGISTER_FRAMEWORK("messages_reregister_framework"),
    /** TEARDOWN by the framework itself. */
    UNREGISTER_FRAMEWORK("messages_unregister_framework"),
    DEACTIVATE_FRAMEWORK("messages_deactivate_framework"),
    LAUNCH_TASKS("messages_launch_tasks"),
    DECLINE_OFFERS("messages_decline_offers"),
    REVIVE_OFFERS("messages_revive_offers"),
    SUPPRESS_OFFERS("messages_suppress_offers"),
    KILL_TASK("messages_kill_task"),
    RESOURCE_REQUEST("messages_resource_request"),
    RECONCILE_TASKS("messages_reconcile_tasks"),
    RECONCILE_OPERATIONS("messages_reconcile_operations"),
    STATUS_UPDATE_ACKNOWLEDGEMENT("messages_status_update_acknowledgement"),
    OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT("messages_operation_status_update_acknowledgement"),
    FRAMEWORK_TO_EXECUTOR("messages_framework_to_executor"),
    EXECUTOR_TO_FRAMEWORK("messages_executor_to_framework"),
    EXITED_EXECUTOR("messages_exited_executor"),
    STATUS_UPDATE("messages_status_update"),
    /** Of frameworks over libprocess, while this master does not lead. */
    DROPPED_MESSAGES("dropped_messages"),
    AUTHENTICATE("messages_authenticate"),
    /** Of a process elsewhere, or one too many. Not in Mesos. */
    AUTHENTICATIONS_DROPPED("authentications_dropped");

    private final String figure;

    MasterEvent(String name) {
        figure = "master/" + name;
    }

    /** Its name in {@code /metrics/snapshot}. */
    String figure() {
        return figure;
    }
}
