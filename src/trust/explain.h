/*
 * Why a certificate is believed or not, link by link: what it is, each key that may have signed it and how
 * that came out, where it came from and who vouches, revocation, validity, deviations from the standard, and
 * what to do.
 */
#ifndef SERAI_TRUST_EXPLAIN_H
#define SERAI_TRUST_EXPLAIN_H

#include "trust/folder.h"
#include "wire/json_write.h"

struct trust_question {
    const struct anchor_set *set;
    const struct trust_log *log; /* also what waits and what was dropped; NULL: not looked at */
    unix_time at;
    unsigned need; /* what for (seal/purpose.h); 0: whatever for */
};

/*
 * One object: "result", "reason", "certificate", "asked_for", "counts_for" (purposes for which path_find
 * believes it), "here", "purposes" (what it is vouched for itself), "origins", "candidates" (each issuer
 * tried), "by" (the chain of links above it), "revocation", "validity", "findings", "do". The result is that
 * of path_find for the need, then revoked.
 */
enum result trust_explain(const struct trust_question *q, const struct certificate *c, struct json_writer *j);

/* The certificate that a chip's EF.SOD names as its signer: inside it, in the set or in the log. False with
 * reason of the SOD's reader, or "no-signer". */
MUST_USE bool trust_signer_of_sod(const struct trust_question *q, struct span sod, struct arena *a,
                                  struct certificate *out, struct why *w);

/* Certificates of set and log whose SHA-256 or subject key identifier begins with these digits; returns how
 * many were written, at most max. */
size_t trust_find_hex(const struct trust_question *q, const char *hex, struct span *der, size_t max);

#endif
