/* The answer to a check as JSON (schema CheckAnswer) and the receipt over it. */
#ifndef SERAI_CHECK_ANSWER_H
#define SERAI_CHECK_ANSWER_H

#include "check/gather.h"
#include "crypto/digest.h"
#include "service/travel/code.h"
#include "wire/json_write.h"

enum { CHECK_SALT = 16 };

struct answer_parts {
    const struct check_context *c;
    struct span id;
    unix_time at;
    const struct gathered *g;
    const struct verdict *v;
    const struct agreement *agreement; /* that gave it */
    bool officer_admits;
    uint8_t
        salt[CHECK_SALT]; /* fresh random bytes: what is committed to cannot be guessed from the receipt */
    struct span request_hash; /* SHA-256 over the request */
    struct span facts;        /* as they are kept (facts_record.h); empty: none are */
    struct span post;         /* where; may be empty */
    enum movement moved;      /* what is recorded with it */
    bool entry;               /* the traveller asks to enter: until when is said on the receipt */
    char code[CODE_TEXT];     /* of answer_code */
};

/* What a receipt commits to as "facts": SHA-256 over the salt, "facts" and the record of them. */
void answer_commits(const uint8_t salt[CHECK_SALT], struct span facts, struct digest *out);

/* The code of this check, by which a traveller can complain. Everything but code must be set. */
void answer_code(const struct answer_parts *p, char out[CODE_TEXT]);

/*
 * The lasting part: what is stored and given again to a repeated request. Holds no personal data. A JSON
 * object whose last brace is still missing. False: no receipt could be signed, with the signer's reason.
 */
MUST_USE bool answer_core(const struct answer_parts *p, struct buffer *out, struct why *w);

/* "chip" (schema Chip): what the verification of the document's chip found, for the officer's eyes; null. */
void answer_chip(struct json_writer *w, const struct gathered *g);

/* The whole: core, then what only this call says. */
void answer_whole(struct span core, const struct gathered *g, uint64_t took_us, bool repeated,
                  struct buffer *out);

#endif
