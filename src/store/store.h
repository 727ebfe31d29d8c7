/*
 * What a node remembers. One interface, one SQL schema; a file (SQLite) or a server (PostgreSQL). Writes of
 * several threads are committed together (group commit): a call that returns true has its record on disk, in
 * a server with standbys on the disks of two.
 */
#ifndef SERAI_STORE_STORE_H
#define SERAI_STORE_STORE_H

#include "agreement/facts.h"
#include "base/arena.h"
#include "base/why.h"

struct store;

struct store_options {
    const char *path;   /* database file, whose folder must exist, or "postgresql://…" as libpq has it */
    const char *folder; /* of the key file; NULL: that of the database file. A server wants one */
    bool read_only;     /* for tools, also while a node has it open: every put fails with "store-read-only" */
    int32_t utc_offset; /* the member's clock, seconds east of UTC: on which day a movement falls */
    /* Of a server. A commit counts when a synchronous standby has it: also verified after each; by_itself:
     * what the server says counts, for one without standbys. */
    bool by_itself;
    int patience_ms; /* until the place of a node that went without a word is taken; 0:
                        LIMIT_STORE_PATIENCE_MS */
};

/* The files in a node's data folder. The lock stands in STORE_FILE ".lock". */
/* The path is one of a server. */
bool store_is_server(const char *path);

#define STORE_FILE     "store.db"
#define STORE_KEY_FILE "traveller.key"

/*
 * Opens, migrates, takes the single-writer lock. Reasons: "store-locked" (second instance; its process id in
 * the detail), "store-read-only", "store-full", "store-damaged", "store-newer" (written by a later version),
 * "store-older" (read_only, and not yet migrated), "store-foreign" (a database of another program),
 * "store-key" (the key file is missing, of another store, or readable by others), "store". Of a server also
 * "store-unreachable" (no leader answers: nothing was recorded) and "store-unconfirmed" (no standby confirms,
 * or the connection broke at the commit: whether it is recorded is not known yet; the same call with the same
 * id finds out). Every call below may fail with these too; after what was wrong has been put right the next
 * call works again.
 */
MUST_USE bool store_open(const struct store_options *opt, struct store **ret, struct why *w);
void store_close(struct store *s);

/* Another node has taken the store over for good: nothing can be written here until it is opened anew. */
bool store_fenced(const struct store *s);

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
    struct span member;         /* "IR" */
    struct span permission_id;  /* id of the permission used, empty for none */
    int64_t permission_entries; /* entries it is good for; 0: no limit */
};

enum store_put { STORE_NEW, STORE_REPEATED, STORE_CONFLICT };

/*
 * Durable when it returns true. STORE_REPEATED: *previous is the response stored before, in the arena.
 * STORE_CONFLICT: the id was used for another request.
 * An entry is recorded with it only if admitted, and then counts as a use of the permission; an exit in any
 * case, since who leaves has left.
 * Reasons besides those of store_open: "permission-used" when permission_entries are recorded already:
 * nothing is recorded, to be decided again on the uses of now; "request" for an id that is not 1..64 visible
 * ASCII characters or a field out of its range; "too-large" for a response above LIMIT_STORE_RECORD. Of two
 * calls at the same time with one id, one is NEW and the other REPEATED.
 */
MUST_USE bool store_put_check(struct store *s, const struct check_record *r, enum store_put *what,
                              struct arena *a, struct span *previous, struct why *w);

/* How a record ended that nobody waited for; what and previous only when it is recorded. */
struct store_outcome {
    bool recorded; /* as store_put_check returns */
    enum store_put what;
    struct span previous;
    struct why why;
};

/*
 * store_put_check for a caller who does not wait: done is called once, after the commit, by the store's
 * thread that writes; it must be short and must not put anything itself. The record, what it points to and
 * the arena are the store's until then. False with why: nothing was begun, and done is not called.
 */
typedef void store_done(void *ctx, const struct store_outcome *o);
MUST_USE bool store_put_check_later(struct store *s, const struct check_record *r, struct arena *a,
                                    store_done *done, void *ctx, struct why *w);

