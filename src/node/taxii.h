/*
 * The TAXII 2.1 server of a node: who asks, what there is for them, and the store behind it. What an account
 * may not know does not exist for it: roots, collections and objects alike.
 */
#ifndef SERAI_NODE_TAXII_H
#define SERAI_NODE_TAXII_H

#include <stdatomic.h>

#include "crypto/digest.h"
#include "node/config.h"
#include "service/cyber/label_places.h"
#include "service/cyber/object_journal.h"
#include "service/cyber/object_store.h"

struct taxii;

struct taxii_options {
    const struct node_config *config;
    const struct agreement *agreement;
    struct object_store *objects;
    struct object_journal *journal;
    const struct cyber_places *places;
    int64_t (*now)(void *ctx); /* microseconds */
    void *ctx;
};

/* Options outlive it. Reasons "config" (a default root, group or collection that is not there), "io". */
MUST_USE bool taxii_open(const struct taxii_options *o, struct taxii **ret, struct why *w);
void taxii_close(struct taxii *t); /* NULL allowed */

const struct taxii_options *taxii_options_of(const struct taxii *t);
const uint8_t *taxii_key(const struct taxii *t); /* of cursors; the same after a restart */

/* One who was let in. */
struct taxii_account {
    const struct taxii_account_config *config;
    struct cyber_reader reader;
};

enum taxii_let {
    TAXII_LET,
    TAXII_STRANGER, /* no credentials, or wrong ones */
    TAXII_LATER,    /* the password must be worked out, which takes long: ask with wait */
    TAXII_BUSY,     /* too many do that now */
};
/* authorization: the header; NULL: none. */
enum taxii_let taxii_let(struct taxii *t, const char *authorization, bool wait,
                         const struct taxii_account **out);

/* A collection as an account sees it. */
struct taxii_rights {
    bool see, read, write;
};
struct taxii_rights taxii_rights(const struct taxii_account *a, const struct taxii_collection_config *c);

/* A root by its name when the account sees anything of it, or it is empty; else NULL. */
const struct taxii_root_config *taxii_root(const struct taxii *t, const struct taxii_account *a,
                                           struct span name);
/* By id or alias; NULL: there is none for this account. */
const struct taxii_collection_config *taxii_collection(const struct taxii *t, const struct taxii_account *a,
                                                       const struct taxii_root_config *root, struct span id,
                                                       uint16_t *number);
bool taxii_has_root(const struct taxii *t, struct span name);

/* The law of sharing on the day of now. */
void taxii_law(struct taxii *t, int64_t now, struct cyber_law *out);

#endif
