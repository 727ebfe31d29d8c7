/* Reasons and their English sentences, shared by the two decisions: entry and recognition. */
#ifndef SERAI_AGREEMENT_SAY_H
#define SERAI_AGREEMENT_SAY_H

#include "agreement/eval.h"

/* A sentence under way; what does not fit is left out. */
struct line {
    char *p;
    size_t n, cap;
};

void say(struct line *l, const char *s);
void say_number(struct line *l, int v);
void say_rule(struct line *l, struct stay_rule r);
void say_facts(struct line *l, uint64_t facts);

/* Room for one more reason, or NULL: the first ones matter most. */
struct verdict_reason *reason(struct verdict *v, enum reason code, const char *article, const char *clause,
                              unsigned line, uint64_t facts, struct line *l);
/* A clause that does not hold; x NULL: the general rule. */
void because_clause(struct verdict *v, const struct article *x, const struct clause *c, uint64_t facts);
/* One reason a fact, with the first article that turns on it. */
void missing(struct verdict *v, const struct eval *e, const struct article *x, const char *clause,
             uint64_t facts, uint64_t *told);
/* A reason of no article. */
void general(struct verdict *v, enum reason code, const char *text);

/* False with the reason in *out when the agreement is not in force on that day. *out is empty before. */
MUST_USE bool verdict_begin(const struct agreement *a, const struct bound_table *b, struct date on,
                            struct verdict *out);
/* The duties of whoever is admitted (article NULL), or recognised by that article. */
void duties(struct verdict *v, struct eval *e, const struct article *x);

#endif
