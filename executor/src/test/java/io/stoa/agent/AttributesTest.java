package io.stoa.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesTest {

    @Test
    void textNumbersAndRangesAreTold() {
        var attributes = Attributes.parse("rack:r1;zone:[1-2, 5-7];x:1.5");
        assertThat(attributes).extracting(Attribute::getName).containsExactly("rack", "zone", "x");
        assertThat(attributes.get(0).getText().getValue()).isEqualTo("r1");
        assertThat(attributes.get(1).getRanges().getRangeList()).containsExactly(range(1, 2), range(5, 7));
        assertThat(attributes.get(2).getScalar().getValue()).isEqualTo(1.5);
    }

    @Test
    void textMayHoldColons() {
        assertThat(Attributes.parse("url:http://a/b").get(0).getText().getValue())
                .isEqualTo("http://a/b");
    }

    @Test
    void nothingIsNoAttributes() {
        assertThat(Attributes.parse("")).isEmpty();
        assertThat(Attributes.parse(";")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rack", ":r1", "rack:", "set:{a,b}", "zone:[1-"})
    void whatIsMalformedIsRefused(String text) {
        assertThatThrownBy(() -> Attributes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    private static Value.Range range(long begin, long end) {
        return Value.Range.newBuilder().setBegin(begin).setEnd(end).build();
    }
}
