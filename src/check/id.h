/* The id of a request: the caller's, or one made here. */
#ifndef SERAI_CHECK_ID_H
#define SERAI_CHECK_ID_H

#include "base/why.h"

enum { CHECK_ID_MAX = 64 };

/* wanted: 1 to CHECK_ID_MAX of A-Z a-z 0-9 . _ - , or empty: a random one. Reason "request", with clause. */
MUST_USE bool check_id(struct span wanted, const char *clause, char out[CHECK_ID_MAX + 1], struct why *w);

#endif
