/*
 * What opens a chip: something printed on the document (Doc 9303-11 4.3.2, 4.4.1). Secrets: never logged,
 * never in a why.
 */
#ifndef SERAI_CARD_ACCESS_H
#define SERAI_CARD_ACCESS_H

#include "base/date.h"
#include "base/why.h"

/* As in MSE:Set AT, tag 83 (Doc 9303-11 4.4.4.1). */
enum access_kind { ACCESS_MRZ = 1, ACCESS_CAN = 2 };

enum { ACCESS_TEXT = 48, ACCESS_READINGS = 4 };

struct access_key {
    enum access_kind kind;
    uint8_t n;
    char text[ACCESS_TEXT]; /* MRZ information (number, birth, expiry, each with its check digit), or the
                               digits of the CAN; no NUL */
};

/* The readings of one document, the likeliest first: issuers disagree about long document numbers. */
struct access {
    size_t n;
    struct access_key key[ACCESS_READINGS];
};

/* From machine-readable lines whose digits hold. Reasons as mrz_parse, or "check-digit", "no-chip" (a visa).
 */
MUST_USE bool access_from_mrz(struct span text, unix_time now, struct access *out, struct why *w);
/* number as printed (fillers at its end may be left out), dates as YYYY-MM-DD or YYMMDD, "<" for unknown
 * parts. Reasons "number", "birth", "expiry". */
MUST_USE bool access_from_fields(struct span number, struct span birth, struct span expiry,
                                 struct access *out, struct why *w);
/* Six digits. Reason "can". */
MUST_USE bool access_from_can(struct span can, struct access *out, struct why *w);

/* K of 9.7.3, secret of PACE and seed of BAC: SHA-1 of the MRZ information (20 bytes; BAC takes the first
 * 16), or the characters of the CAN. Returns how many bytes. */
enum { ACCESS_SECRET = 20 };
size_t access_secret(const struct access_key *k, uint8_t out[ACCESS_SECRET]);

#endif
