/*
 * What node.conf says of the TAXII server:
 *
 *   taxii-root = NAME "TITLE" ["DESCRIPTION"] [max=BYTES]
 *   taxii-collection = ROOT ID "TITLE" ["DESCRIPTION"] [alias=WORD] [media=2.0,2.1]
 *   taxii-account = NAME HASH [read=ID,…|*] [write=…] [see=…] [tlp=WORD] [cert] [drill] [groups=…]
 *
 * Roots before their collections. HASH is what serai cyber account prints.
 */
#ifndef SERAI_NODE_TAXII_CONFIG_H
#define SERAI_NODE_TAXII_CONFIG_H

#include "base/arena.h"
#include "base/limits.h"
#include "stix/marking.h"

struct taxii_root_config {
    const char *name;                /* first part of its paths */
    const char *title, *description; /* description NULL: none */
    size_t most;                     /* of one POST, bytes */
};

struct taxii_collection_config {
    size_t root;
    const char *id, *title, *description, *alias; /* the last two may be NULL */
    bool v20;                                     /* media type of STIX 2.0 too */
};

/* Collections by id, with commas between; "*": all; NULL: none. */
struct taxii_account_config {
    const char *name, *hash;
    const char *read, *write, *see; /* see: listed, and nothing else */
    enum tlp tlp;                   /* the strictest it may read */
    bool cert, drill;               /* of the CERT itself; takes part in drills */
    const char *groups;             /* trust groups; NULL: none */
};

struct taxii_config {
    const char *title, *description, *contact, *first; /* of discovery; first: the default root */
    struct taxii_root_config root[LIMIT_TAXII_ROOTS];
    struct taxii_collection_config collection[LIMIT_TAXII_COLLECTIONS];
    struct taxii_account_config account[LIMIT_TAXII_ACCOUNTS];
    size_t n_roots, n_collections, n_accounts;
};

/* One line each, into *c, which is made in the arena with the first one. False: it is not understood, names a
 * root that is not there, or something twice. */
MUST_USE bool taxii_config_root(struct span line, struct arena *a, struct taxii_config **c);
MUST_USE bool taxii_config_collection(struct span line, struct arena *a, struct taxii_config **c);
MUST_USE bool taxii_config_account(struct span line, struct arena *a, struct taxii_config **c);

/* The id stands in a list of ids. */
bool taxii_listed(const char *list, const char *id);

#endif
