/* How far each officer has read what arrived at this member, and what beyond it is done. */
#ifndef SERAI_STORE_INBOX_H
#define SERAI_STORE_INBOX_H

#include "store/store.h"

enum { INBOX_DONE = 10000 }; /* beyond the place read up to, of one officer */

enum inbox_source { INBOX_OBJECTS, INBOX_RECORDS, INBOX_SOURCES };

struct inbox_place {
    int64_t at[INBOX_SOURCES]; /* by enum inbox_source */
};
struct inbox_read {
    struct inbox_place read;
    unix_time at; /* 0: never */
    struct {
        int64_t source, place;
    } * done; /* in this order */
    size_t n;
};

MUST_USE bool store_inbox(struct store *s, struct span officer, struct arena *a, struct inbox_read *out,
                          struct why *w);
/* Up to there all is read; never back. */
MUST_USE bool store_inbox_read(struct store *s, struct span officer, const struct inbox_place *p,
                               unix_time now, struct why *w);
/* Reason "too-large": INBOX_DONE are done; read up to some place. */
MUST_USE bool store_inbox_done(struct store *s, struct span officer, enum inbox_source source, int64_t place,
                               struct why *w);

#endif
