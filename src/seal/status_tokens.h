/*
 * Status tokens that are at hand, found by the address in a licence: whether it was revoked is asked of the
 * newest genuine one. Nothing is fetched: an address in a document makes nobody call anywhere. The one
 * function for a flow is status_ask.
 */
#ifndef SERAI_SEAL_STATUS_TOKENS_H
#define SERAI_SEAL_STATUS_TOKENS_H

#include "seal/mdoc.h"
#include "seal/status_list.h"

/* A token as it claims to be; nothing of it is believed before it answers. */
struct status_held {
    struct span bytes, subject;
    const char *source; /* the name of its file; "" for one without */
    bool json;
    enum status_kind kind;
    unix_time issued, expires; /* 0: not said */
    struct status_held *next;
};

/* Newest first. Zeroed: none. Read by any number of threads once it is filled. */
struct status_tokens {
    struct status_held *newest;
    size_t n;
};

/*
 * bytes and source stay the caller's and must outlive the set; what is kept of them lies in the arena. Form
 * alone is checked: CBOR_*, STRUCT, STATUS_SUB without an address; "too-large" past LIMIT_STATUS_TOKENS.
 */
MUST_USE bool status_tokens_add(struct status_tokens *t, struct span bytes, const char *source,
                                struct arena *a, struct why *w);

struct status_question {
    const struct mdoc_verdict *document; /* authentic */
    const struct status_tokens *tokens;  /* of the node; NULL: none */
    struct span brought;                 /* one that came along with the document; empty: none */
    const struct anchor_set *anchors;    /* that the document was verified with */
    unix_time at;
    enum profile profile;
};

struct status_said {
    enum status_answer answer;
    struct why why; /* set unless valid: REVOKED, STATUS_*, CERT_*, …; see below */
    bool named;     /* the licence says where its status is */
    bool found;     /* a token of that address was there, and what follows is its: */
    enum status_kind kind;
    struct span uri;
    const char *source; /* "" for what was brought */
    unix_time issued, expires;
    int64_t age; /* seconds from issued to the time of the question; negative: from the future */
};

/*
 * What is known of the revocation of a document. Tokens of the address are tried newest first until one is
 * genuine; when none is, why is that of the newest. Of a licence that names both kinds of list both are
 * asked: revoked by either, else valid by either. STATUS_UNAVAILABLE: it names no list, or no token of that
 * address is there (named, found tell which). A token is genuine when the authority that certified the
 * document's signer certified its signer too. Memory: the arena's, up to LIMIT_STATUS_LIST.
 */
enum status_answer status_ask(const struct status_question *q, struct arena *a, struct status_said *out,
                              struct findings *f);

#endif
