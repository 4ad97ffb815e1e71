package io.stoa.libprocess.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.mesos.Protos;
import org.apache.mesos.scheduler.Protos.Call;
import org.apache.mesos.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;

/** Messages of {@code mesos} are read and written by the classes of {@code mesos.v1}. */
class EncodingTest {

    /** Is read field by field. */
    private static final String SUBSCRIBE = "mesos.scheduler.Call.Subscribe";

    private final Set<String> seen = new HashSet<>();
    private final List<String> differences = new ArrayList<>();

    @Test
    void bothFormsOfEveryMessageHaveTheSameFields() {
        compare(
                OfferConstraints.getDescriptor(),
                org.apache.mesos.v1.scheduler.Protos.OfferConstraints.getDescriptor());
        compare(Call.getDescriptor(), org.apache.mesos.v1.scheduler.Protos.Call.getDescriptor());
        compare(Protos.FrameworkInfo.getDescriptor(), org.apache.mesos.v1.Protos.FrameworkInfo.getDescriptor());
        compare(Protos.MasterInfo.getDescriptor(), org.apache.mesos.v1.Protos.MasterInfo.getDescriptor());
        compare(Protos.Offer.getDescriptor(), org.apache.mesos.v1.Protos.Offer.getDescriptor());
        compare(Protos.TaskInfo.getDescriptor(), org.apache.mesos.v1.Protos.TaskInfo.getDescriptor());
        compare(Protos.TaskStatus.getDescriptor(), org.apache.mesos.v1.Protos.TaskStatus.getDescriptor());
        compare(Protos.Filters.getDescriptor(), org.apache.mesos.v1.Protos.Filters.getDescriptor());
        compare(Protos.Request.getDescriptor(), org.apache.mesos.v1.Protos.Request.getDescriptor());
        assertThat(differences).isEmpty();
        assertThat(seen).hasSizeGreaterThan(60);
    }

    private void compare(Descriptor old, Descriptor v1) {
        if (old.getFullName().equals(SUBSCRIBE) || !seen.add(old.getFullName())) {
            return;
        }
        for (FieldDescriptor field : old.getFields()) {
            FieldDescriptor other = v1.findFieldByNumber(field.getNumber());
            if (other == null) {
                differences.add(field.getFullName() + " (expected: in v1 too)");
            } else if (field.getType() != other.getType() || field.isRepeated() != other.isRepeated()) {
                differences.add(field.getFullName() + " " + field.getType() + " (expected: " + other.getType() + ")");
            } else if (field.getType() == FieldDescriptor.Type.MESSAGE) {
                compare(field.getMessageType(), other.getMessageType());
            }
        }
    }
}
