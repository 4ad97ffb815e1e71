package io.stoa.mesos.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexWeightTest {

    /** The failure, the match and the like, and branches of alternatives that are empty. */
    private static final int ALWAYS = 8;

    @Provide
    Arbitrary<String> regexes() {
        return Arbitraries.of(List.of(
                        "a",
                        "b",
                        "(",
                        ")",
                        "(?:",
                        "[",
                        "]",
                        "[^",
                        "[a-c]",
                        "[]x]",
                        "[[:alpha:]]",
                        "{",
                        "}",
                        "{3}",
                        "{2,}",
                        "{0,4}",
                        "{,2}",
                        "{11}",
                        "*",
                        "+",
                        "?",
                        "|",
                        "^",
                        "$",
                        ".",
                        "\\",
                        "\\d",
                        "\\{",
                        "\\[",
                        "\\x{61}",
                        "\\pL",
                        "\\p{Greek}",
                        "\\Qa{9}",
                        "\\E",
                        "(?i)",
                        "-",
                        ",",
                        "1"))
                .list()
                .ofMaxSize(14)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 3_000)
    void noExpressionCompilesToMoreThanItsWeight(@ForAll("regexes") String regex) {
        long weight = RegexWeight.of(regex);
        if (weight < 20_000) {
            try {
                assertThat(Pattern.compile(regex).programSize()).isLessThanOrEqualTo((int) weight + ALWAYS);
            } catch (PatternSyntaxException e) {
                // Weighed before anybody knows that it is malformed.
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "abc, 3",
        "(a+){10}, 61",
        "[a-z]{3}, 4",
        "\\Qa{9}\\E, 5",
        "a{b}, 4",
        "x\\{3}, 4",
        "a{2}(?i){3}, 10",
        "'a{,2}', 5"
    })
    void weights(String regex, long weight) {
        assertThat(RegexWeight.of(regex)).isEqualTo(weight);
    }

    @Test
    void endlessNestingDoesNotOverflow() {
        assertThat(RegexWeight.of("(".repeat(50) + "a" + "{9999})".repeat(50))).isEqualTo(Integer.MAX_VALUE);
    }
}
