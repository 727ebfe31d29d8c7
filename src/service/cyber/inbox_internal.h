/* What the files of the inbox share. */
#ifndef SERAI_SERVICE_CYBER_INBOX_INTERNAL_H
#define SERAI_SERVICE_CYBER_INBOX_INTERNAL_H

#include "service/cyber/alert_internal.h"
#include "service/cyber/inbox.h"

/* Says where one is, or names an item; it opens only for that officer, use and filter. */
enum inbox_use { INBOX_NEXT = 'n', INBOX_UPTO = 'u', INBOX_ITEM = 'i' };
MUST_USE bool inbox_token(const struct alert_desk *d, enum inbox_use use, struct span filter, int64_t first,
                          int64_t second, struct arena *a, struct span *out, struct why *w);
/* Reason "next". */
MUST_USE bool inbox_token_open(const struct alert_desk *d, enum inbox_use use, struct span filter,
                               struct span text, int64_t *first, int64_t *second, struct arena *a,
                               struct why *w);

#endif
