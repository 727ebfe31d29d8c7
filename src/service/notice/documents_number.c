/* Numbers of documents, vehicles (ISO 3779) and containers (ISO 6346). */
#include "base/text.h"
#include "service/notice/documents.h"

enum { VIN = 17, CONTAINER = 11, DIGITS_MOST = 18 };

static bool vin_form(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == 'I' || s.p[i] == 'O' || s.p[i] == 'Q')
            return false;
    return s.n == VIN;
}

bool document_vin_check(struct span vin)
{
    static const uint8_t weight[VIN] = { 8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2 };
    /* A to Z; I, O and Q do not occur. */
    static const uint8_t value[26] = { 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4,
                                       5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9 };
    unsigned sum = 0;

    if (!vin_form(vin))
        return false;
    for (size_t i = 0; i < VIN; i++)
        sum += weight[i] *
               (ascii_digit(vin.p[i]) ? (unsigned)(vin.p[i] - '0') : (unsigned)value[(vin.p[i] - 'A') % 26]);
    return vin.p[8] == (sum % 11 == 10 ? 'X' : (uint8_t)('0' + sum % 11));
}

static bool container_form(struct span s)
{
    if (s.n != CONTAINER || (s.p[3] != 'U' && s.p[3] != 'J' && s.p[3] != 'Z'))
        return false;
    for (size_t i = 0; i < CONTAINER; i++)
        if (i < 4 ? !ascii_upper(s.p[i]) : !ascii_digit(s.p[i]))
            return false;
    return true;
}

/* Letters count 10 and up, without the multiples of 11; places count powers of two. */
bool document_container_check(struct span s)
{
    unsigned sum = 0;

    if (!container_form(s))
        return false;
    for (size_t i = 0; i < CONTAINER - 1; i++) {
        unsigned v = ascii_digit(s.p[i]) ? (unsigned)(s.p[i] - '0') : (unsigned)(s.p[i] - 'A') + 10;

        if (!ascii_digit(s.p[i]))
            v += (v - 1) / 10 - (v < 11); /* 10, 12 … 21, 23 … 32, 34 … 38 */
        sum += v << i;
    }
    return s.p[CONTAINER - 1] == '0' + sum % 11 % 10;
}

bool document_fold(enum document_kind k, struct span s, struct document_number *out, struct why *w)
{
    struct document_number d = { .n = 0 };
    struct span folded;

    if (!lookup_fold(s, d.text, &d.n) || d.n > DOCUMENT_NUMBER)
        return why_set(w, "number", WHY_NO_OFFSET, NULL,
                       "a number has 1 to %d letters and digits; hyphens, blanks and fillers do not count",
                       DOCUMENT_NUMBER);
    folded = document_number_span(&d);
    if (k == DOCUMENT_VEHICLE && !vin_form(folded))
        return why_set(w, "vin", WHY_NO_OFFSET, "ISO 3779",
                       "a vehicle's number has 17 letters and digits, and no I, O or Q");
    if (k == DOCUMENT_CONTAINER && !container_form(folded))
        return why_set(w, "container", WHY_NO_OFFSET, "ISO 6346",
                       "a container's number has three letters, U, J or Z, and seven digits");
    if (k == DOCUMENT_CONTAINER && !document_container_check(folded))
        return why_set(w, "check-digit", WHY_NO_OFFSET, "ISO 6346 4.3",
                       "the check digit of the container does not hold: read it again");
    *out = d;
    return true;
}

bool document_series(struct span number, size_t *prefix, uint64_t *value)
{
    size_t at = number.n;
    uint64_t v = 0;

    while (at > 0 && ascii_digit(number.p[at - 1]))
        at--;
    if (at == number.n || number.n - at > DIGITS_MOST)
        return false;
    for (size_t i = at; i < number.n; i++)
        v = 10 * v + (uint64_t)(number.p[i] - '0');
    *prefix = at;
    *value = v;
    return true;
}

bool document_range(const struct document_number *from, const struct document_number *to, size_t *prefix,
                    uint64_t *first, uint64_t *last, struct why *w)
{
    size_t a, b;
    uint64_t x, y;

    if (from->n != to->n || !document_series(document_number_span(from), &a, &x) ||
        !document_series(document_number_span(to), &b, &y) || a != b ||
        memcmp(from->text, to->text, a) != 0 || x > y)
        return why_set(
            w, "range", WHY_NO_OFFSET, NULL,
            "both ends of a range have the same letters, then as many digits, and the first is not "
            "above the last");
    *prefix = a;
    *first = x;
    *last = y;
    return true;
}
