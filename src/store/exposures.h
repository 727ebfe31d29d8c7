/*
 * What the exposure service keeps: lists of assets, advisories, the catalogue of exploited vulnerabilities,
 * and findings; each a sealed text under a kind and an id, whole or not there. And who did what with them.
 */
#ifndef SERAI_STORE_EXPOSURES_H
#define SERAI_STORE_EXPOSURES_H

#include "store/store.h"

enum { EXPOSURE_IDS = 20000 };

/* In place of what stood there, in one transaction. ends 0: no end of its own. Reasons besides those of
 * store_open: "request" (kind and id are words), "too-large". */
MUST_USE bool store_put_exposure(struct store *s, const char *kind, struct span id, unix_time at,
                                 unix_time ends, struct span plain, struct why *w);
/* Into the arena. Reason also "sealed". */
MUST_USE bool store_exposure(struct store *s, const char *kind, struct span id, bool *found, struct arena *a,
                             struct span *plain, struct why *w);

struct exposure_entry {
    struct span id;
    unix_time at, ends;
};
/* All of a kind by id; at most EXPOSURE_IDS. */
MUST_USE bool store_exposures(struct store *s, const char *kind, struct arena *a, struct exposure_entry **out,
                              size_t *n, struct why *w);

/* Gone, its bytes overwritten; nothing there: nothing is done. */
MUST_USE bool store_erase_exposure(struct store *s, const char *kind, struct span id, struct why *w);
/* The same of all whose end has come; *erased: parts. */
MUST_USE bool store_expire_exposures(struct store *s, unix_time now, int64_t *erased, struct why *w);

struct exposure_look {
    unix_time at;
    struct span what, id, who, purpose; /* words; an office; at most 64, purpose 200 bytes */
};
MUST_USE bool store_note_exposure(struct store *s, const struct exposure_look *l, struct why *w);
/* Newest first, at most `most`. */
MUST_USE bool store_exposure_looks(struct store *s, size_t most, struct arena *a, struct exposure_look **out,
                                   size_t *n, struct why *w);

#endif
