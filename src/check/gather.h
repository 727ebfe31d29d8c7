/* The first half of a check: every piece of evidence read and verified, documents and permissions picked out.
 */
#ifndef SERAI_CHECK_GATHER_H
#define SERAI_CHECK_GATHER_H

#include "check/check.h"
#include "service/travel/intake.h"

/* What one piece of evidence turned out to be. why holds no personal data. */
struct gathered_item {
    const char *kind; /* "mrz", "vds", … as in inspections */
    enum result result;
    struct why why;
};

struct gathered {
    size_t n;
    struct gathered_item item[LIMIT_EVIDENCE_ITEMS];
    struct travel_document document;
    size_t document_item;
    struct travel_permission permission;
    size_t permission_item;
    bool documents_differ; /* two travel documents of different numbers were presented */
};

/* out is large: the arena's or static. */
void gather(const struct check_context *c, const struct check_request *r, unix_time now, struct arena *a,
            struct gathered *out);

#endif
