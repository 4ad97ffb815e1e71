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
    INVALID_EXECUTOR_TO_FRAMEWORK_MESSAGES("invalid_executor_to_framework_messages");

    private final String figure;

    MasterEvent(String name) {
        figure = "master/" + name;
    }

    /** Its name in {@code /metrics/snapshot}. */
    String figure() {
        return figure;
    }
}
