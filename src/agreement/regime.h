/*
 * All versions of the agreement that a node keeps, each with who is bound by it: which of them speaks of a
 * case is a question of who is bound towards whom on that day (Vienna Convention on the Law of Treaties,
 * article 40(4) and 30(4)).
 */
#ifndef SERAI_AGREEMENT_REGIME_H
#define SERAI_AGREEMENT_REGIME_H

#include "agreement/register.h"

struct regime {
    struct agreement_register reg;
    size_t n;
    struct agreement **version;   /* as in reg, with reservations by instrument and tables, ready to decide */
    const struct agreement *main; /* what the node was given, when nobody consented to any */
    const struct instrument *instrument;
    struct arena arena;
};

/*
 * main outlives the regime and is one of in->text. Instruments and texts must outlive it. Free with
 * regime_free. Reason "too-large".
 */
MUST_USE bool regime_make(const struct register_input *in, const struct agreement *main, struct regime **ret,
                          struct why *w);
/* NULL allowed. */
void regime_free(struct regime *r);

/*
 * The version that speaks between the State entered and the other one (of the traveller, or of the licence;
 * empty: not known) on that day: the newest that binds both; without one, the newest that binds the one
 * entered. No heap.
 */
const struct agreement *regime_for(const struct regime *r, struct span entering, struct span own,
                                   struct date on);
/* regime_for as a law; r NULL: one version. */
struct agreement_law regime_law(const struct regime *r);
/* Of the facts of a traveller. r NULL: a. */
const struct agreement *regime_of_traveller(const struct regime *r, const struct agreement *a,
                                            const struct facts *f, struct date on);

/* The version with that hash; NULL: not kept. */
const struct agreement *regime_text(const struct regime *r, const uint8_t hash[32]);

#endif
