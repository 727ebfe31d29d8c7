/*
 * Permissions that no longer count: those that this member took back, and those that other members'
 * logs say (lookup/revocation.h). A register of the store, by keyed hash of issuer and number.
 *
 * A revocation is a person's act: who, when, why, under which article and how to appeal stand in a case of
 * this member; only number, day and a class of reasons are published.
 */
#ifndef SERAI_SERVICE_TRAVEL_REVOKED_H
#define SERAI_SERVICE_TRAVEL_REVOKED_H

#include "lookup/revocation.h"
#include "store/cases.h"

/* "fraud", "error", "conduct", "holder", "lost", "court-order", "security", "superseded"; ended by NULL. */
const char *const *revoked_reasons(void);
MUST_USE bool revoked_reason_known(struct span word);

/* r NULL: it counts again. Twice has the effect of once; what was said later (at) stays. Reasons:
 * "revocation" (no number), of the store. */
MUST_USE bool revoked_put(struct store *s, struct span issuer, struct span number,
                          const struct permission_revocation *r, unix_time at, struct why *w);
/* *out only if *revoked; spans in the arena. */
MUST_USE bool revoked_look(struct store *s, struct span issuer, struct span number, struct arena *a,
                           bool *revoked, struct permission_revocation *out, struct why *w);

struct revoked_order {
    struct span member, number; /* this member's permission */
    struct span reason;         /* of revoked_reasons */
    struct date on;
    struct span officer, text, article, appeal; /* text: why, for the holder */
};
/*
 * Records it and lets it count here at once; what is to be published waits in a case (revoked_open). The same
 * order again is STORE_REPEATED, one of another reason or day STORE_CONFLICT. sealed: what of it is no word,
 * sealed by the caller. Reasons: "request", of the store.
 */
MUST_USE bool revoked_order(struct store *s, const struct revoked_order *o, struct span sealed, unix_time now,
                            struct arena *a, enum store_put *what, struct why *w);

/* What waits to be published, oldest last; at most a page. */
struct revoked_open {
    struct span reference, body, number; /* body: as published */
    unix_time at;
};
MUST_USE bool revoked_open(struct store *s, struct span member, struct arena *a, struct revoked_open **ret,
                           size_t *n, struct why *w);
MUST_USE bool revoked_published(struct store *s, struct span member, struct span reference, unix_time now,
                                struct why *w);

#endif
