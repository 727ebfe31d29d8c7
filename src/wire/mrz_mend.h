/* Confusions of characters, and the places of a zone that no check digit covers. Private to
 * wire/mrz_suggest.c. */
#ifndef SERAI_WIRE_MRZ_MEND_H
#define SERAI_WIRE_MRZ_MEND_H

#include "wire/mrz_layout.h"

/* Characters that optical readers take for one another, and how far-fetched that is. */
struct mrz_confusion {
    char a, b;
    uint8_t cost;
};

enum { MRZ_CONFUSIONS = 15 };

extern const struct mrz_confusion mrz_confusions[MRZ_CONFUSIONS];

enum mrz_kind { MRZ_ANY, MRZ_DIGIT, MRZ_LETTER };

static inline bool mrz_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A filler fits everywhere. */
static inline bool mrz_fits(char c, enum mrz_kind kind)
{
    return kind == MRZ_ANY || c == '<' || mrz_is_digit(c) == (kind == MRZ_DIGIT);
}

/* What the i-th confusion makes of c, or 0 when it is not about c or the result does not fit. */
static inline char mrz_confused(size_t i, char c, enum mrz_kind kind)
{
    const struct mrz_confusion *f = &mrz_confusions[i];
    char to = '<';

    if (f->a == c)
        to = f->b;
    else if (f->b == c)
        to = f->a;
    return to != '<' && mrz_fits(to, kind) ? to : 0;
}

struct mrz_mended {
    enum mrz_format format; /* in: by the lines; out: a first character mended to V makes it a visa */
    unsigned cost;
    bool tie; /* another correction of a code is as good */
};

/* Mends document code, name, sex, issuer and nationality in place; false when something impossible stands
 * there that no confusion explains. */
bool mrz_mend_free(char *zone, struct mrz_mended *m);

#endif
