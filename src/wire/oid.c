#include "wire/oid.h"

/* Digits of v behind the first n bytes of out, after a point unless n is 0; false, and nothing written, when
 * two points and the NUL would not fit behind it. */
static bool put_number(char out[OID_TEXT], size_t *n, uint64_t v, bool known)
{
    char digit[20];
    size_t k = 0;

    do
        digit[k++] = known ? (char)('0' + v % 10) : '?';
    while (known && (v /= 10));
    if (*n + 1 + k + 3 > OID_TEXT)
        return false;
    if (*n)
        out[(*n)++] = '.';
    while (k)
        out[(*n)++] = digit[--k];
    return true;
}

const char *oid_text(struct span oid, char out[OID_TEXT])
{
    uint64_t v = 0;
    bool known = true, first = true, fits = true;
    size_t n = 0;

    for (size_t i = 0; i < oid.n && fits; i++) {
        known = known && v >> 57 == 0;
        v = v << 7 | (oid.p[i] & 0x7f);
        if (oid.p[i] & 0x80)
            continue;
        if (first) { /* X.690 8.19.4: 40 times the first number plus the second */
            uint64_t arc = v < 80 ? v / 40 : 2;

            fits = put_number(out, &n, arc, true);
            v -= 40 * arc;
            first = false;
        }
        fits = fits && put_number(out, &n, v, known);
        v = 0;
        known = true;
    }
    if (!fits) {
        out[n++] = '.';
        out[n++] = '.';
    }
    out[n] = 0;
    return out;
}
