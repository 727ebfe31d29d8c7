/*
 * What a node remembers. One interface, one SQL schema; SQLite now, PostgreSQL later. Writes of several
 * threads are committed together (group commit): a call that returns true has its record on disk.
 */
#ifndef SERAI_STORE_STORE_H
#define SERAI_STORE_STORE_H

#include "agreement/facts.h"
#include "base/arena.h"
#include "base/why.h"

struct store;

struct store_options {
    const char *path; /* database file; its folder must exist */
    bool read_only;
};

/* Opens, migrates, takes the single-writer lock. Reasons: "store-locked" (second instance),
 * "store-read-only", "store-full", "store-damaged", "store-newer" (written by a later version), "store". */
MUST_USE bool store_open(const struct store_options *opt, struct store **ret, struct why *w);
void store_close(struct store *s);

/* A traveller's key: keyed hash of document issuer and number; the store never holds the number itself. */
struct traveller_key {
    uint8_t b[32];
};

enum movement { MOVEMENT_NONE, MOVEMENT_ENTRY, MOVEMENT_EXIT };

struct check_record {
    struct span request_id;   /* the caller's, 1..64 bytes: the same id twice is one record */
    struct span request_hash; /* 32 bytes over the request: same id with another request is refused */
    struct span response;     /* what was answered, byte for byte, receipt included */
    unix_time at;
    bool admitted;
    enum movement movement;
    struct traveller_key traveller;
    struct span member;        /* "IR" */
    struct span permission_id; /* id of the permission used, empty for none */
};

enum store_put { STORE_NEW, STORE_REPEATED, STORE_CONFLICT };

/* Durable when it returns true. STORE_REPEATED: *previous is the response stored before, in the arena.
 * STORE_CONFLICT: the id was used for another request. */
MUST_USE bool store_put_check(struct store *s, const struct check_record *r, enum store_put *what,
                              struct arena *a, struct span *previous, struct why *w);

/* A movement without a check (an exit lane, a register taken over). */
MUST_USE bool store_put_movement(struct store *s, const struct traveller_key *t, struct span member,
                                 enum movement m, unix_time at, struct span request_id, struct why *w);

/* Stays of a traveller in member, entries and exits matched; oldest first, into the arena. */
MUST_USE bool store_stays(struct store *s, const struct traveller_key *t, struct span member, struct arena *a,
                          const struct stay **ret, size_t *n, struct why *w);

/* Entries recorded under a permission. */
MUST_USE bool store_permission_uses(struct store *s, struct span permission_id, int64_t *n, struct why *w);

/* Issued permissions: id, what was sealed, for whom; never overwritten. */
MUST_USE bool store_put_permission(struct store *s, struct span id, struct span body, unix_time at,
                                   struct why *w);

/* The 32-byte secret behind traveller keys; made at the first opening. */
void store_traveller_key(const struct store *s, struct span issuer, struct span number,
                         struct traveller_key *out);

struct store_stats {
    int64_t checks, movements, permissions;
    int64_t commits; /* transactions since opening */
    int schema;
};
MUST_USE bool store_stats(struct store *s, struct store_stats *out, struct why *w);

#endif
