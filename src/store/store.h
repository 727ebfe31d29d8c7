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

/* A quota of the agreement that an entry falls under. */
struct quota_use {
    struct span name;     /* empty: none */
    struct date from, to; /* its calendar period */
    int64_t most;         /* below 0: counted, not limited */
};

struct check_record {
    struct span request_id;   /* the caller's, 1..64 bytes: the same id twice is one record */
    struct span request_hash; /* 32 bytes over the request: same id with another request is refused */
    struct span response;     /* what was answered, byte for byte, receipt included */
    struct span facts;        /* what was decided on, without names and numbers; may be empty */
    unix_time at;
    bool admitted;
    enum movement movement;
    unix_time moved_at; /* of the movement, when it was before; 0: at */
    struct traveller_key traveller;
    struct span member;         /* "IR" */
    struct span permission_id;  /* id of the permission used, empty for none */
    int64_t permission_entries; /* entries it is good for; 0: no limit */
    struct quota_use quota;     /* under which an entry is counted */
    struct span code;           /* on the traveller's receipt, by which it is found; empty: none */
    /* Of an admitted entry, when the stay is limited: article, rule and last day. days 0: by no rule. */
    struct span article;
    int days, period;
    struct date until;   /* unset: no limit, or none is known */
    struct span purpose; /* of an entry, a word of the agreement; empty: not known */
    bool has_subject;
    struct traveller_key subject; /* of the digest that other members ask with */
};

enum store_put { STORE_NEW, STORE_REPEATED, STORE_CONFLICT };

/*
 * Durable when it returns true. STORE_REPEATED: *previous is the response stored before, in the arena.
 * STORE_CONFLICT: the id was used for another request.
 * An entry is recorded with it only if admitted, and then counts as a use of the permission; an exit in any
 * case, since who leaves has left.
 * Reasons besides those of store_open: "permission-used" when permission_entries are recorded already:
 * nothing is recorded, to be decided again on the uses of now, and likewise "quota-used"; "request" for an id
 * that is not 1..64 visible ASCII characters or a field out of its range; "too-large" for a response above
 * LIMIT_STORE_RECORD. Of two calls at the same time with one id, one is NEW and the other REPEATED.
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

/* A check as it was recorded, for whoever looks back. */
struct check_kept {
    struct span request_id, response;
    struct span facts; /* empty: recorded before they were kept */
    unix_time at;
    bool admitted;
};

/*
 * Each check recorded in [from, to), in the order in which they were recorded; spans last for the call. one
 * returns false to stop. Also while a node writes.
 */
MUST_USE bool store_each_check(struct store *s, unix_time from, unix_time to,
                               bool (*one)(void *ctx, const struct check_kept *c), void *ctx, struct why *w);

/* A movement without a check (an exit lane, a register taken over). The same id with the same movement again
 * records nothing and is true; with another one it is "request-conflict". Ids of checks and of movements are
 * apart. */
MUST_USE bool store_put_movement(struct store *s, const struct traveller_key *t, struct span member,
                                 enum movement m, unix_time at, struct span request_id, struct why *w);

/* The same of a movement that happens now: sent again, it is the same whenever that is. */
MUST_USE bool store_put_movement_now(struct store *s, const struct traveller_key *t, struct span member,
                                     enum movement m, unix_time now, struct span request_id, struct why *w);

/* A movement that was missed, entered by an officer: who, why, when. Words as in cases.h. */
struct movement_repair {
    const struct traveller_key *traveller;
    struct span member;
    enum movement kind;
    unix_time at; /* when it happened */
    struct span id, office, reason;
    unix_time recorded;
};
/* As store_put_movement. Whether it fits what is recorded is for the caller to judge. */
MUST_USE bool store_repair_movement(struct store *s, const struct movement_repair *r, struct why *w);

/* What was entered by hand for a traveller, oldest first; at most 64. Spans in the arena. */
struct repair_record {
    enum movement kind;
    struct date day;
    struct span office, reason;
    unix_time recorded;
};
MUST_USE bool store_repairs(struct store *s, const struct traveller_key *t, struct span member,
                            struct arena *a, const struct repair_record **ret, size_t *n, struct why *w);

/* A traveller whose last movement is an entry. */
struct open_stay {
    int64_t seq;
    struct traveller_key traveller;
    struct date from, until; /* until: unset when no limit was recorded */
    struct span article;
    int days, period;
};
/* Those that were to end at the latest on `until`, and those without a limit; `after` the seq of the page
 * before. *next 0: this is the last page. */
MUST_USE bool store_open_stays(struct store *s, struct span member, struct date until, int64_t after,
                               size_t most, struct arena *a, const struct open_stay **ret, size_t *n,
                               int64_t *next, struct why *w);
/* The last entry of one traveller with its rule, also when an exit came after it. */
MUST_USE bool store_last_entry(struct store *s, const struct traveller_key *t, struct span member,
                               bool *found, struct arena *a, struct open_stay *out, struct why *w);

/* The traveller behind the keyed hash of a digest. */
MUST_USE bool store_traveller_of(struct store *s, const struct traveller_key *subject, bool *found,
                                 struct traveller_key *out, struct why *w);

/* Movements before this may have been erased; 0: none were. */
MUST_USE bool store_erased_before(struct store *s, unix_time *out, struct why *w);

/* The check of a receipt's code: its id, when, and whether it admitted. */
MUST_USE bool store_check_of_code(struct store *s, struct span code, bool *found, struct arena *a,
                                  struct span *id, unix_time *at, bool *admitted, struct why *w);

/*
 * AES-256-GCM under a key of the store's key file for this use, IV before it, tag behind it. A store without
 * its key file cannot be opened, so that what is sealed is as safe as that file. Reasons: "too-large";
 * store_unseal also "sealed".
 */
MUST_USE bool store_seal(const struct store *s, const char *use, struct span plain, struct arena *a,
                         struct span *out, struct why *w);
MUST_USE bool store_unseal(const struct store *s, const char *use, struct span sealed, struct arena *a,
                           struct span *out, struct why *w);

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

/* Which of many travellers have a movement in member: seen[i] of t[i]. What store_stays finds for the others
 * is nothing. All of one snapshot, that holds everything committed before the call. */
MUST_USE bool store_seen(struct store *s, struct span member, const struct traveller_key *t, size_t n,
                         bool *seen, struct why *w);

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
