/*
 * What happened to what was sent: requests with their outcomes (TAXII 2.1 4.3) and objects that were refused,
 * with reason, source and time. One file per day in the store's folder; a day goes as a whole when its time
 * is over.
 */
#ifndef SERAI_SERVICE_CYBER_OBJECT_JOURNAL_H
#define SERAI_SERVICE_CYBER_OBJECT_JOURNAL_H

#include "service/cyber/object_store.h"

struct object_journal;

enum { JOURNAL_ID = 16, JOURNAL_SOURCE = 64, JOURNAL_REASON = 40, JOURNAL_DETAIL = 200 };

struct journal_options {
    const char *folder;
    unsigned keep_days; /* 2 or more */
};

MUST_USE bool object_journal_open(const struct journal_options *o, int64_t now, struct object_journal **ret,
                                  struct why *w);
void object_journal_close(struct object_journal *j); /* NULL allowed */

/* An object that was not taken. */
struct journal_refused {
    int64_t at;             /* microseconds */
    struct span collection; /* its id */
    struct span source;     /* the account or member it came from */
    struct span reason, clause, detail;
    struct span id, version; /* as written; empty: could not be read */
    struct span text;        /* the object's bytes */
};

/* A request and what became of it. */
struct journal_status {
    uint8_t id[JOURNAL_ID];
    struct span root, source; /* the API root; the account, which alone may ask for it */
    int64_t at;
    struct span json; /* the status resource as it is sent */
};

/* Both are on disk when it returns; status NULL: only what was refused. */
MUST_USE bool object_journal_put(struct object_journal *j, const struct journal_status *status,
                                 const struct journal_refused *refused, size_t n, struct why *w);

/* The status resource, in the arena; false: there is none of this id, root and source. */
MUST_USE bool object_journal_status(struct object_journal *j, const uint8_t id[JOURNAL_ID], struct span root,
                                    struct span source, struct arena *a, struct span *json);

/* Each refused object, oldest first; each returns false to end. May be read while another process writes. */
MUST_USE bool object_journal_refused(const char *folder,
                                     bool (*each)(void *ctx, const struct journal_refused *r), void *ctx,
                                     struct why *w);

#endif
