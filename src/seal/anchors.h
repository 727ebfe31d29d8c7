/*
 * The keys that are believed: an in-memory set of certificates with indices for every way a document names
 * its signer. Built once, then read by any number of threads. It holds what trust/ decided to believe.
 */
#ifndef SERAI_SEAL_ANCHORS_H
#define SERAI_SEAL_ANCHORS_H

#include "base/result.h"
#include "seal/certificate.h"
#include "seal/purpose.h"

enum anchor_use {
    ANCHOR_ISSUER,    /* a country signer: may certify signers */
    ANCHOR_SIGNER,    /* a seal or document signer vouched for directly */
    ANCHOR_CANDIDATE, /* known, so that look-ups find it, but vouched for by nobody: counts only when an
                         issuer of the set certified it, and certifies nothing itself */
};

/* What adding a certificate says of it. */
enum anchor_standing {
    ANCHOR_VOUCHED, /* whoever is named as its origin believes it */
    ANCHOR_KNOWN,   /* here it is, prove it */
};

/* A signed list of authorities (VICAL) that vouches for some of them. Times: 0 when it does not say. */
struct anchor_list {
    const char *provider; /* as the list says */
    const char *source;   /* file it came in */
    const char *member;   /* who installed it: "IR"; NULL: the person who named the file */
    unix_time at;         /* when; 0: not said */
    bool has_issue;
    uint64_t issue;
    unix_time date, next_update; /* anchor_list_due passed: it is stale, and counts on */
    unix_time not_after;         /* passed: it vouches for nothing any more */
    size_t entries, usable, defective;
};

enum { LIST_DAYS = 90 }; /* within which a list is issued again (ISO/IEC 18013-5 C.1.8) */

/* When a newer one is due: as it says, or else in the time that lists have. */
static inline unix_time anchor_list_due(const struct anchor_list *l)
{
    return l->next_update ? l->next_update : l->date + LIST_DAYS * (unix_time)86400;
}

/*
 * Where a certificate came from. The set owns its own; the newest comes first, each (source, member,
 * standing, purposes, types, list) once.
 */
struct anchor_origin {
    const char *source; /* file or list it came in */
    const char *member; /* who vouches: "IR"; NULL: the person who named the file */
    unix_time at;       /* when; 0: not said */
    const struct anchor_origin *next;
    enum anchor_standing standing; /* set by the set */
    unsigned purposes; /* what it is vouched for; given as 0: for all. In the set never 0, but where
                          it is only known */
    const char *types; /* document types of mobile licences that it is vouched for, a line each
                          (anchor_type_next); NULL: any */
    const struct anchor_list *list; /* that vouches for it; NULL: none */
};

struct anchor {
    struct certificate cert; /* its bytes are owned by the set */
    uint8_t sha256[32];      /* of the whole certificate */
    struct public_key *key;  /* NULL: key not supported */
    enum anchor_use use;
    unsigned purposes;                  /* of all origins that vouch for it; 0: a candidate */
    const struct anchor_origin *origin; /* never NULL */
};

/* Whether it is vouched for as what `need` asks (FOR_ALL: as anything): an issuer by purposes_of_issuers, a
 * signer by that very purpose. A candidate never is. */
static inline bool anchor_serves(const struct anchor *a, unsigned need)
{
    return a->purposes & (a->use == ANCHOR_ISSUER ? purposes_of_issuers(need) : need);
}

/* The document type of driving licences (ISO/IEC 18013-5): what the bloc's list vouches for under that
 * purpose. */
#define TYPE_DRIVING_LICENCE "org.iso.18013.5.1.mDL"

/* Leads through the types of an origin: *rest begins as them and is NULL at the end. */
bool anchor_type_next(const char **rest, struct span *type);

enum anchor_typed { ANCHOR_TYPED, ANCHOR_OTHER_TYPE, ANCHOR_LIST_OVER };

/*
 * Whether somebody vouches for it as an authority of that type of document at that time: the node's own
 * decision does for any type, a list for those that it names until its last day. ANCHOR_OTHER_TYPE: vouched
 * for, but for other types (VICAL_DOCTYPE); ANCHOR_LIST_OVER: only by lists that are past their last day.
 * *by, which may be NULL, gets the origin that says so, one that is no stale list before others.
 */
enum anchor_typed anchor_typed(const struct anchor *a, struct span type, unix_time at,
                               const struct anchor_origin **by);
/* The same for no type in particular: false when only lists past their last day vouch for it as `need`. */
bool anchor_counts_at(const struct anchor *a, unsigned need, unix_time at);
/* Any type is: no list, or more than a list, vouches for it as an authority of licences. */
bool anchor_any_type(const struct anchor *a);

struct anchor_set;

/* Forgets which certificates were found to be certified by anchors of the set: for a caller that answered for
 * signatures itself. */
void anchors_forget_certified(const struct anchor_set *s);

struct anchor_set *anchor_set_new(void);
void anchor_set_free(struct anchor_set *s); /* NULL allowed */

