/* The inside of an anchor set, for the files that make it up. */
#ifndef SERAI_SEAL_ANCHORS_INTERNAL_H
#define SERAI_SEAL_ANCHORS_INTERNAL_H

#include <pthread.h>
#include <stdlib.h>

#include "seal/anchors.h"
#include "seal/crl.h"

/* The ways to find an anchor, each with its own chains. */
enum { BY_SHA256, BY_KEY_ID, BY_SUBJECT, BY_SEAL_REF, BY_SHA1_TAIL, BY_ISSUER_SERIAL, INDICES };

/* The certificate's bytes stand behind it. */
struct entry {
    struct anchor anchor;
    uint8_t sha1_tail[5];
};

/* Entries one behind the other; they never move. */
struct slab;

/*
 * What a look-up walks, apart from the entries, so that it stays in the processor's caches. Chains are in
 * order of addition and closed to rings: a bucket names the last, whose next is the first. Entries are
 * numbered from 1.
 */
struct links {
    uint32_t hash[INDICES]; /* 0: not in that index */
    uint32_t next[INDICES];
};

struct anchor_index {
    struct links *links; /* of entry i + 1 */
    uint32_t *last[INDICES];
    size_t n, buckets; /* buckets: a power of two, and room for links */
};

/* The next entry's links, to be filled with hashes and then given to index_add. */
struct links *index_next_links(struct anchor_index *x);
void index_add(struct anchor_index *x);
void index_free(struct anchor_index *x);

/* Walks the entries of one index that have that hash: 0 at first, then what it gave; 0 at the end. */
uint32_t index_find(const struct anchor_index *x, int index, uint32_t hash, uint32_t after);

/* Texts of origins. */
struct source {
    struct source *next;
    char text[];
};

/* Origins are shared by all certificates that have the same ones: equal chains are one chain. */
struct kept_origin {
    struct anchor_origin origin;
    struct kept_origin *next;
};

/* Its texts are those of the set. */
struct kept_list {
    struct anchor_list list;
    struct kept_list *next;
};

/* Direct mapped; a group of slots shares a lock that is held for a copy of a slot. */
enum { CERTIFIED_SLOTS = 4096, CERTIFIED_LOCKS = 64 };

struct certified {
    uint8_t sha256[32];
    const struct anchor *by;
    struct key_share key; /* of the certificate; empty until it was used */
};

struct memory {
    pthread_mutex_t lock[CERTIFIED_LOCKS];
    struct certified slot[CERTIFIED_SLOTS];
};

struct memory *memory_new(void);
void memory_free(struct memory *m);

/* A list and the anchor that signed it; its bytes stand behind it. */
struct listed {
    struct crl crl;
    const struct anchor *by;
    const struct anchor_origin *origin;
    struct listed *next;
    size_t n_sorted;
    struct span sorted[]; /* serial numbers (crl_sort); the list's bytes stand behind them */
};

struct anchor_set {
    struct entry **entry; /* number i + 1 */
    size_t n, room;
    struct slab *slabs; /* the newest first */
    struct anchor_index index;
    struct source *sources, *members, *types;
    struct kept_origin *origins;
    struct kept_list *lists, **lists_end; /* in order of addition */
    struct listed *crls, **crls_end;      /* in order of addition */
    size_t n_crls;
    struct memory *memory;
};

/* As anchors_by_key_id and anchors_by_subject, but issuers alone that serve the need: what is only known, or
 * vouched for as something else, cannot crowd them out. */
size_t issuers_by_key_id(const struct anchor_set *s, struct span ski, unsigned need,
                         const struct anchor **out, size_t max);
size_t issuers_by_subject(const struct anchor_set *s, struct span name, unsigned need,
                          const struct anchor **out, size_t max);

void origins_free(struct anchor_set *s);
/* The chain with this origin in front of next; from NULL: nothing is said of it. */
const struct anchor_origin *origin_keep(struct anchor_set *s, const struct anchor_origin *from,
                                        enum anchor_standing standing, const struct anchor_origin *next);

/* Memory or the end of the process. */
static inline void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

#endif
