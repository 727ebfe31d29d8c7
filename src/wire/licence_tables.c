#include "wire/licence_data.h"

#include "wire/licence_tables.inc"

/* Index of key in rows of `size` bytes that begin with a text; -1: not there. */
static ptrdiff_t find(struct span key, const void *rows, size_t n, size_t size)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = span_cmp(key, span_str((const char *)rows + mid * size));

        if (c == 0)
            return (ptrdiff_t)mid;
        if (c > 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return -1;
}

#define FIND(key, rows) find(key, rows, sizeof(rows) / sizeof(rows)[0], sizeof(rows)[0])

const char *licence_sign_of(struct span alpha2)
{
    ptrdiff_t i = FIND(alpha2, states);

    return i < 0 ? NULL : states[i].sign;
}

enum licence_scheme licence_scheme_of(struct span alpha2)
{
    ptrdiff_t i = FIND(alpha2, states);

    if (alpha2.n == 0)
        return LICENCE_SCHEME_UNKNOWN;
    return i < 0 ? LICENCE_SCHEME_DOMESTIC : states[i].scheme;
}

bool licence_category(struct span code, struct span alpha2, enum licence_scheme *scheme)
{
    ptrdiff_t i = FIND(code, categories);

    *scheme = i < 0 || categories[i].scheme == LICENCE_SCHEME_UNKNOWN ? licence_scheme_of(alpha2)
                                                                      : categories[i].scheme;
    return i >= 0;
}

bool licence_code_known(struct span code, enum licence_scheme scheme, bool has_value)
{
    const uint8_t *open = code.n ? memchr(code.p, '(', code.n) : NULL;
    ptrdiff_t i;

    if (open && code.p[code.n - 1] != ')')
        return false;
    if (open) {
        has_value |= (size_t)(open - code.p) + 2 < code.n;
        code = span_of(code.p, (size_t)(open - code.p));
    }
    i = FIND(code, codes);
    return i >= 0 && (!codes[i].eu || scheme == LICENCE_SCHEME_EU) && (!codes[i].value || has_value);
}

const char *licence_finding_word(enum licence_finding f)
{
    static const char *const word[] = {
        "DATA_TYPE",        "DATA_VALUE",        "DATA_DATE",         "COUNTRY_MISMATCH",
        "SIGN_MISMATCH",    "LICENCE_EXPIRED",   "DATA_MISSING",      "CATEGORY_DUP",
        "CATEGORY_UNKNOWN", "PRIVILEGE_NOT_YET", "PRIVILEGE_EXPIRED", "CODE_UNKNOWN",
    };

    return word[f];
}

const char *licence_scheme_word(enum licence_scheme s)
{
    static const char *const word[] = { "unknown", "1949", "1968", "eu", "domestic" };

    return word[s];
}
