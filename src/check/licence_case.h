/* A roadside check as a node does it: recorded once, the same request again gives the first answer, and what
 * was decided has a receipt. */
#ifndef SERAI_CHECK_LICENCE_CASE_H
#define SERAI_CHECK_LICENCE_CASE_H

#include "check/check.h"
#include "check/licence.h"

/*
 * node: store (NULL: nothing is recorded), keys and name; the rest stands in c. False with why when nothing
 * could be decided or recorded: those of licence_begin, "request" (bad id), "request-conflict" (same id,
 * another request), or a reason of the store. A licence that is forged, or an issuer that does not answer, is
 * no failure: the answer says so.
 */
MUST_USE bool licence_case_run(const struct check_context *node, const struct licence_setting *c,
                               const struct licence_request *r, unix_time now, struct arena *a,
                               struct licence_answer *out, struct why *w);

#endif
