/* Compares the names of two zones, as of a passport and of the visa in it, when one or both may be cut. */
#ifndef SERAI_WIRE_MRZ_NAMES_H
#define SERAI_WIRE_MRZ_NAMES_H

#include "wire/mrz.h"
#include "wire/translit.h"

/* Identifiers as in struct mrz; blanks and fillers mean the same. */
struct mrz_name {
    struct span primary, secondary;
    bool truncated;
};

/* The spans live in m. */
static inline struct mrz_name mrz_name_of(const struct mrz *m)
{
    return (struct mrz_name){ span_str(m->primary), span_str(m->secondary), m->name_truncated };
}

/*
 * NAME_SAME: both identifiers are equal. NAME_PREFIX: they agree as far as the cut one goes, in either
 * identifier (Doc 9303-4 4.2.3 cuts both). NAME_INITIALS: every part of the cut one begins the part of the
 * other at its place. Else NAME_DIFFERENT; never NAME_ALTERNATIVE. Which degree is enough is the caller's to
 * say.
 */
enum name_match mrz_names_match(const struct mrz_name *a, const struct mrz_name *b);

#endif
