/* How a notice stands at a time: pure, of what was said of it. For the book. */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_STANDING_H
#define SERAI_SERVICE_NOTICE_NOTICE_STANDING_H

#include "service/notice/notice_book.h"

/*
 * rows: as the store has them, in whatever order they came. member: for whom "here" is meant. Fills *out but
 * since. Whatever cannot be read counts as not said; a version counts only if this node, too, finds that it
 * keeps the rules. Reason "too-large".
 */
MUST_USE bool notice_stands(const struct agreement *g, struct span member, const struct notice_rows *rows,
                            unix_time now, struct arena *a, struct notice_held *out, struct why *w);

#endif
