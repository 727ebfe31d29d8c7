/*
 * The status question: is this licence still valid at home? Asked of the issuing member by the licence's
 * number or its digest, for a purpose, under the article that recognises licences; answered from that
 * member's register.
 */
#ifndef SERAI_SERVICE_LICENCE_STATUS_H
#define SERAI_SERVICE_LICENCE_STATUS_H

#include "service/ask/ask.h"
#include "service/licence/register.h"

extern const struct ask_topic licence_status_topic; /* "licence status" */

/* Of the topic's purposes, the usual one. */
#define LICENCE_STATUS_PURPOSE "road-check"

/* Which licence. */
struct licence_named {
    struct span issuer;    /* the member asked, "KZ" */
    struct span number;    /* as it stands on the licence; or empty, and then: */
    const uint8_t *digest; /* LICENCE_DIGEST bytes */
    struct date birth;     /* of the holder: an answer then only if it agrees; may be unset */
    struct span role;      /* of the office that asks; empty: the only one that may ask for the purpose */
};

struct licence_status {
    enum ask_state state;           /* ASK_UNKNOWN: the issuing member knows no such licence */
    struct span reference, from;    /* of the question; who answered */
    struct span why;                /* of a refusal, or why an answer was none; else empty */
    bool has_entry;                 /* what follows was said: answered, or late */
    enum licence_standing standing; /* LICENCE_VALID and no category of n entitled: no entitlement */
    struct span reason, authority;  /* may be empty */
    struct date since, until;       /* may be unset */
    unix_time as_of;                /* of the answering register */
    size_t n;                       /* 0: the register says nothing of categories */
    const struct licence_entitlement *category;
};

/*
 * Asks by the digest, also when a number is given, and waits until `deadline` at most. True whatever the
 * answer, or the lack of one, is: out->state says it. False: the question could not be recorded ("store…"),
 * or it is no question ("request": no number, a birth date or deadline out of range). office NULL:
 * ASK_UNREACHABLE, nothing is recorded.
 */
MUST_USE bool licence_status_ask(const struct ask_office *office, const struct licence_named *licence,
                                 struct span purpose, unix_time now, unix_time deadline, struct arena *a,
                                 struct licence_status *out, struct why *w);

/* The same question by its reference, later: a late answer is found here. */
MUST_USE bool licence_status_look(const struct ask_office *office, struct span issuer, struct span reference,
                                  unix_time now, struct arena *a, bool *found, struct licence_status *out,
                                  struct why *w);

/*
 * The word for the fact licence.status (struct licence_case .status), and with a category, of that one
 * category: "disqualified" when the document is valid and the categories are said without it. Empty, so that
 * an officer decides, for everything but an answer in time that says something of the right to drive.
 */
struct span licence_status_fact(const struct licence_status *s, struct span category);

/* The body of an answer; *out gets what it says and keeps the rest. Spans point into body. */
MUST_USE bool licence_status_read(struct span body, struct arena *a, struct licence_status *out,
                                  struct why *w);

/* As an object: key NULL or its name. Members: asked, state, word, reason, since, until, reference, from,
 * as_of, authority, categories. s NULL: { "asked": false, "state": "not asked" }. */
struct json_writer;
void licence_status_json(struct json_writer *w, const char *key, const struct licence_status *s);

#endif
