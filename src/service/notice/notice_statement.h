/*
 * What members publish about notices: the notice itself, and statements about it. Each is a signed note
 * (C2SP) of the member's node key over one line of canonical JSON, the body of a record in the member's log:
 *
 *   serai notice 1                           serai notice statement 1
 *   {"action":"arrest",…}                    {"at":"…","digest":"…","id":"KZ-2026-17","what":"confirmed",…}
 *
 *   — kz.specimen aGVsbG8…                   — ir.specimen …
 *
 * Stream NOTICES_STREAM, audience "all": what all may see. A notice stands there only once it may be in
 * force. Stream NOTICES_DESK, audience of two: the notice for its reviewer alone, and questions of redress.
 */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_STATEMENT_H
#define SERAI_SERVICE_NOTICE_NOTICE_STATEMENT_H

#include "crypto/signer.h"
#include "service/notice/notice_rules.h"

#define NOTICES_STREAM "notices"
#define NOTICES_DESK   "notice-desk"
#define NOTICE_TYPE    "notice"

enum notice_what {
    NOTICE_SAYS_PROPOSED, /* the issuer: a version with this digest is to be reviewed */
    NOTICE_SAYS_CONFIRMED,
    NOTICE_SAYS_REFUSED, /* the reviewer */
    NOTICE_SAYS_SUSPENDED,
    NOTICE_SAYS_RESUMED,
    NOTICE_SAYS_WITHDRAWN,
    NOTICE_SAYS_CANCELLED, /* the issuer */
    NOTICE_SAYS_FLAGGED,
    NOTICE_SAYS_UNFLAGGED, /* any other member, of itself */
    NOTICE_SAYS_ERASED,    /* any member: body, salt and index are gone here */
    NOTICE_SAYS_CONSULTED, /* a member asks the owner before it discloses */
    NOTICE_SAYS_DISCLOSE,
    NOTICE_SAYS_RESTRICT, /* the owner answers */
    NOTICE_WHATS
};
const char *notice_what_word(enum notice_what x);
#define NOTICE_TYPE_PROPOSED "notice-proposed" /* the type of first versions alone: they are counted */

enum { NOTICE_STATEMENT_TEXT = 2000, NOTICE_CHECKS = 4 };

/* What a reviewer looked at; all of them, or it is no review. */
extern const char *const notice_checks[NOTICE_CHECKS + 1]; /* "neutrality", "threshold", … */

struct notice_statement {
    enum notice_what what;
    struct span id;
    int64_t version;               /* of proposals and reviews; else 0 */
    uint8_t digest[NOTICE_DIGEST]; /* likewise */
    struct span kind;              /* of a proposal */
    size_t n_stakes;
    struct span stake[NOTICE_STAKES];
    struct span officer, second; /* office ids; second: where two decide */
    struct span reason;
    struct span reference; /* of a case of redress, at the member that asks */
    struct span member;    /* to whom an answer goes */
    bool checked;          /* all of notice_checks */
    unix_time at;
};

/* Reasons of json_parse; "statement" with the offset; "canonical". */
MUST_USE bool notice_statement_read(struct span json, struct arena *a, struct notice_statement *out,
                                    struct why *w);
MUST_USE bool notice_statement_put(const struct notice_statement *s, struct arena *a, struct buffer *out,
                                   struct why *w);
/* The type of its record in a log: "notice-review". */
const char *notice_statement_type(const struct notice_statement *s);
/* Whether that member may say this of that notice at all, whoever reviews it. */
bool notice_statement_may(const struct notice_statement *s, struct span member);

/* A record's body. name: of the node ("kz.specimen"). Reasons of the signer, "too-large". */
MUST_USE bool notice_sign(bool notice, struct span json, struct span name, const struct signer *signer,
                          struct arena *a, struct span *out, struct why *w);

/*
 * The JSON in it. pub: the member's node key as it is believed now; NULL: none is. A signature of that key
 * must hold (reason "signature"); of a key of that name that is not believed any more the log vouches, in
 * which it stood while it was. Reasons besides: "note", "signer" (nobody of that name signed).
 */
MUST_USE bool notice_open(struct span body, struct span name, const uint8_t *pub, bool *notice,
                          struct span *json, struct why *w);

#endif