/*
 * Copies der and from with its list (its next is not looked at). Vouched for, keyUsage decides: with
 * keyCertSign it is an ANCHOR_ISSUER; without keyUsage a CA certificate is one, and an old one without
 * basicConstraints that verifies itself; every other is an ANCHOR_SIGNER. Only known, it is an
 * ANCHOR_CANDIDATE, whatever it is for. The same certificate again gets one more origin; one that was only
 * known becomes believed when the new origin vouches for it, never the other way round, and what it is
 * vouched for only widens. False with why when it cannot be read, or with reason "too-large" past
 * LIMIT_ANCHORS. Not while other threads read the set.
 */
MUST_USE bool anchor_set_add(struct anchor_set *s, struct span der, const struct anchor_origin *from,
                             enum anchor_standing standing, struct findings *f, struct why *w);
/* What it would be when somebody vouched for it; asked of candidates. */
enum anchor_use anchor_kind(const struct anchor *a);
size_t anchor_set_count(const struct anchor_set *s);

/* Candidates in a fixed order; returns how many were written, at most max. Several may match: try them all.
 */
size_t anchors_by_key_id(const struct anchor_set *s, struct span ski, const struct anchor **out, size_t max);
size_t anchors_by_subject(const struct anchor_set *s, struct span name, const struct anchor **out,
                          size_t max);
/* VDS (Doc 9303-13): signer = subject C followed by CN, ref = serial in hexadecimal without leading zeros. */
size_t anchors_by_seal_ref(const struct anchor_set *s, struct span signer, struct span ref,
                           const struct anchor **out, size_t max);
/* IDB: the last five bytes of SHA-1 over the certificate. */
size_t anchors_by_sha1_tail(const struct anchor_set *s, struct span tail, const struct anchor **out,
                            size_t max);
/* By issuer and serial number (content octets of the INTEGER), as a SOD names a signer it does not bring. */
size_t anchors_by_issuer_serial(const struct anchor_set *s, struct span issuer, struct span serial,
                                const struct anchor **out, size_t max);
/* The anchor that is this very certificate; NULL when there is none. */
const struct anchor *anchor_by_sha256(const struct anchor_set *s, const struct digest *sha256);
/* All, in order of addition; NULL at the end. */
const struct anchor *anchor_at(const struct anchor_set *s, size_t i);

/* Keeps a copy, also of one that vouches for nobody; origins that name an equal list name the copy. */
const struct anchor_list *anchor_set_list(struct anchor_set *s, const struct anchor_list *l);
/* In the order of addition; NULL past the end. */
const struct anchor_list *anchor_list_at(const struct anchor_set *s, size_t i);

struct crl;

/* Who signed a revocation list: genuine with *by, forged when it names a key of the set that did not sign it,
 * no-anchor. Its dates are not looked at. What its issuer is vouched for neither: a list only takes away, and
 * only from what the same key certified. */
enum result anchors_crl_issuer(const struct anchor_set *s, const struct crl *c, const struct anchor **by,
                               struct why *w);

/*
 * Takes a revocation list whose issuer is in the set and signed it; a copy is kept, the same list again is
 * one. Reason "crl" or "der" (malformed), "algorithm-not-supported", "no-anchor" (issuer unknown),
 * "signature". Not while other threads read the set.
 */
MUST_USE bool anchor_set_add_crl(struct anchor_set *s, struct span der, const struct anchor_origin *from,
                                 struct findings *f, struct why *w);
size_t anchor_set_crl_count(const struct anchor_set *s);

/* A list of the set, who signed it and where it came from. */
struct anchor_crl {
    const struct crl *crl;
    const struct anchor *by;
    const struct anchor_origin *origin;
};

/* In the order of addition; false past the end. */
bool anchor_crl_at(const struct anchor_set *s, size_t i, struct anchor_crl *out);
/* The newest list (thisUpdate) of that country signer's key; false when there is none. */
bool anchors_newest_crl(const struct anchor_set *s, const struct anchor *issuer, struct anchor_crl *out);

enum revocation {
    REVOCATION_UNKNOWN, /* no list of that country signer is current */
    REVOCATION_CLEAR,   /* a current list does not name it */
    REVOCATION_REVOKED, /* named by a list that had been issued at that time; what an old list revoked stays
                           revoked */
};

/* What the lists of the country signer say about a certificate of its that has this serial number. */
enum revocation anchors_revocation(const struct anchor_set *s, const struct anchor *issuer,
                                   struct span serial, unix_time at);

/*
 * Signers that path_find has certified, so that a signature over the same certificate is verified once: a
 * bounded table inside the set, safe for threads, keyed by SHA-256 over the whole certificate. A place that
 * is taken is overwritten; what is found there was certified by that anchor of this set, whatever that is
 * vouched for. Refusals are never kept.
 */
const struct anchor *anchors_certified(const struct anchor_set *s, const struct digest *sha256);
void anchors_certify(const struct anchor_set *s, const struct digest *sha256, const struct anchor *by);

/*
 * The key of such a signer, ready for use: kept with it, forgotten with it and with the set. A key that is
 * handed out is the request's (public_key_clear), whatever becomes of the table meanwhile. False: certify
 * first, or read spki, which is that of the certificate.
 */
MUST_USE bool anchors_known_key(const struct anchor_set *s, const struct digest *sha256, struct span spki,
                                struct arena *a, struct public_key **ret);
/* Only for a signer that is certified at that moment; else nothing is kept. */
void anchors_keep_key(const struct anchor_set *s, const struct digest *sha256, const struct public_key *key);

#endif
