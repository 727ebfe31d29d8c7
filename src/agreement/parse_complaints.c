/* Terms of complaints: within how many days an office acts and a traveller may appeal. */
#include "agreement/lines.h"

/* complaints: answered within 30 days */
bool line_complaints(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    struct agreement_complaints *c = &p->a->complaints;
    const struct {
        const char *words, *then;
        int *to;
    } terms[] = {
        { "acknowledged", "within", &c->acknowledge },
        { "answered", "within", &c->answer },
        { "appealed", "within", &c->appeal },
        { "decided", "within", &c->decide },
        { "kept", "for", &c->keep },
    };
    const struct token *at;
    size_t i = 0;

    (void)child;
    if (!accept_kind(p, TOKEN_COLON))
        return expected(p, "a colon", "as in: complaints: answered within 30 days");
    at = tok(p);
    while (i < sizeof terms / sizeof *terms && !accept_word(p, terms[i].words))
        i++;
    if (i == sizeof terms / sizeof *terms)
        return expected(p, "acknowledged, answered, appealed, decided or kept", NULL);
    if (*terms[i].to)
        return wrong(p, at->line, at->column, "it is said already when a complaint is %s", terms[i].words);
    return want(p, terms[i].then, "as in: complaints: answered within 30 days") &&
           want_number(p, 1, LIMIT_COMPLAINT_DAYS, terms[i].to, "a number of days") &&
           (accept_word(p, "days") || want(p, "day", NULL)) && want_end(p);
}
