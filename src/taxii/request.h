/* What a request of TAXII 2.1 asks for: its path (sections 4, 5) and its filters (3.4, 3.5). */
#ifndef SERAI_TAXII_REQUEST_H
#define SERAI_TAXII_REQUEST_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/why.h"
#include "stix/id.h"

enum taxii_place {
    TAXII_DISCOVERY,   /* /taxii2/ */
    TAXII_ROOT,        /* /{root}/ */
    TAXII_STATUS,      /* /{root}/status/{id}/ */
    TAXII_COLLECTIONS, /* /{root}/collections/ */
    TAXII_COLLECTION,  /* …/{collection}/ */
    TAXII_MANIFEST,    /* …/{collection}/manifest/ */
    TAXII_OBJECTS,     /* …/{collection}/objects/ */
    TAXII_OBJECT,      /* …/objects/{object}/ */
    TAXII_VERSIONS,    /* …/objects/{object}/versions/ */
};

struct taxii_path {
    enum taxii_place place;
    struct span root, status, collection, object; /* parts of the path; empty where there is none */
};

/* A path as decoded, with or without its last slash. False: nothing of TAXII has such a path. */
MUST_USE bool taxii_path_read(struct span path, struct taxii_path *out);
/* The methods of a place: "GET, HEAD, POST". */
const char *taxii_methods(enum taxii_place p);

struct taxii_pair {
    const char *name, *value; /* decoded */
};

enum taxii_version { TAXII_LAST = 1, TAXII_FIRST = 2, TAXII_ALL = 4 };

struct taxii_instant {
    int64_t micros;
    uint16_t rest; /* nanoseconds after them */
};

struct taxii_filters {
    bool dated;
    int64_t added_after; /* microseconds; strictly later */
    size_t limit;        /* 1..LIMIT_TAXII_PAGE; 0: none was given */
    struct span next;    /* empty: the first page */
    size_t n_types, n_ids, n_versions, n_specs;
    struct span type[LIMIT_TAXII_ALTERNATIVES];
    struct stix_id id[LIMIT_TAXII_ALTERNATIVES]; /* those that could be one */
    bool by_id;                                  /* match[id] was given */
    unsigned versions; /* enum taxii_version; 0 with no instant: the default, last */
    struct taxii_instant version[LIMIT_TAXII_ALTERNATIVES];
    uint8_t spec[LIMIT_TAXII_ALTERNATIVES]; /* 20, 21; 0: one that nothing has */
};

/*
 * Reads them for a place and a method ("GET", "DELETE"). Parameters that are no filters are passed over;
 * reasons, all 400: "filter" (unknown, twice, not of this place), "limit", "timestamp", "too-many".
 * Spans are parts of the values.
 */
MUST_USE bool taxii_filters_read(enum taxii_place place, bool deletes, const struct taxii_pair *pair,
                                 size_t n, struct taxii_filters *out, struct why *w);

#endif
