#include "lookup/fold.h"

#include "base/text.h"

bool lookup_fold(struct span s, uint8_t out[LOOKUP_NUMBER], size_t *n)
{
    uint8_t kept[LOOKUP_NUMBER];
    size_t k = 0;

    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];

        if (c == ' ' || c == '-' || c == '<' || c == '/' || c == '.')
            continue;
        if (ascii_lower(c))
            c = (uint8_t)(c - 'a' + 'A');
        if ((!ascii_upper(c) && !ascii_digit(c)) || k == LOOKUP_NUMBER)
            return false;
        kept[k++] = c;
    }
    if (k == 0)
        return false;
    memcpy(out, kept, k);
    *n = k;
    return true;
}
