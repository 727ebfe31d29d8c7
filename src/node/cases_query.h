/* Which cases a request asks for: the parameters side, kind, state, member, before, most. */
#ifndef SERAI_NODE_CASES_QUERY_H
#define SERAI_NODE_CASES_QUERY_H

#include "node/http.h"
#include "store/cases.h"

/* usual: cases on a page when nothing is said; most: the ceiling. Reason "query". */
MUST_USE bool cases_query(const struct http_request *r, int64_t usual, int64_t most, unix_time now,
                          struct case_filter *f, struct why *w);

#endif
