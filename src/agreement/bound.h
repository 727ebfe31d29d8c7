/*
 * Who is bound by what, day by day, in the compact form that a decision reads: agreement/register.h makes it
 * out of the members' instruments. Without one an agreement binds all its parties from its date on.
 */
#ifndef SERAI_AGREEMENT_BOUND_H
#define SERAI_AGREEMENT_BOUND_H

#include "agreement/agreement.h"

/*
 * Members are bits: the place of a State among agreement_members. Articles are places in the text, and behind
 * one place for the agreement itself: bound[0] is of the agreement, bound[1 + i] of article i.
 */
enum { BOUND_MEMBERS = 64, BOUND_RESERVATIONS = 64, BOUND_AGREEMENT = 0 };

struct bound_period {
    day_number from;       /* to the day before the next period; the first holds for all days before, too */
    const uint64_t *bound; /* [1 + n_articles]: whom it binds */
    const uint64_t *likewise; /* [1 + n_articles]: whom it binds without a reservation to it */
    const uint64_t *apart; /* [n_members]: between whom and this member the agreement is not in force, since
                              one of them objected to that */
    uint64_t reserved;     /* reservations by instrument that are in effect */
    const uint64_t *objected; /* [n_reservations]: against whom the reservation cannot be invoked */
};

/* Read by any number of threads. */
struct bound_table {
    size_t n_articles, n_members, n_reservations; /* of the agreement it was made for */
    size_t n_periods;                             /* at least 1 */
    const struct bound_period *period;            /* ascending */
};

/*
 * From now on the agreement is decided by this register, in agreement_decide and wherever it is called. b
 * must outlive it; NULL: all parties are bound again. Before threads read it.
 */
void agreement_bind(struct agreement *a, const struct bound_table *b);

/*
 * As agreement_decide and agreement_recognise, by the register. An article that does not bind the member
 * entered is not applied, nor one that allows and does not bind the traveller's own State, when that is one
 * of agreement_members; so with a pair that is apart. The reasons say "not-bound". b NULL: all parties are
 * bound. Pure, allocates nothing.
 */
void agreement_decide_bound(const struct agreement *a, const struct bound_table *b, const struct facts *f,
                            struct date on, struct verdict *out);
void agreement_recognise_bound(const struct agreement *a, const struct bound_table *b, const struct facts *f,
                               struct date on, struct verdict *out);

/* Who is bound as long as nobody has declared anything: by the text alone. */
const struct bound_table *agreement_standing(const struct agreement *a);

/* The period of the day. */
const struct bound_period *bound_on(const struct bound_table *b, struct date on);

/* The parties in the order of the text, then the States to which accession is open; how many. */
size_t agreement_members(const struct agreement *a, struct span *out, size_t max);
/* Its place among them; BOUND_MEMBERS: none of them. */
unsigned agreement_member_at(const struct agreement *a, struct span state);

/* Which version of the agreement speaks between two States on a day (agreement/regime.h), for whoever decides
 * without knowing where versions come from. of NULL: there is one version. */
struct agreement_law {
    const struct agreement *(*of)(const void *ctx, struct span entering, struct span own, struct date on);
    const void *ctx;
};

static inline const struct agreement *agreement_by_law(const struct agreement_law *law,
                                                       const struct agreement *a, struct span entering,
                                                       struct span own, struct date on)
{
    return law->of ? law->of(law->ctx, entering, own, on) : a;
}

/* A reservation made by instrument, for agreement_parse_reserved: its place is its bit in the tables. */
struct agreement_reservation {
    struct span member;    /* one of agreement_members */
    struct span article;   /* "5" */
    struct span condition; /* in the language: "document.kind is passport", or "not bound" */
};

/*
 * The text with these reservations, each reciprocal (Vienna Convention on the Law of Treaties, article 21):
 * they hold only where a bound_table says so. One whose member or article is not there or whose condition is
 * faulty is left out, and ok[i] is false. At most BOUND_RESERVATIONS.
 */
struct agreement *agreement_parse_reserved(struct span text, const struct agreement_reservation *r, size_t n,
                                           bool *ok, struct agreement_faults *faults);

#endif
