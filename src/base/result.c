#include "base/result.h"

static const char *const words[] = {
    [RESULT_GENUINE] = "genuine",     [RESULT_EXPIRED] = "expired",
    [RESULT_FORGED] = "forged",       [RESULT_REVOKED] = "revoked",
    [RESULT_NO_ANCHOR] = "no-anchor", [RESULT_UNDETERMINED] = "undetermined",
    [RESULT_MALFORMED] = "malformed", [RESULT_WELL_FORMED] = "well-formed",
};

const char *result_word(enum result r)
{
    return words[r];
}

bool result_from_word(struct span s, enum result *out)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (span_eq_str(s, words[i])) {
            *out = (enum result)i;
            return true;
        }
    }
    return false;
}
