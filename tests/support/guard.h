/* Input that ends where its page ends: one byte read too far faults, also without a sanitizer. */
#ifndef SERAI_TESTS_GUARD_H
#define SERAI_TESTS_GUARD_H

#include "base/span.h"

/* A copy of s right before an unreadable page. Release with guard_free. */
struct span guard_copy(struct span s);
void guard_free(struct span s);

#endif
