/*
 * The register of licences that this member issued, as far as it answers other members from it: state of the
 * document, and entitlement of each category. In the store under a keyed hash of the licence's digest, so
 * that it is found by number and by digest, and holds no number, name or birth date. Entries are added, never
 * changed: the last one whose day has come counts.
 */
#ifndef SERAI_SERVICE_LICENCE_REGISTER_H
#define SERAI_SERVICE_LICENCE_REGISTER_H

#include "base/buffer.h"
#include "store/cases.h"

/* States of a document: those of TACHOnet (Regulation (EU) 2016/68), and two that a right to drive needs. */
enum licence_standing {
    LICENCE_NO_STANDING, /* not said */
    LICENCE_VALID,
    LICENCE_DISQUALIFIED, /* the driver may not drive at all */
    LICENCE_APPLICATION,
    LICENCE_APPROVED,
    LICENCE_REJECTED,
    LICENCE_PERSONALISED,
    LICENCE_DISPATCHED,
    LICENCE_HANDED_OVER, /* in the holder's hands: in use */
    LICENCE_CONFISCATED,
    LICENCE_SUSPENDED,
    LICENCE_WITHDRAWN,
    LICENCE_SURRENDERED,
    LICENCE_LOST,
    LICENCE_STOLEN,
    LICENCE_MALFUNCTIONING,
    LICENCE_PAST, /* "expired" */
    LICENCE_REPLACED,
    LICENCE_STANDINGS
};
/* "valid", "handed-over", … */
const char *licence_standing_word(enum licence_standing s);
/* Also as TACHOnet writes it, "HandedOver". */
MUST_USE bool licence_standing_from(struct span word, enum licence_standing *out);

/*
 * The word of the agreement's fact licence.status; NULL: it says nothing about a right to drive (a document
 * not yet in the holder's hands, one that cannot be read), the fact is absent and a person decides.
 */
const char *licence_standing_fact(enum licence_standing s);

enum { LICENCE_DIGEST = 32 };

/*
 * SHA-256 of issuer and number: "serai licence\n", the two letters, a line feed, the number in capitals
 * without blanks and the signs - . / < that are written or left out at will. False: no number is left, or it
 * is longer than 64 bytes.
 */
MUST_USE bool licence_digest(struct span issuer, struct span number, uint8_t out[LICENCE_DIGEST]);

/* Under what register and cases of this store know a licence. */
void licence_subject(const struct store *s, struct span issuer, const uint8_t digest[LICENCE_DIGEST],
                     struct traveller_key *out);

struct licence_entitlement {
    struct span category; /* as the licence has it */
    bool entitled;        /* in what is answered: now */
    struct date from, to; /* may be unset */
    struct span codes;    /* restrictions, "01 78"; may be empty */
};

struct licence_entry {
    enum licence_standing standing;
    struct span reason;       /* a kebab-case word such as "court-order"; may be empty */
    struct date since, until; /* until: of a licence its last day, of a suspension its end; may be unset */
    struct span authority;    /* who decided, an office and not a person; may be empty */
    bool has_guard;           /* a birth date was given when it was entered */
    uint8_t guard[32];        /* its keyed hash */
    size_t n;
    struct licence_entitlement category[LIMIT_LICENCE_PRIVILEGES];
    unix_time at; /* recorded */
};

void licence_guard(const struct store *s, const uint8_t digest[LICENCE_DIGEST], struct date birth,
                   uint8_t out[32]);

/* must_be_new: an entry for a licence that is not in the register yet; else one that is. Reasons: "register"
 * (it is there already, or is not), "request". The same entry again is true. */
MUST_USE bool licence_register_put(struct store *s, struct span issuer, const uint8_t digest[LICENCE_DIGEST],
                                   const struct licence_entry *e, bool must_be_new, struct why *w);

/* The entries, newest first, in the arena; n = 0: no such licence. */
MUST_USE bool licence_register_history(struct store *s, struct span issuer,
                                       const uint8_t digest[LICENCE_DIGEST], struct arena *a,
                                       const struct licence_entry **ret, size_t *n, struct why *w);

/*
 * What holds on that day: the newest entry whose `since` has come; a valid one past its `until` is expired;
 * a category is entitled while the document is valid and its own days last. False: none.
 */
MUST_USE bool licence_standing_on(const struct licence_entry *e, size_t n, struct date on,
                                  struct licence_entry *out);

/* The bytes of an entry as the store holds them; at is not in them. */
void licence_entry_put(const struct licence_entry *e, struct buffer *b);
MUST_USE bool licence_entry_read(struct span in, struct arena *a, struct licence_entry *out, struct why *w);

#endif
