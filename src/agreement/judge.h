/* An agreement weighed with what is known so far: which of its parts are settled, and on what the others
 * turn. */
#ifndef SERAI_AGREEMENT_JUDGE_H
#define SERAI_AGREEMENT_JUDGE_H

#include "agreement/cases.h"
#include "agreement/eval.h"

/* What a traveller gets, as far as travellers care. */
struct standing {
    enum outcome outcome;
    bool limited;     /* days of stay, or a last day of recognition */
    int days, window; /* of the rule of stay; days 0: of the permission, or none */
    int left;
    const char *article;
    const char *code; /* of the first reason of a referral; NULL: admitted */
};

/* The verdict itself; licence: on a category of a driving licence. */
void standing_of(const struct agreement *a, const struct facts *f, struct date on, bool licence,
                 struct standing *out);
/* Alike but for the article. The days left count only where no rule says what they are counted by. */
bool standing_same(const struct standing *x, const struct standing *y);
/* > 0: y is better for the traveller than x. */
int standing_better(const struct standing *x, const struct standing *y);

struct judged {
    struct truth demands, grants;       /* all together */
    uint64_t open_demands, open_grants; /* facts that what is unknown turns on */
    bool any_open_grant;
    struct outcome_of_grant best; /* of those that allow; grants is yes */
};

/* Of an entry; e is prepared by this and may be used further for parts of the agreement. */
void judge(const struct agreement *a, const struct facts *f, struct date on, struct eval *e,
           struct judged *out);

#endif
