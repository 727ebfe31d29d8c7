/*
 * Manifests (service/travel/manifest.h) and what was found of their persons, in parts, each sealed by the
 * caller and bytes here. The list comes first, part by part, then results, part by part: a part is there
 * once, whole or not at all, so that whoever was stopped goes on where parts are missing.
 */
#ifndef SERAI_STORE_MANIFESTS_H
#define SERAI_STORE_MANIFESTS_H

#include "store/store.h"

enum { MANIFEST_HASH = 32 };

/* "arriving": parts of the list are missing. "waiting": results are. "done". "erased": only counts are left.
 */
enum manifest_state { MANIFEST_ARRIVING, MANIFEST_WAITING, MANIFEST_DONE, MANIFEST_ERASED, MANIFEST_STATES };
const char *manifest_state_word(enum manifest_state s);

enum manifest_part_kind { PART_LIST, PART_RESULTS };

struct manifest_entry {
    int64_t seq;
    struct span reference; /* 1..64 visible ASCII characters */
    struct span request;   /* MANIFEST_HASH bytes: the list with what was said of it */
    enum manifest_state state;
    unix_time at, last, ends; /* taken in, changed last, erased */
    int64_t persons, parts;   /* parts of the list, and as many of results */
    int64_t done;             /* parts of results that are there */
    struct span head;         /* sealed; empty when erased */
    struct span summary;      /* JSON, counts alone; empty until done */
};

struct manifest_event {
    unix_time at;
    struct span what, who; /* words: "received", "looked", "erased"; an office */
};

/*
 * Begins one (at, ends, persons, parts and head are read), in state "arriving", with its first event. The
 * same reference with the same request is STORE_REPEATED whatever its state, unless that is "erased": then it
 * begins anew. With another request: STORE_CONFLICT. Reason besides those of store_open: "request".
 */
MUST_USE bool store_put_manifest(struct store *s, const struct manifest_entry *m, struct span who,
                                 enum store_put *what, struct why *w);
/* One part; there already: nothing is done. Reasons: "manifest-unknown" (also: erased), "too-large". */
MUST_USE bool store_put_manifest_part(struct store *s, struct span reference, enum manifest_part_kind kind,
                                      int64_t part, struct span body, struct why *w);
/* To "waiting" when all parts of the list are there, or to "done" when all of the results are; else reason
 * "manifest-parts". summary only for "done". Already there: nothing is done. */
MUST_USE bool store_move_manifest(struct store *s, struct span reference, enum manifest_state to,
                                  struct span summary, unix_time now, struct why *w);
MUST_USE bool store_note_manifest(struct store *s, struct span reference, const struct manifest_event *e,
                                  struct why *w);

/* Into the arena. */
MUST_USE bool store_find_manifest(struct store *s, struct span reference, bool *found, struct arena *a,
                                  struct manifest_entry *out, struct why *w);
MUST_USE bool store_manifest_part(struct store *s, struct span reference, enum manifest_part_kind kind,
                                  int64_t part, bool *found, struct arena *a, struct span *body,
                                  struct why *w);
/* Which parts are there: have[i]. */
MUST_USE bool store_manifest_parts(struct store *s, struct span reference, enum manifest_part_kind kind,
                                   bool *have, int64_t parts, struct why *w);
/* A page of at most LIMIT_CASE_PAGE, newest first, without heads. before 0: from the newest. *next 0: the
 * end. */
MUST_USE bool store_list_manifests(struct store *s, int64_t before, size_t most, struct arena *a,
                                   const struct manifest_entry **ret, size_t *n, int64_t *next,
                                   struct why *w);
/* The oldest that waits; *found false: none does. */
MUST_USE bool store_waiting_manifest(struct store *s, bool *found, struct arena *a,
                                     struct manifest_entry *out, struct why *w);
/* The newest first, at most 256. */
MUST_USE bool store_manifest_events(struct store *s, struct span reference, struct arena *a,
                                    const struct manifest_event **ret, size_t *n, struct why *w);

/* Erases list, results and head of one; its bytes are overwritten. */
MUST_USE bool store_erase_manifest(struct store *s, struct span reference, struct span who, unix_time now,
                                   struct why *w);
/* The same for all whose end has come. */
MUST_USE bool store_expire_manifests(struct store *s, unix_time now, int64_t *erased, struct why *w);

#endif
