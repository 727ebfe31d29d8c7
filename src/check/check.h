/*
 * The check, one flow: evidence -> facts -> trust -> agreement -> verdict, recorded once and receipted.
 * Whoever asks, over HTTP or from the command line, comes through here.
 */
#ifndef SERAI_CHECK_CHECK_H
#define SERAI_CHECK_CHECK_H

#include "agreement/bound.h"
#include "check/documents.h"
#include "crypto/signer.h"
#include "seal/anchors.h"
#include "service/ask/ask.h"
#include "service/travel/intake.h"
#include "store/store.h"

struct status_tokens; /* seal/status_tokens.h */
struct hit_desk;      /* service/notice/hit.h */

/* What a node brings to every check; built once, shared by threads, nothing in it changes during a check. */
struct check_context {
    const char *member;                /* "IR" */
    int32_t utc_offset;                /* seconds east of UTC: on which day a check falls */
    const char *node_name;             /* signer name on receipts: "ir.specimen" */
    const struct agreement *agreement; /* what the node was given */
    struct agreement_law law;          /* which version speaks of a case */
    bool edge; /* it sees no lane but its own: what its member counts in all is not known here */
    const struct anchor_set *anchors;
    unix_time anchors_as_of;                   /* age of the trust data */
    struct store *store;                       /* NULL: decide only, nothing recorded */
    const struct signer *signer;               /* the node key; NULL: an edge without key, no receipt */
    const struct status_tokens *status_tokens; /* of licences, at hand; NULL: none */
    const struct ask_office *office;           /* for questions to other members; NULL: none can be asked */
    const struct ask_desk *desk;               /* that answers theirs; NULL: none can be answered */
    const struct document_lookup *documents;   /* listed ones; NULL: no lists are kept here */
    const struct hit_desk *hits;               /* names are screened; NULL: not here. Needs the store */
};

enum evidence_kind {
    EVIDENCE_ANY,     /* recognised by content */
    EVIDENCE_MRZ,     /* text lines */
    EVIDENCE_SEAL,    /* VDS bytes, IDB or VDS-NC text */
    EVIDENCE_PICTURE, /* PNG or JPEG holding a seal */
    EVIDENCE_CHIP,    /* the files of one chip read-out */
};

struct evidence {
    enum evidence_kind kind;
    struct span bytes;               /* none when a chip */
    const struct span *file;         /* of a chip: EF.SOD, EF.COM, EF.CardAccess, data groups, in any order */
    size_t n_files;                  /* 1..LIMIT_CHIP_FILES of at most LIMIT_CHIP bytes together */
    struct span challenge, response; /* of a chip: active authentication as the reader did it; or empty */
    struct span chip_authentication; /* of a chip: the record of it (card/chip_authentication.h); or empty */
};

/* What the officer says of the document in hand. */
enum examined {
    EXAMINED_NOT_SAID,
    EXAMINED_YES, /* looked at, and nothing against it */
    EXAMINED_NO,
};

struct check_request {
    struct span id;      /* the caller's own, 1..64 of [A-Za-z0-9._-]; empty: one is made, and a repeat is not
                            recognised */
    struct span purpose; /* travel purpose: "pilgrimage"; empty: not stated */
    struct span mode;    /* "air", "road", "rail", "sea" */
    struct span post;    /* border post */
    struct span from;    /* state come from */
    int64_t stay_days;   /* days the traveller asks for; 0: not stated */
    enum movement movement; /* what to record when admitted */
    enum examined examined;
    struct travel_insurance insurance; /* as seen at the desk */
    bool measure;                      /* the answer says what its parts took; the same request otherwise */
    bool officer_admits;               /* after a referral: the officer has decided to let the traveller in */
    unix_time asked; /* 0: the traveller stands there. Else the lane asks late, and this is when it happened:
                        a verdict lets nobody pass any more, so that only what the officer decided is recorded
                        as a movement, at that time. No part of what makes a repeat the same request */
    size_t n_evidence;
    struct evidence evidence[LIMIT_EVIDENCE_ITEMS];
};

/* Reads the JSON form of a request (schema CheckRequest of the OpenAPI file). Spans live in `json` or the
 * arena. */
MUST_USE bool check_request_from_json(struct span json, struct check_request *out, struct arena *a,
                                      struct why *w);

struct check_answer {
    enum outcome outcome;
    bool repeated;    /* the same request came before; this is the answer given then */
    bool hits;        /* names that await an officer were recorded with it */
    struct span json; /* schema CheckAnswer, receipt included; lives in the arena */
};

/*
 * now is the time of the check. False with why when nothing could be decided or recorded: "request" (bad id,
 * no evidence, too much of it), "request-conflict" (same id, another request), or a reason of the store; then
 * nothing was recorded; so with a reason of the signer, when no receipt can be given. Evidence that is forged
 * or unreadable is no failure: it makes the verdict refer.
 */
MUST_USE bool check_run(const struct check_context *c, const struct check_request *r, unix_time now,
                        struct arena *a, struct check_answer *out, struct why *w);

/*
 * check_run in two halves, for whoever must not wait for the disk: check_begin decides, and begins to record;
 * then done is called with its ctx, once, by the store's thread (store_put_check_later), and check_end makes
 * of that the answer, or says why there is none. check_again then asks for the check to be
 * run again: another lane took the last entry meanwhile. c, r and the arena must last until then. False with
 * why: as check_run, and done is not called.
 */
struct check;
MUST_USE bool check_begin(const struct check_context *c, const struct check_request *r, unix_time now,
                          struct arena *a, struct check **ret, store_done *done, void *ctx, struct why *w);
MUST_USE bool check_end(struct check *k, const struct store_outcome *o, struct check_answer *out,
                        struct why *w);

/* Of check_end: the last entry of a permission or a quota went to another lane. */
bool check_again(const struct why *w);

/* Whether check_begin may be used: there is a store, and nothing has to be read from pictures, which takes
 * long and much memory. */
bool check_is_short(const struct check_context *c, const struct check_request *r);

#endif
