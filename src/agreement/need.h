/*
 * What a traveller must bring. Nothing here reads a rule: what is needed is found by deciding, again and
 * again, over the facts that the traveller can bring about. An answer is a way: things to bring with which
 * agreement_decide admits, and with any one of them left out does not, or for fewer days than are wanted.
 * Pure; allocates nothing. A struct need is large (about 100 KiB): not for a small stack.
 */
#ifndef SERAI_AGREEMENT_NEED_H
#define SERAI_AGREEMENT_NEED_H

#include "agreement/permission.h"
#include "agreement/tables.h"
#include "base/limits.h"

/* Who brings a fact about. */
enum need_by {
    NEED_TRAVELLER, /* a document, a permission, a place of entry: to be brought */
    NEED_OFFICE,    /* what a lane finds of whoever is honest: the document examined, nothing against it */
    NEED_UNKNOWN,   /* a circumstance that was not said and decides: taken as is most usual, and named */
    NEED_CASE,      /* given by the case: never a need */
};

/* By whom; what is no traveller's and no office's is NEED_CASE. */
enum need_by need_by_of(enum fact f);

enum { NEED_WAYS = 8, NEED_THINGS = 24, NEED_WORDS = 64, NEED_ARTICLES = 4 };

/* How the value of a fact is to be read. */
enum need_bound {
    NEED_IS,       /* exactly, or one of `other` */
    NEED_AT_LEAST, /* a day or a number: this or later, this or more */
};

/* One fact that must be so. Left out (for permission.kind: "none"), the case is not admitted. */
struct need_thing {
    enum fact fact;
    enum need_by by;
    enum need_bound bound;
    struct fact_value value;       /* of stays: none */
    struct span other[NEED_WORDS]; /* further words that serve as well, alone exchanged */
    size_t n_other;
    const char *article[NEED_ARTICLES]; /* that turn on it; NULL in place of a number: the general rule */
    size_t n_articles;
};

struct need_way {
    struct need_thing thing[NEED_THINGS];
    size_t n;
    struct verdict verdict; /* with all of it: admits */
    struct facts facts;     /* with all of it, and nothing else but the case */
};

struct need {
    size_t n;  /* 0: no way was found; `without` says why not */
    bool more; /* there were more ways than NEED_WAYS */
    struct need_way way[NEED_WAYS];
    struct verdict best; /* of none: the decision that came nearest */
    struct facts nearest;
    unsigned long decisions; /* how many were made */
};

/*
 * The case: what is given and stays as it is; what is absent there is searched for. stays_known false: the
 * earlier stays were not said. Where travel.stay says how long the traveller wants to stay, a thing is also
 * needed when without it the stay is too short. Ways: without a permission first, then in the order of the
 * agreement's words; one for each kind of permission.
 */
void need_find(const struct agreement *a, const struct facts *the_case, struct date on, struct need *out);

/* The same of a category of a driving licence (agreement_recognise); ways with translation or permit, or
 * neither. */
void need_licence(const struct agreement *a, const struct facts *the_case, struct date on, struct need *out);

/* f without thing i of the way: what must not be admitted. */
void need_leave_out(const struct need_way *w, size_t i, struct facts *out);

/* A duty of an admitting verdict. */
struct need_duty {
    const char *what;
    int days; /* 0: no term */
    const char *article;
    const char *wording, *language; /* its own wording in the language or the nearest; NULL: none */
};
/* r: a reason of code "duty". False: it is none. */
MUST_USE bool need_duty_of(const struct agreement *a, const struct verdict_reason *r, const char *language,
                           struct need_duty *out);

struct need_consulted {
    struct span member;
    int days;
    enum permission_silence silence;
};

/* What a permission that a way needs costs, and what is asked of whoever applies for it. */
struct need_permission {
    struct span kind, purpose; /* purpose empty: not said */
    enum table_answer fee;     /* agreement_permission_fee; UNKNOWN: cost.facts name what is missing */
    struct table_value cost;   /* unless fee is TABLE_NONE */
    const struct permission_kind *block; /* NULL: the agreement has none for the purpose */
    struct need_consulted consulted[LIMIT_PERMISSION_ITEMS]; /* before it is granted, all at once */
    size_t n_consulted;
    int consulted_days; /* the longest of them; 0: nobody is consulted */
};

/*
 * False: the way needs no permission, or the agreement says nothing more of it. The fee is that of the_case
 * (need_find's) and of what the way leaves no choice in; what was merely assumed counts as missing.
 */
MUST_USE bool need_permission_of(const struct agreement *a, const struct facts *the_case,
                                 const struct need_way *way, struct date on, struct need_permission *out);

#endif
