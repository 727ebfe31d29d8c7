/*
 * Who stays longer than was allowed, by what this member recorded: entries with the article and rule under
 * which they were admitted, exits, what is missing and what an officer put right. Of other members' stays
 * see stays_ask.h.
 */
#ifndef SERAI_SERVICE_TRAVEL_STAYS_REPORT_H
#define SERAI_SERVICE_TRAVEL_STAYS_REPORT_H

#include "agreement/stay.h"
#include "store/store.h"

enum { TRAVEL_DIGEST = 32 };

/* SHA-256 of issuer and number of a travel document: "serai document\n", the issuer as in machine-readable
 * zones, a line feed, the number in capitals without blanks, hyphens and fillers. */
MUST_USE bool travel_digest(struct span issuer, struct span number, uint8_t out[TRAVEL_DIGEST]);
/* Under what this store knows the digest. */
void travel_digest_subject(const struct store *s, const uint8_t digest[TRAVEL_DIGEST],
                           struct traveller_key *out);
MUST_USE bool travel_subject(const struct store *s, struct span issuer, struct span number,
                             struct traveller_key *out);

/* A document as an officer gives it: issuer "KZ" or "KAZ", number as printed. The key of its holder. */
struct travel_bearer {
    char issuer[4];
    char number[40];
    struct traveller_key key;
    uint8_t digest[TRAVEL_DIGEST];
};
/* Reason "request". */
MUST_USE bool travel_bearer_of(const struct store *s, struct span issuer, struct span number,
                               struct travel_bearer *out, struct why *w);

/* How one stay under way, or the last one, stands. */
struct stay_standing {
    struct open_stay entry;
    bool limited;                     /* until and the days mean something */
    struct date until;                /* the last day allowed: counted again over what is recorded now */
    int over, left;                   /* days past until; days to it, today included */
    bool exit_missing, entry_missing; /* some record of this traveller is missing */
    size_t repaired;                  /* movements entered by hand */
};

/*
 * elsewhere: stays in other members that the article counts too; NULL: none. A rule "days in any period" is
 * counted again from the day of the entry; a stay that a permission limits ends as it was recorded.
 */
MUST_USE bool stay_stands(struct store *s, struct span member, const struct open_stay *entry,
                          struct date today, const struct stay *elsewhere, size_t n_elsewhere,
                          struct arena *a, struct stay_standing *out, struct why *w);

/* Those inside who are over, or will be within so many days; limited false: no limit is known, only with
 * `all`. In pages by the seq of entries. */
MUST_USE bool stays_overdue(struct store *s, struct span member, struct date today, int within, bool all,
                            int64_t after, struct arena *a, const struct stay_standing **ret, size_t *n,
                            int64_t *next, struct why *w);

/*
 * A movement that was missed. It must close a gap: an exit on a day within a stay without one, an entry not
 * after an exit without one and outside other stays; not in the future. Reasons: "no-gap", "request", those
 * of the store.
 */
struct stay_repair {
    const struct traveller_key *traveller;
    enum movement kind;
    struct date day;
    struct span id, office, reason;
};
MUST_USE bool stay_repair(struct store *s, struct span member, const struct stay_repair *r, unix_time now,
                          int32_t utc_offset, struct arena *a, struct why *w);

/* Leaves the entry that somebody looked at this traveller's stays: who, why, under which article. */
MUST_USE bool stays_looked(struct store *s, struct span member, const struct traveller_key *t,
                           struct span office, struct span purpose, struct span article, unix_time now,
                           struct why *w);

#endif
