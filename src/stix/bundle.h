/*
 * Bundles (STIX 2.1 8) and TAXII envelopes (TAXII 2.1 3.7) of any size, object by object: each with its exact
 * bytes and its own verdict. What breaks a rule is set aside with its reason and the rest goes on; only what
 * makes it impossible to tell where an object ends stops the reading, and says where. Memory is that of the
 * longest object and, when duplicates are looked for, of 64 bytes an object, not of the input.
 */
#ifndef SERAI_STIX_BUNDLE_H
#define SERAI_STIX_BUNDLE_H

#include "stix/object.h"

struct stix_item {
    size_t index;      /* place among the objects, from 0 */
    uint64_t offset;   /* of its first byte in the input */
    uint64_t length;   /* in the input */
    struct span bytes; /* as written; empty when it is longer than LIMIT_STIX_OBJECT. Of stix_bundle_read a
                          part of its text, of a stream valid during the call */
    bool good;         /* no MUST is broken */
    bool repeated; /* the same id and version stood before; why.reason "duplicate-content" with other bytes
                      (then not good), else it is the same object again */
    const struct stix_object *object;     /* as stix_read leaves it */
    const struct stix_findings *findings; /* offsets count from the object's first byte */
    const struct why
        *why; /* when not good: the first of them, its offset counted from the input's beginning */
};

/* False stops the reading. */
typedef bool (*stix_item_take)(void *ctx, const struct stix_item *item);

enum stix_container {
    STIX_IN_NOTHING, /* nothing that could be told yet */
    STIX_IN_BUNDLE,
    STIX_IN_ENVELOPE,
    STIX_IN_OBJECT, /* a single object, given whole */
};

enum { STIX_NEXT = 1024 }; /* longest `next` of an envelope, bytes */

struct stix_summary {
    enum stix_container in;
    size_t objects, good, repeated; /* good counts those that stood before too */
    uint64_t bytes;                 /* of the input read */
    bool v20;                       /* the bundle says spec_version "2.0" */
    bool more;                      /* of an envelope */
    size_t next_n;
    uint8_t next[STIX_NEXT]; /* of an envelope, unescaped; next_n 0: absent */
    char id[64];             /* of a bundle, "" when it has none or no valid one */
    size_t should;           /* what the container should be and is not, under strict */
    bool sound;              /* the container itself keeps its own rules; */
    struct why why;          /* else why not. Its objects are read all the same */
};

struct stix_bundle_how {
    struct stix_how object;
    bool duplicates; /* look for ids and versions that stand twice */
    bool places;     /* of objects offset and length alone are told: nothing of them is held, read or judged,
                        for a caller that has the input and reads them elsewhere */
};

/*
 * The whole input in memory; a single object too. False when it is no JSON, ends in the middle or holds
 * neither objects nor an object, with the offset in w; *out then counts what was read up to there.
 */
MUST_USE bool stix_bundle_read(struct span text, const struct stix_bundle_how *how, stix_item_take take,
                               void *ctx, struct stix_summary *out, struct why *w);

/*
 * The same as bytes arrive. A bundle whose spec_version "2.0" stands behind its objects is not known to be of
 * 2.0 in time; how->object.v20 says so beforehand.
 */
struct stix_stream;

struct stix_stream *stix_stream_new(const struct stix_bundle_how *how, stix_item_take take, void *ctx);
void stix_stream_free(struct stix_stream *s); /* NULL is fine */
/* False once the reading has stopped: w says why (reason "stopped": take wanted it), then and in every call
 * after. A piece may end anywhere, and may be empty. */
MUST_USE bool stix_stream_feed(struct stix_stream *s, struct span piece, struct why *w);
/* The input has ended. */
MUST_USE bool stix_stream_end(struct stix_stream *s, struct stix_summary *out, struct why *w);

#endif
