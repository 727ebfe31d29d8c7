/* What the files of alerts share. */
#ifndef SERAI_SERVICE_CYBER_ALERT_INTERNAL_H
#define SERAI_SERVICE_CYBER_ALERT_INTERNAL_H

#include "service/cyber/alert.h"
#include "service/cyber/life.h"
#include "service/cyber/object_view_internal.h"
#include "service/cyber/release_internal.h"

/* Reason "request". */
bool alert_request(struct why *w, const char *what);
/* A text of the request; empty when it is not there and not needed. */
MUST_USE bool alert_text(const struct json *j, const char *name, size_t most, bool needed, struct arena *a,
                         struct span *out, struct why *w);

/* The version that counts of an object, whoever may see it. Reason "unknown". */
MUST_USE bool alert_indicator(const struct alert_desk *d, struct span id, struct object_row *row,
                              struct why *w);
/* The alert, if the person may see it. Reason "unknown". */
MUST_USE bool alert_of(const struct alert_desk *d, struct span id, struct arena *a, struct alert_row *out,
                       struct why *w);

#endif
