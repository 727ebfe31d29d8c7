/*
 * An exact set of fingerprints, each with a value of 32 bits, for tens of millions of entries: 12 bytes an
 * entry on disk, a look-up well under two microseconds, changes on disk and in force when the call returns.
 *
 *   FOLDER/image-N    sorted pages of 4096 bytes, mapped; written once, aside, then never changed
 *   FOLDER/journal-N  what changed since image N, one record of 32 bytes each
 *   FOLDER/current    which image counts, and what the set is
 *   FOLDER/key        32 random bytes that key its fingerprints: a set that was copied without it says little
 *
 * One process writes (a lock), any number read. Any number of threads look up while one changes the set. An
 * image that was cut or changed is refused: header and index when it is opened, each page before its first
 * use.
 */
#ifndef SERAI_LOOKUP_EXACT_H
#define SERAI_LOOKUP_EXACT_H

#include "base/why.h"
#include "files/durable.h"
#include "lookup/answer.h"
#include "lookup/print.h"

struct lookup_exact;

enum lookup_access { LOOKUP_READ, LOOKUP_WRITE };

/* LOOKUP_WRITE makes what is not there. keyed: fingerprints are keyed with FOLDER/key. Reasons: "absent" (to
 * read, nothing there), "locked", "damaged", "io". steps: for tests, may be NULL. */
MUST_USE bool lookup_exact_open(const char *folder, enum lookup_access access, bool keyed,
                                const struct folder_steps *steps, struct lookup_exact **ret, struct why *w);
void lookup_exact_close(struct lookup_exact *x); /* NULL allowed */

/* For lookup_print_of; empty: a plain set. */
struct span lookup_exact_key(const struct lookup_exact *x);

enum lookup_found { LOOKUP_ABSENT, LOOKUP_THERE, LOOKUP_DAMAGED };
/* *value only with LOOKUP_THERE. LOOKUP_DAMAGED: the page that would tell is not as it was written. */
enum lookup_found lookup_exact_find(struct lookup_exact *x, lookup_print p, uint32_t *value);

struct lookup_change {
    lookup_print print;
    uint32_t value;
    bool gone; /* taken out; value counts for nothing */
};

/* In order, in force and on disk when it returns. Twice has the effect of once. */
MUST_USE bool lookup_exact_change(struct lookup_exact *x, const struct lookup_change *c, size_t n,
                                  struct why *w);

/* Folds the journal into a new image beside the old one; look-ups and changes go on meanwhile. */
MUST_USE bool lookup_exact_compact(struct lookup_exact *x, struct why *w);
/* Whether compacting is due: the changes are many, or more than a share of the image. */
bool lookup_exact_is_due(struct lookup_exact *x);

/*
 * Many changes at once, as one: they are sorted outside of memory (at most LIMIT_LOOKUP_SORT bytes of it),
 * then merged with what is there into a new image. Nothing counts before lookup_bulk_end returned true; of
 * two changes of one fingerprint the later one counts.
 */
struct lookup_bulk;
MUST_USE bool lookup_bulk_begin(struct lookup_exact *x, struct lookup_bulk **ret, struct why *w);
MUST_USE bool lookup_bulk_add(struct lookup_bulk *b, const struct lookup_change *c, struct why *w);
/* Frees b, also when it fails; abandon: without effect. */
MUST_USE bool lookup_bulk_end(struct lookup_bulk *b, struct why *w);
void lookup_bulk_abandon(struct lookup_bulk *b); /* NULL allowed */

struct lookup_exact_state {
    uint64_t image;   /* entries of the image */
    uint64_t changes; /* since then */
    uint64_t bytes;   /* on disk */
    uint64_t number;  /* of the image */
};
void lookup_exact_state(struct lookup_exact *x, struct lookup_exact_state *out);

/* Reads and checks every page, so that no look-up is the first of its page: in a thread of its own, while
 * others look up. ending: NULL, or true to leave off. Reason "damaged". */
MUST_USE bool lookup_exact_warm(struct lookup_exact *x, bool (*ending)(void *ctx), void *ctx, struct why *w);

/* Every page of the image is as it was written, and in order. Reason "damaged". */
MUST_USE bool lookup_exact_verify(struct lookup_exact *x, struct why *w);

/* Every entry that counts, in the order of fingerprints, until one returns false. *whole false: a page is
 * damaged, and the walk ended there. */
void lookup_exact_each(struct lookup_exact *x, bool (*one)(void *ctx, lookup_print p, uint32_t value),
                       void *ctx, bool *whole);

#endif
