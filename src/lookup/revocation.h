/*
 * Revocations of permissions, as a member publishes them and as every node looks them up.
 *
 * Stream REVOCATION_STREAM, audience "all", one record for each: type REVOCATION_TYPE, its body made with
 * revocation_put, its subject the number. A revocation that was lifted (an appeal) is a record of type
 * REVOCATION_LIFTED with the same number. Only the state whose log it is can revoke: the consumer takes the
 * issuer from the log, never from the body. A body may be erased once the permission would have expired.
 */
#ifndef SERAI_LOOKUP_REVOCATION_H
#define SERAI_LOOKUP_REVOCATION_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"
#include "lookup/print.h"

#define REVOCATION_STREAM "permissions"
#define REVOCATION_TYPE   "permission-revoked"
#define REVOCATION_LIFTED "permission-restored"

enum { REVOCATION_NUMBER = 64 }; /* bytes of the number of a permission */

struct permission_revocation {
    struct span number; /* of the permission, as its seal has it: 1..REVOCATION_NUMBER printing ASCII */
    struct date on;     /* since when it counts */
    struct span reason; /* a stable word: "fraud", "withdrawn"; no personal data, at most 32 bytes */
};

/* CBOR {1: number, 2: days since 1970-01-01, 3: reason}, deterministic. False: a field that cannot be. */
bool revocation_put(const struct permission_revocation *r, struct buffer *out);
/* Spans point into body. Reason "revocation". */
MUST_USE bool revocation_parse(struct span body, struct permission_revocation *out, struct why *w);

/* In a set: of a permission by issuer ("KZ") and number, folded: letters large, without blanks, hyphens and
 * fillers. key: of the set; empty: plain. */
lookup_print revocation_print(struct span key, struct span issuer, struct span number);

/* The value of a revocation in a set: its day. */
uint32_t revocation_value(struct date on);
struct date revocation_day(uint32_t value);

#endif
