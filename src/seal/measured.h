/* Where the data of a measured part came from: what certified, and the newest revocation list of it. */
#ifndef SERAI_SEAL_MEASURED_H
#define SERAI_SEAL_MEASURED_H

#include "base/stopwatch.h"
#include "base/text.h"
#include "seal/anchors.h"
#include "seal/crl.h"

static inline bool seal_letter(uint8_t c)
{
    return ascii_upper(c) || ascii_lower(c);
}

/* set: NULL when no list was looked at. by: NULL when nobody is known. */
static inline void seal_measured(struct stopwatch *watch, const char *name, uint64_t from,
                                 const struct anchor_set *set, const struct anchor *by)
{
    struct stopwatch_part *p = stopwatch_stop(watch, name, from);
    struct anchor_crl newest;

    if (!p || !by)
        return;
    if (by->cert.country.n == 2 && seal_letter(by->cert.country.p[0]) && seal_letter(by->cert.country.p[1]))
        memcpy(p->state, by->cert.country.p, 2);
    if (set && anchors_newest_crl(set, by, &newest))
        p->as_of = newest.crl->this_update;
}

#endif