/* What store_put_check would find under an id, without recording: *found and *what (REPEATED or CONFLICT). */
MUST_USE bool store_find_check(struct store *s, struct span request_id, struct span request_hash, bool *found,
                               enum store_put *what, struct arena *a, struct span *previous, struct why *w);

/* A movement without a check (an exit lane, a register taken over). The same id with the same movement again
 * records nothing and is true; with another one it is "request-conflict". Ids of checks and of movements are
 * apart. */
MUST_USE bool store_put_movement(struct store *s, const struct traveller_key *t, struct span member,
                                 enum movement m, unix_time at, struct span request_id, struct why *w);

/*
 * Stays of a traveller in member, entries and exits matched; oldest first, into the arena; the newest
 * LIMIT_STAYS. Everything committed before the call is seen.
 *
 * Where a record is missing:
 * - two entries without an exit between: the first stay counts to the day of the second entry and is marked
 *   exit_missing. That is the longest it can have been, so that an overstay is referred and not overlooked.
 * - an exit without an entry: that one day counts, marked entry_missing. Nothing shows more.
 * - the same movement twice on one day: the second adds nothing, being a second scan.
 */
MUST_USE bool store_stays(struct store *s, const struct traveller_key *t, struct span member, struct arena *a,
                          const struct stay **ret, size_t *n, struct why *w);

struct stay_record {
    struct stay stay;
    bool exit_missing, entry_missing;
};

/* As store_stays, with what is missing: for a verdict that says so. */
MUST_USE bool store_stay_records(struct store *s, const struct traveller_key *t, struct span member,
                                 struct arena *a, const struct stay_record **ret, size_t *n, struct why *w);

/* Entries recorded under a permission; erasing movements does not lower it. */
MUST_USE bool store_permission_uses(struct store *s, struct span permission_id, int64_t *n, struct why *w);

/* Issued permissions: id, what was sealed, for whom; never overwritten: the same body again is true, another
 * one is "permission-exists". id: 1..64 visible ASCII characters. */
MUST_USE bool store_put_permission(struct store *s, struct span id, struct span body, unix_time at,
                                   struct why *w);

/* *found, and then the body into the arena and when it was put; at may be NULL. */
MUST_USE bool store_get_permission(struct store *s, struct span id, bool *found, struct arena *a,
                                   struct span *body, unix_time *at, struct why *w);

/*
 * BLAKE2b of issuer and number, keyed with the 32-byte secret of the key file, which is made at the first
 * opening. The caller brings both into one form (no fillers, upper case): other bytes are another traveller.
 */
void store_traveller_key(const struct store *s, struct span issuer, struct span number,
                         struct traveller_key *out);

/* The same for other things than travellers: use says what of ("licence"). */
void store_subject_key(const struct store *s, struct span use, struct span issuer, struct span number,
                       struct traveller_key *out);

struct store_stats {
    unix_time newest_check; /* time of the check recorded last; 0: none */
    int64_t checks, movements, permissions;
    int64_t commits; /* transactions since opening */
    int schema;
    int64_t cases, registered;                             /* cases.h */
    int64_t erased_checks, erased_movements, erased_cases; /* since the beginning */
};
MUST_USE bool store_stats(struct store *s, struct store_stats *out, struct why *w);

struct store_erased {
    int64_t checks, movements, cases;
};

/*
 * Erases checks with their responses, movements, and cases with their events, that are older than `before`,
 * and records how many. An entry that opens a stay reaching to `before` or still open is kept; a case is as
 * old as its newest event, and kept until its answer is due. Registers are kept. An erased check's id counts
 * as new when it comes again: keep checks longer than requests may be repeated, and movements longer than the
 * longest window of the agreement.
 */
MUST_USE bool store_expire(struct store *s, unix_time before, unix_time now, struct store_erased *out,
                           struct why *w);

/* Reads everything; each line of what is wrong goes to fn, *wrong counts them. */
MUST_USE bool store_verify(struct store *s, void (*fn)(void *ctx, const char *line), void *ctx,
                           int64_t *wrong, struct why *w);

/* A consistent copy of the store and its key into the folder `to`, which is made, or is empty; verified
 * before it gets its name. The store may be written to meanwhile. "store-exists": a store stands there
 * already. */
MUST_USE bool store_backup(struct store *s, const char *to, struct why *w);

#endif
