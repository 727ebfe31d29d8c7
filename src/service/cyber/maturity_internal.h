/* What the files of the maturity desk share. */
#ifndef SERAI_SERVICE_CYBER_MATURITY_INTERNAL_H
#define SERAI_SERVICE_CYBER_MATURITY_INTERNAL_H

#include "service/cyber/cooperation_internal.h"
#include "service/cyber/maturity.h"

/* The request of an operation, out of JSON or a query: numbers may be texts. */
struct maturity_ask {
    struct json j;
    struct span office, language, parameter, evidence, digest, scope, consent, tlp, format, profile,
        assessment;
    int64_t year, with, level; /* -1: not said; year is this one then */
};
MUST_USE bool maturity_ask_read(struct span json, unix_time now, struct arena *a, struct maturity_ask *q,
                                struct why *w);

/* Own levels of a year, as kept. */
MUST_USE bool maturity_own(const struct coop_desk *d, int64_t year, struct arena *a,
                           struct maturity_levels *out, struct why *w);

#endif
