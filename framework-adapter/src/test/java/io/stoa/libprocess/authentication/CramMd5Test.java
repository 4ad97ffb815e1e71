package io.stoa.libprocess.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.authentication.Credentials;
import io.stoa.libprocess.authentication.CramMd5.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CramMd5Test {

    private static final Credentials CREDENTIALS = Credentials.of(Map.of(
            "golden", "golden-secret",
            "agentp", "agent-secret",
            "tim", "tanstaaftanstaaf",
            "a principal", "a secret",
            "empty", ""));

    /** The first is RFC 2195's own, the others are what libmesos was recorded to answer. */
    @ParameterizedTest
    @CsvSource({
        "<1896.697170952@postoffice.reston.mci.net>, tim, b913a602c7eda7a495b4e6e7334d3890",
        "<3200170038.56838@vm>, agentp, af414b3667b50f238f0d1f99dcead263",
        "<2835531673.56839@vm>, golden, 4f94ab979877fa06773b41eaf937b5ac"
    })
    void theRightDigestProvesThePrincipal(String challenge, String principal, String digest) {
        assertThat(check(challenge, principal + " " + digest)).isEqualTo(new Verdict.Proven(principal));
    }

    /** The last was recorded with a wrong secret. */
    @ParameterizedTest
    @CsvSource({
        "<2835531673.56839@vm>, golden, 4f94ab979877fa06773b41eaf937b5ad",
        "<2835531673.56839@vm>, golden, 4F94AB979877FA06773B41EAF937B5AC",
        "<2835531673.56839@vm>, agentp, 4f94ab979877fa06773b41eaf937b5ac",
        "<2835531673.56839@vm>, nobody, 4f94ab979877fa06773b41eaf937b5ac",
        "<2835531673.56838@vm>, golden, 4f94ab979877fa06773b41eaf937b5ac",
        "<733332988.56842@vm>, golden, 0fc42e124e50ea41747480e8ae6a0283"
    })
    void anyOtherProvesNothing(String challenge, String principal, String digest) {
        assertThat(check(challenge, principal + " " + digest)).isEqualTo(new Verdict.Wrong());
    }

    /** HMAC-MD5 of an empty text with the empty key is 74e6f7298a9c2d168935f58c001bad88. */
    @Test
    void anEmptySecretIsASecretAndNoneIsNot() {
        assertThat(check("", "empty 74e6f7298a9c2d168935f58c001bad88")).isEqualTo(new Verdict.Proven("empty"));
        assertThat(check("", "nobody 74e6f7298a9c2d168935f58c001bad88")).isEqualTo(new Verdict.Wrong());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "golden",
                "golden ",
                " 4f94ab979877fa06773b41eaf937b5ac",
                "4f94ab979877fa06773b41eaf937b5ac",
                "golden 4f94ab979877fa06773b41eaf937b5a",
                "golden 4f94ab979877fa06773b41eaf937b5ac0"
            })
    void whatIsNoResponseIsToldFromAWrongOne(String response) {
        assertThat(check("<2835531673.56839@vm>", response)).isInstanceOf(Verdict.Malformed.class);
    }

    @Test
    void aResponseOfAnyLengthIsNotLookedAt() {
        assertThat(check("<1.1@vm>", "p".repeat(2_000) + " 4f94ab979877fa06773b41eaf937b5ac"))
                .isEqualTo(new Verdict.Malformed("response of 2033 bytes (expected: at most 1024)"));
    }

    @Test
    void noChallengeIsMadeTwice() {
        CramMd5 one = CramMd5.at("vm", 1_795_000_000_123L);
        CramMd5 other = CramMd5.at("vm", 1_795_000_000_123L);

        assertThat(one.challenge()).matches("<[0-9]+\\.1795000000@vm>").isNotEqualTo(other.challenge());
    }

    private static Verdict check(String challenge, String response) {
        return new CramMd5(challenge).check(response.getBytes(UTF_8), CREDENTIALS);
    }
}
