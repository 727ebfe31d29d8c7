/*
 * The objects of the cyber service: one folder per node, written once in the form in which they are sent.
 *
 * Every object taken gets the next sequence number and a date_added: unique to the microsecond and rising
 * also when the clock steps back. Objects that wait for the disk are committed together; what is told as
 * added is on disk. Several threads may do everything at once; one process has the folder open.
 *
 * A reader names a function over labels. It is asked inside the scan, before anything is counted or chosen:
 * what it denies has no part in pages, limits, first and last versions, or dates.
 */
#ifndef SERAI_SERVICE_CYBER_OBJECT_STORE_H
#define SERAI_SERVICE_CYBER_OBJECT_STORE_H

#include "files/durable.h"
#include "service/cyber/label.h"
#include "stix/object.h"

struct object_store;

struct object_store_options {
    const char *folder;
    int64_t (*now)(void *ctx); /* microseconds since 1970; by the writer's thread */
    void *ctx;
    bool read_only; /* beside a process that has it open: what was on disk at this moment; adds nothing */
    size_t tail;    /* bytes of objects after which they are compressed; 0: 16 MiB */
    const struct folder_steps *steps; /* for tests; may be NULL */
};

/* Makes the folder when it is not there. Reasons "io", "locked", "corrupt". */
MUST_USE bool object_store_open(const struct object_store_options *o, struct object_store **ret,
                                struct why *w);
/* Commits what waits. After the last call; NULL allowed. */
void object_store_close(struct object_store *s);

/* NULL: it was opened to be read alone. */
const char *object_store_folder(const struct object_store *s);

/* The number of a collection by its id; the same for ever. Reason "io", "too-large" (OBJECT_COLLECTIONS). */
enum { OBJECT_COLLECTIONS = 4096, OBJECT_ANY = 0xffff };
MUST_USE bool object_store_collection(struct object_store *s, struct span id, uint16_t *number,
                                      struct why *w);
/* Its id; empty: there is none. Lives as long as the store. */
struct span object_store_collection_id(struct object_store *s, uint16_t number);

enum object_outcome {
    OBJECT_ADDED,
    OBJECT_KNOWN, /* this version with this content is stored already (8.8) */
    /* Not stored (8.5, STIX 3.5, 3.6); the caller keeps it in quarantine. */
    OBJECT_CONFLICT, /* another content is stored for this version */
    OBJECT_CREATOR,  /* the object belongs to another creator */
    OBJECT_REVOKED,  /* an earlier version was revoked: nothing comes after it */
    OBJECT_VERSION,  /* its version cannot be kept: more than nine digits of a second, or before year 1 */
    OBJECT_TOO_LARGE,
    OBJECT_TOO_MANY, /* types or versions */
};
const char *object_outcome_word(enum object_outcome o); /* "conflict": stable, kebab-case */
const char *object_outcome_say(enum object_outcome o);  /* one sentence */

/* What is kept beside the bytes. Fixed: 88 bytes on disk, in the order of the machine. */
struct object_row {
    uint64_t at; /* of the bytes in their file; of the store alone */
    int64_t date_added;
    int64_t version;                /* microseconds; of an object without a version of its own: date_added */
    struct stix_uuid uuid, creator; /* creator all zero: none */
    struct cyber_label label;
    uint32_t n; /* bytes */
    uint16_t type, collection;
    uint16_t version_rest;  /* nanoseconds after the microsecond */
    uint8_t version_digits; /* of the fraction as written */
    uint8_t flags;          /* enum object_flag */
    uint8_t spec;           /* 20 or 21 */
    uint8_t origin;         /* place of the member it came from; CYBER_NO_PLACE: taken here */
    uint8_t spare[2];
};
_Static_assert(sizeof(struct object_row) == 88, "rows are stored as they are");

enum object_flag { OBJECT_IS_REVOKED = 1, OBJECT_IS_UNVERSIONED = 2, OBJECT_HAS_CREATOR = 4 };

/* One object to be taken. */
struct object_new {
    struct span text;      /* a JSON object; lives until the call returns */
    struct span type;      /* "indicator" */
    struct object_row row; /* uuid, creator, version*, flags, spec, label, origin; the rest is the store's */
    /* The sequence of the record with this content whose label is to change; 0: none. The record then gives
     * way to this one, with a sequence and a date of its own, so that pollers see it anew: both or neither,
     * after a crash too. Of no effect when that record is gone or is not the one that is stored for this
     * version. */
    uint64_t instead;
    int64_t date; /* 0: now. Else kept if it is not before the newest of its collection: import */
    enum object_outcome outcome; /* out */
    uint64_t sequence;           /* out: of ADDED and KNOWN */
};

/* From an object that stix_read took: all but text, label and origin. False: it cannot be kept, and outcome
 * says why. */
