/*
 * What a provider of CSAF publishes beside its documents (CSAF 2.0 7.1.7 to 7.1.22), read as what strangers
 * wrote: provider-metadata.json, security.txt, index.txt, changes.csv, ROLIE feeds, aggregator.json. No input
 * or output, no clock. Spans are the arena's or the text's own.
 */
#ifndef SERAI_CSAF_SOURCE_H
#define SERAI_CSAF_SOURCE_H

#include "csaf/csaf.h"

enum { CSAF_KEYS = 8, CSAF_PLACES = 32, CSAF_URL = 2000 };

/* https, a host, no user, no fragment, nothing that climbs ("..", also written in percent). Reason "address".
 */
MUST_USE bool csaf_url(struct span s, struct why *w);
/* "cert.example:8443" of such an address. */
struct span csaf_url_host(struct span url);
/* The part behind its last slash. */
struct span csaf_url_name(struct span url);

/* Where documents are to be had: a ROLIE feed or a folder with index.txt and changes.csv. */
struct csaf_place {
    bool rolie;
    bool labelled; /* a feed says which label its documents have */
    enum csaf_tlp tlp;
    struct span url; /* of a folder: with a slash at its end */
};

struct csaf_source {
    struct span publisher, name; /* JSON; its name */
    struct span url, role, updated;
    bool list, mirror; /* on aggregators */
    struct {
        struct span fingerprint, url;
    } key[CSAF_KEYS];
    struct csaf_place place[CSAF_PLACES];
    size_t n_keys, n_places;
};
/* provider-metadata.json. Reasons those of json_parse, "invalid" (7.1.7), "address". */
MUST_USE bool csaf_source_read(struct span text, struct arena *a, struct csaf_source *out, struct why *w);

/* A document as a list leads to it; what the list does not say is empty. */
struct csaf_entry {
    struct span url, id, updated, sha256, sha512, signature;
};
struct csaf_entries {
    struct csaf_entry *item; /* the arena's */
    size_t n, cap;
};
/* A line or entry that is not followed, and why; others go on. */
typedef void (*csaf_fault_fn)(void *ctx, struct span what, const struct why *why);

/*
 * index.txt (7.1.12), changes.csv (7.1.13) of the folder `base`, a ROLIE feed (7.1.15): appends. False, as a
 * whole: reasons of json_parse, "invalid", "too-large".
 */
MUST_USE bool csaf_index_read(struct span text, struct span base, struct arena *a, struct csaf_entries *e,
                              csaf_fault_fn tell, void *ctx, struct why *w);
MUST_USE bool csaf_changes_read(struct span text, struct span base, struct arena *a, struct csaf_entries *e,
                                csaf_fault_fn tell, void *ctx, struct why *w);
MUST_USE bool csaf_feed_read(struct span text, struct arena *a, struct csaf_entries *e, csaf_fault_fn tell,
                             void *ctx, struct why *w);

/* The lines "CSAF: https://…" of security.txt (7.1.8): how many were put into out. */
size_t csaf_security_txt(struct span text, struct span *out, size_t room);

/*
 * aggregator.json: its schema (7.1.21), two disjoint issuing parties (7.1.22), and what its category asks: a
 * lister mirrors nothing at its own address (7.2.4), an aggregator at least two (7.2.5). Reasons of
 * json_parse, "invalid", "too-large".
 */
MUST_USE bool csaf_aggregator_check(struct span text, struct arena *a, struct why *w);

#endif
