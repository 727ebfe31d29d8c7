/* Small requests in JSON: one object of texts, numbers and yes or no, each member known. */
#ifndef SERAI_CHECK_FIELDS_H
#define SERAI_CHECK_FIELDS_H

#include "base/arena.h"
#include "base/why.h"

enum field_type { FIELD_TEXT, FIELD_NUMBER, FIELD_YES };

struct request_field {
    const char *name;
    enum field_type type;
    void *to; /* struct span, int64_t, bool; untouched when the member is absent */
};

/* Reason "request" (or of json_parse): no object, an unknown member, one of another type. */
MUST_USE bool request_fields(struct span json, const struct request_field *f, size_t n, struct arena *a,
                             struct why *w);

#endif
