/* A log in memory that signs and serves what a test wants, honest or not; with its bodies. */
#ifndef SERAI_TESTS_SYNC_MODEL_H
#define SERAI_TESTS_SYNC_MODEL_H

#include "sync/pull.h"

enum { MODEL_ENTRIES = 70000, MODEL_WITNESSES = 3 };

struct model_entry {
    struct span bytes, kept; /* kept: salt and sealed body; empty: none, or erased */
    bool erased, gone;       /* gone: not served, as if it had been lost */
};

struct model {
    struct span origin;
    struct model_entry *entry;
    struct tree_hash *leaf;
    size_t n;
    size_t shown;      /* size of the checkpoint; n unless set */
    size_t witnessed;  /* size of "witnessed"; 0: no such file */
    unsigned cosigned; /* witnesses that cosign the checkpoint */
    unix_time time;    /* of cosignatures */
    int64_t gets;      /* calls answered; after `least` the link is down */
    int64_t least;
    size_t wrong_entry; /* this one is served otherwise; SIZE_MAX: none */
    bool wrong_tiles;   /* of level 1 and up */
    bool wrong_signature, wrong_cosignature;
    bool wrong_bodies;
    struct arena arena;
};

void model_keys(void); /* once */
void model_init(struct model *m, const char *origin);
void model_free(struct model *m);
/* The first n entries are those of the other. */
void model_copy(struct model *m, const struct model *from, size_t n);

/* n records of that type, about subjects 0..9 in turn; bodies "body <index>". */
void model_add(struct model *m, size_t n, const char *type);
void model_erase(struct model *m, size_t index); /* the erasure becomes an entry */
void model_raw(struct model *m, struct span entry);
void model_tag(size_t subject, uint8_t out[LEAF_TAG]);

struct log_source model_source(struct model *m);
/* The log's key, and `quorum` of the three witnesses; 0: none needed. In static memory. */
const struct policy *model_policy(struct span origin, unsigned quorum);
struct span model_note(struct model *m, size_t size, unsigned cosigned); /* in its arena */
void model_root(const struct model *m, size_t size, struct tree_hash *out);

#endif
