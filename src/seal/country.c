#include "seal/country.h"

#include "wire/mrz_codes.h"

/*
 * Codes of zones whose holders' documents are certified under another country's two letters (Doc 9303-3 5
 * parts B, C and D): the only exceptions there are.
 */
static const struct {
    char three[4], two[3];
} exceptions[] = {
    { "GBD", "GB" }, { "GBN", "GB" }, { "GBO", "GB" }, { "GBP", "GB" }, { "GBS", "GB" },
    { "UNA", "UN" }, { "UNK", "UN" }, { "UNO", "ZZ" }, { "UNA", "ZZ" },
};

static bool same_letters(struct span two, const char *other)
{
    for (size_t i = 0; i < 2; i++)
        if (two.n != 2 || (two.p[i] >= 'a' && two.p[i] <= 'z' ? two.p[i] - 32 : two.p[i]) != other[i])
            return false;
    return true;
}

enum country_match country_match(struct span two, struct span three)
{
    const char *state = three.n ? state_from_alpha3(three) : NULL;
    bool known = state != NULL;

    if (state && same_letters(two, state))
        return COUNTRY_SAME;
    while (three.n > 0 && three.p[three.n - 1] == '<')
        three.n--;
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++) {
        if (!span_eq_str(three, exceptions[i].three))
            continue;
        known = true;
        if (same_letters(two, exceptions[i].two))
            return COUNTRY_SAME;
    }
    return known ? COUNTRY_OTHER : COUNTRY_UNKNOWN;
}
