/* Checks that a node recorded, at the border and at the roadside, decided again under the version and the
 * register of their day. */
#ifndef SERAI_CHECK_REDECIDE_H
#define SERAI_CHECK_REDECIDE_H

#include "agreement/bound.h"
#include "store/store.h"

struct redecide_with {
    const struct agreement *agreement;
    /*
     * The law of a moment: with the instruments signed until then, less the `back` latest of them, since what
     * was signed elsewhere comes with a delay. False: fewer than that can have been under way. NULL: one
     * version.
     */
    bool (*law_at)(void *ctx, unix_time at, unsigned back, struct agreement_law *out);
    void *ctx;
    struct span name; /* of the node, and its key: whose receipts are verified; empty: none are */
    uint8_t pub[32];
};

struct redecide_counts {
    size_t checks, agreed, disagreed;
    size_t ahead;        /* agrees with the law before an instrument that was still under way */
    size_t proved;       /* their facts are those that the receipt commits to */
    size_t without;      /* recorded before facts were kept, or there was nothing to decide on */
    size_t undetermined; /* it turns on what is not kept: traveller.birth */
};

/*
 * Every check recorded in [from, to). told is called for each that does not agree, with a reason: "verdict",
 * "article", "stay", "missing", "version" (another version speaks of it), "receipt" (not the node's
 * signature, or it says something else), "committed" (the facts kept are not those that it commits to),
 * "facts", "response" (cannot be read). Reasons of the store; then counts are so far.
 */
MUST_USE bool redecide(struct store *s, const struct redecide_with *with, unix_time from, unix_time to,
                       void (*told)(void *ctx, struct span request_id, unix_time at, const char *reason,
                                    const char *detail),
                       void *ctx, struct redecide_counts *out, struct why *w);

#endif