MUST_USE bool object_new_of(const struct stix_object *o, struct object_new *out);

/*
 * Takes the objects in their order; each has its outcome then, and those that were added are on disk. False:
 * none of them was taken, reason "io", "store-full".
 */
MUST_USE bool object_store_add(struct object_store *s, uint16_t collection, struct object_new *item, size_t n,
                               struct why *w);

/* Which records. All zero but collection and may: everything. */
enum object_versions { OBJECT_LAST = 1, OBJECT_FIRST = 2, OBJECT_ALL = 4 };
struct object_version {
    int64_t version; /* microseconds */
    uint16_t rest;   /* nanoseconds after them */
};

struct object_query {
    uint16_t collection; /* or OBJECT_ANY */
    /* Whether the reader may see it; NULL: everything, for the node itself. Called under the store's lock: it
     * computes and returns. */
    bool (*may)(void *ctx, const struct cyber_label *label);
    void *ctx;
    uint64_t after;      /* sequence; 0: from the beginning. Decides what is looked at, never which version */
    uint64_t until;      /* sequence, the last one looked at; 0: no end */
    int64_t added_after; /* date_added above this; before choosing versions */
    bool dated;          /* added_after counts */
    const struct span *type; /* any of them; n 0: all */
    size_t n_types;
    const struct stix_id *id; /* any of them; n 0: all */
    size_t n_ids;
    unsigned versions; /* enum object_versions, or-ed; 0 with no version named: all */
    const struct object_version *version;
    size_t n_versions;
    const uint8_t *spec; /* 20, 21: any of them */
    size_t n_specs;
    bool highest_spec; /* of each object only what has the highest specification version (TAXII 2.1) */
    size_t limit;      /* records; 0: no limit */
    size_t most_bytes; /* at least one record, then no more than fit; 0: no limit */
};

/* What was found, in the order of the sequence. */
struct object_page {
    uint64_t *sequence; /* the caller's to free with object_page_free */
    size_t n;
    size_t bytes;        /* of the objects with one comma between them */
    bool more;           /* at least one further record that the reader may see */
    int64_t first, last; /* date_added; 0 when n is 0 */
};
void object_store_find(struct object_store *s, const struct object_query *q, struct object_page *out);
void object_page_free(struct object_page *p);

/* At most `few` records of the collection have a later date_added: whoever sees them. */
bool object_store_after(struct object_store *s, uint16_t collection, int64_t added_after, size_t few);

/* Records of one object in all collections, in the order of the sequence, into row and sequence: at most
 * `room` of them. How many there are. */
size_t object_store_versions(struct object_store *s, const struct stix_id *id, struct object_row *row,
                             uint64_t *sequence, size_t room);

/* The row of a record; false: there is none, or it was deleted. */
MUST_USE bool object_store_row(struct object_store *s, uint64_t sequence, struct object_row *out);
/* The objects of a page with commas between: page->bytes bytes. Reason "io", "corrupt". */
MUST_USE bool object_store_bytes(struct object_store *s, const uint64_t *sequence, size_t n, uint8_t *out,
                                 size_t bytes, struct why *w);
/* The name of a type: "indicator". Lives as long as the store. */
struct span object_store_type(struct object_store *s, uint16_t type);
/* The sequence of the newest record on disk; 0: none. What came later has a higher one: a feed. */
uint64_t object_store_newest(struct object_store *s);
/* Waits until there is a newer one, at most so long. */
void object_store_wait(struct object_store *s, uint64_t newer_than, unsigned milliseconds);

/* Gone for every reader, and on disk when it returns. Pollers are not told: to withdraw an object, a new
 * version with revoked true is added. Sequences that are not there are passed over. */
MUST_USE bool object_store_delete(struct object_store *s, const uint64_t *sequence, size_t n, struct why *w);

struct object_figures {
    uint64_t records, deleted, objects; /* objects: by collection and id */
    uint64_t bytes;                     /* as sent */
    uint64_t commits;                   /* since it was opened */
};
void object_store_figures(struct object_store *s, struct object_figures *out);
/* Records of one collection that may() lets be seen. */
size_t object_store_count(struct object_store *s, uint16_t collection,
                          bool (*may)(void *ctx, const struct cyber_label *label), void *ctx);

/* The version as STIX writes it, with as many digits as the object had. Returns out. */
enum { OBJECT_TIME_TEXT = 32 + 255 };
const char *object_version_text(const struct object_row *r, char out[OBJECT_TIME_TEXT]);
/* "2026-03-01T08:00:00.000000Z". Returns out. */
const char *object_date_text(int64_t micros, char out[OBJECT_TIME_TEXT]);
/* "indicator--…": the length; out has STIX_ID_TEXT bytes. */
size_t object_id_text(struct object_store *s, const struct object_row *r, char out[STIX_ID_TEXT]);

#endif
