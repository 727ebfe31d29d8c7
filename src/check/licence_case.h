/* A roadside check as a node does it: recorded once, the same request again gives the first outcome, and what
 * was decided has a receipt. */
#ifndef SERAI_CHECK_LICENCE_CASE_H
#define SERAI_CHECK_LICENCE_CASE_H

#include "check/check.h"
#include "check/licence.h"

/* Pictures by the libraries of picture/. */
licence_picture licence_picture_read;

/* What a node brings to it. *node must last. */
struct licence_setting licence_setting_of(const struct check_context *node);

/*
 * With node's store (NULL: nothing is recorded) and keys. False with why when nothing could be decided or
 * recorded: those of licence_begin, "request" (bad id), "request-conflict" (same id, another request), or a
 * reason of the store. A licence that is forged, or an issuer that does not answer, is no failure: the answer
 * says so. It is told in the language of the request, as the tongues have it. Two calls with one id at the
 * same time may both ask at home; one is recorded.
 */
MUST_USE bool licence_case_run(const struct check_context *node, const struct tongues *tongues,
                               const struct licence_request *r, unix_time now, struct arena *a,
                               struct licence_answer *out, struct why *w);

#endif
