/*
 * What a node believes, State by State: anchors, who vouches, ages, what expires soon, what is missing. The
 * JSON of GET /v1/trust and of serai trust list --report (schema TrustReport of web/openapi.json).
 */
#ifndef SERAI_TRUST_REPORT_H
#define SERAI_TRUST_REPORT_H

#include "base/buffer.h"
#include "trust/folder.h"
#include "trust/list.h"
#include "wire/json_write.h"

enum { REPORT_SOON_DAYS = 90, REPORT_SIGNERS = 100, REPORT_WAITING = 200 };

/* What is kept in a log and does not count yet. Names are DER; empty: not known. */
struct trust_waiting_item {
    enum trust_kind kind;
    uint8_t sha256[32];
    struct span subject, issuer;
    const char *source;
    unix_time at;
};

struct trust_waiting {
    size_t count, listed; /* at most REPORT_WAITING are listed */
    struct trust_waiting_item item[REPORT_WAITING];
};

/* In order of addition; texts are copied into the arena: the log may be closed. False with reason
 * "too-large". */
MUST_USE bool trust_waiting_find(const struct trust_log *t, const struct anchor_set *set, struct arena *a,
                                 struct trust_waiting *out, struct why *w);

struct trust_report {
    const char *member; /* whose node: "IR" */
    unix_time at;
    const struct anchor_set *set;
    const struct trust_list *list;       /* NULL: there is none */
    const struct trust_waiting *waiting; /* NULL: not looked at */
    const struct span *party;            /* the members, in the agreement's order */
    size_t parties;
    const char *state; /* only this State, with all its signers; NULL: all, other States' signers counted only
                          and at most REPORT_SIGNERS of a member's listed */
};

void trust_report_put(const struct trust_report *r, struct buffer *out);

/* "issuer", "signer", "candidate". */
const char *anchor_use_word(enum anchor_use use);
/* Why it is in the set: "vouched" (by members of the bloc), "own-decision" (named here), "certified". */
const char *anchor_why_word(const struct anchor *a);
/* Whether that origin is the bloc's list. */
bool anchor_origin_is_bloc(const struct anchor_origin *o);
/* What it is vouched for: an array of words; of a candidate empty, since its issuer decides. */
void anchor_purposes_put(struct json_writer *j, const char *key, unsigned purposes);
/* Document types that its origins name for licences, each once: an array; any: null. */
void anchor_types_put(struct json_writer *j, const char *key, const struct anchor *a);
/* The list that an origin names: an object, or null. */
void anchor_list_put(struct json_writer *j, const char *key, const struct anchor_list *l, unix_time at);
/* "current"; "stale": a newer one was due, and this one counts on; "over": past its last day. */
const char *anchor_list_word(const struct anchor_list *l, unix_time at);
/* "brainpoolP256r1", "RSA 4096", "not supported". */
const char *anchor_key_word(const struct anchor *a, char out[24]);

#endif
