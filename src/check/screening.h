/* Names of a traveller, screened at the check: a lead that asks for a second look, and nothing else. */
#ifndef SERAI_CHECK_SCREENING_H
#define SERAI_CHECK_SCREENING_H

#include "check/gather.h"
#include "service/notice/hit.h"
#include "wire/json.h"
#include "wire/json_write.h"

/*
 * After gather: what the document, its chip and the permission say of the bearer's names, looked for in what
 * c->hits has; out->screened. Hits stand on disk when it returns. False: one could not be recorded.
 */
MUST_USE bool gather_screening(const struct check_context *c, const struct check_request *r, struct span id,
                               unix_time now, struct arena *a, struct gathered *out, struct why *w);

/* Whatever the agreement says: what a hit asks for is a second look by a person, and it can do nothing else.
 */
bool screening_refers(const struct gathered *g);
void screening_apply(bool refers, struct verdict *v);

/* For the answer: the reasons, and the member "screening"; nothing of any notice. */
void screening_put(struct json_writer *w, const struct gathered *g);
typedef void screening_reason(struct json_writer *w, const char *code, const char *text);
void screening_put_reasons(struct json_writer *w, const struct gathered *g, screening_reason *put);

/* Of an answer that is kept: whether a second look was asked for then. */
bool screening_referred(const struct json *j);

#endif
