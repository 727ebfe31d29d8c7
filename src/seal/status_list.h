/*
 * Status of licences offline: Token Status List and identifier list, as CWT or (status lists) JWT, signed
 * under the authority that issued the licence (draft-ietf-oauth-status-list; ISO/IEC 18013-5 2nd edition
 * 12.3.6). They say "revoked" or "not revoked" of a copy of a licence, never whether its holder may drive.
 *
 * Errors, in order: CBOR_* or STRUCT, COSE_PAYLOAD, COSE_ALG, COSE_CRIT, STATUS_TYPE, CERT_*, COSE_ALG_KEY,
 * COSE_SIG_LEN, COSE_SIG, STATUS_SUB, STATUS_STRUCT, STATUS_NOT_YET, STATUS_EXPIRED, STATUS_BITS,
 * STATUS_ZLIB, STATUS_TOO_LARGE; of one licence then STATUS_INDEX, REVOKED.
 */
#ifndef SERAI_SEAL_STATUS_LIST_H
#define SERAI_SEAL_STATUS_LIST_H

#include "base/date.h"
#include "base/finding.h"
#include "base/result.h"
#include "seal/anchors.h"
#include "seal/cose.h"
#include "wire/mdoc.h"

enum status_kind { STATUS_LIST, STATUS_IDENTIFIERS };

/* The values of a list by position, unpacked. */
struct status_values {
    unsigned bits; /* of one value: 1, 2, 4 or 8 */
    struct span
        data; /* value i begins at bit i * bits, counted from the least significant bit of each byte */
};

/* How many values there are: the padding of the last byte counts. */
uint64_t status_count(const struct status_values *v);
/* False past the end: then nothing is known. */
MUST_USE bool status_at(const struct status_values *v, uint64_t index, unsigned *out);

/*
 * The CBOR map StatusList alone: { bits, lst }, checked by cbor_check; lst inflated into the arena, at most
 * LIMIT_STATUS_LIST bytes. Reasons STRUCT, STATUS_BITS, STATUS_ZLIB, STATUS_TOO_LARGE.
 */
MUST_USE bool status_values_read(struct span map, const uint8_t *base, struct arena *a,
                                 struct status_values *out, struct why *w);

/* Whether the bytes begin as one. */
bool status_map_likely(struct span in);

enum { STATUS_CHAIN = 4 };

/* A token as it is written; nothing of it is believed. Spans are parts of the input or the arena's. */
struct status_token {
    struct span all;
    bool json;                 /* a JWT: offsets of its claims count from the start of the decoded part */
    struct cose cose;          /* the form, also of a JWT: alg, payload, proof */
    struct span signing_input; /* JWT: what is signed */
    struct span type;          /* text of the header; empty: none, or no text */
    struct span chain[STATUS_CHAIN];
    size_t n_chain; /* JWT; may be more than STATUS_CHAIN */
    struct span subject;
    bool has_subject, has_issued, has_expires, has_ttl;
    unix_time issued, expires;
    uint64_t ttl;
    bool has_list, has_identifiers;
    uint64_t bits; /* has_list */
    struct span packed;
    size_t packed_at;        /* its offset */
    struct span identifiers; /* has_identifiers: the map, an item */
    size_t n_identifiers;
};

/* Enough to parse any token of that many bytes. */
#define STATUS_TOKEN_ARENA(n) ((n)*8 + ((size_t)2 << 20))

/* Form only. The lenient profile takes an untagged COSE_Sign1 and heads that are too long, each a finding. */
MUST_USE bool status_token_parse(struct span in, enum profile profile, struct arena *a,
                                 struct status_token *out, struct findings *f, struct why *w);

/* Whether the bytes look like one: a COSE_Sign1 with such a claim, or a JWT. Linear, believes nothing. */
bool status_token_likely(struct span in);

struct status_options {
    const struct anchor_set *anchors; /* issuing authorities */
    const struct anchor *authority;   /* the one that certified the document's signer; NULL: any of them */
    struct span certificate; /* instead of them, when the licence names one (DER): its certificate is the
                                signer's or certified the signer's; empty: not so */
    unix_time at;
    enum profile profile;
    const struct span *uri;       /* NULL: the token's own, which then proves nothing about a licence */
    const enum status_kind *kind; /* which is asked for; NULL: what the token holds */
    bool any_bits;                /* also lists of other documents than licences: more than one bit */
};

struct status_list {
    enum result result; /* genuine: it holds now; a stale one is undetermined */
    struct why why;     /* set unless genuine */
    struct status_token token;
    enum status_kind kind;
    struct certificate signer;
    const struct anchor *anchor; /* NULL: options.certificate */
    struct status_values values; /* STATUS_LIST, when genuine */
};

/* All of the above. On anything but genuine only result, why and what was read of the token may be looked at.
 */
enum result status_list_verify(struct span in, const struct status_options *opt, struct arena *a,
                               struct status_list *out, struct findings *f);

/* An identifier in the list. Linear in the list. */
bool status_listed(const struct status_list *l, struct span identifier);

/* What a licence says of where its status is: `status` of its MSO. */
struct status_reference {
    enum status_kind kind;
    struct span uri;
    uint64_t index;         /* STATUS_LIST */
    struct span identifier; /* STATUS_IDENTIFIERS */
    struct span certificate;
};

/* False when the licence names neither list. With both, the status list is taken. */
bool status_reference_of(const struct mdoc_status *s, struct status_reference *out);

enum status_answer {
    STATUS_UNDETERMINED, /* no token, or one that is not genuine, is stale, or does not reach that far */
    STATUS_VALID,        /* not revoked, as of the token */
    STATUS_REVOKED,
};

const char *status_word(enum status_answer s); /* "undetermined" */

/*
 * What a token says of one licence. in empty: no token could be had. *out and why say why not valid; opt's
 * uri and kind are taken from the reference, its certificate as well.
 */
enum status_answer status_of(const struct status_reference *ref, struct span in,
                             const struct status_options *opt, struct arena *a, struct status_list *out,
                             struct findings *f, struct why *w);

#endif
