#include "service/licence/recognise.h"

/* What the licence itself says of a category is not for people to say. */
static const uint64_t of_category = (uint64_t)1 << FACT_LICENCE_CATEGORY |
                                    (uint64_t)1 << FACT_LICENCE_SCHEME | (uint64_t)1 << FACT_LICENCE_NEEDS |
                                    (uint64_t)1 << FACT_LICENCE_CODES;

static void put_said(const struct facts *said, uint64_t but, struct facts *f)
{
    for (unsigned i = 0; said && i < FACTS_N; i++)
        if (said->v[i].present && !(but >> i & 1))
            f->v[i] = said->v[i];
}

/* No rule is asked: what nobody knows grants nothing. */
static void not_known(struct verdict *v)
{
    struct verdict_reason *r = &v->reason[0];
    static const char text[] = "The category is not known here, or stands for none of 1968.";

    v->outcome = OUTCOME_NOT_RECOGNISED;
    v->n_reasons = 1;
    v->n_missing = 0;
    v->stay_limited = false;
    v->days_used = v->days_left = 0;
    v->last_day = (struct date){ 0 };
    v->article = NULL;
    *r = (struct verdict_reason){ .clause = "mapping", .code = "category-unknown" };
    memcpy(r->text, text, sizeof text);
}

struct run {
    const struct agreement *a;
    const struct licence_case *c;
    struct date on;
    struct facts common;
    struct licence_decision *out;
    size_t n, max;
};

static struct licence_decision *next(struct run *r, const struct licence_privilege *p,
                                     enum licence_scheme scheme, const struct licence_mapping *m)
{
    struct licence_decision *d = r->n < r->max ? &r->out[r->n] : NULL;

    if (!d)
        return NULL;
    r->n++;
    d->privilege = p;
    d->scheme = scheme;
    d->mapping = m;
    d->by_rule = false;
    return d;
}

/* What the rules say of these facts, and the facts, for whoever decides it again. */
static void rule(const struct run *r, const struct facts *f, struct licence_decision *d)
{
    agreement_recognise(r->a, f, r->on, &d->verdict);
    d->by_rule = true;
    d->ruled = d->verdict.outcome;
    d->facts = *f;
}

static void one_privilege(struct run *r, const struct licence_privilege *p)
{
    struct span issuer = r->c->data->issuing_country;
    enum licence_scheme scheme = licence_mapped_scheme(p, issuer);
    const struct licence_mapping *m;
    struct licence_decision *d;
    struct facts f;
    size_t at = 0;
    bool any = false;

    while ((m = licence_map(scheme, issuer, p->category, &at)) && (d = next(r, p, scheme, m))) {
        f = r->common;
        licence_privilege_facts(r->c, p, m, scheme, &f);
        put_said(r->c->said, of_category, &f);
        rule(r, &f, d);
        any = true;
    }
    if (!any && (d = next(r, p, scheme, NULL)))
        not_known(&d->verdict);
}

/* No licence was read: a category that is typed in, with the facts beside it. What a mapping asks for and the
 * scheme follow from the tables unless they are stated; nothing else is added. */
static void one_stated(struct run *r)
{
    struct facts f = r->common;
    const struct fact_value *v = f.v;
    const struct licence_mapping *m;
    struct licence_decision *d;
    struct licence_privilege p;
    struct span issuer;
    size_t at = 0;

    put_said(r->c->said, 0, &f);
    issuer = v[FACT_LICENCE_ISSUER].present ? v[FACT_LICENCE_ISSUER].word : (struct span){ 0 };
    p = (struct licence_privilege){ .category = v[FACT_LICENCE_CATEGORY].word };
    if (v[FACT_LICENCE_SCHEME].present)
        p.scheme = licence_scheme_of_fact(v[FACT_LICENCE_SCHEME].word);
    else
        p.scheme = licence_mapped_scheme(&p, issuer) == LICENCE_SCHEME_DOMESTIC ? LICENCE_SCHEME_DOMESTIC
                                                                                : licence_scheme_of(issuer);
    while ((m = licence_map(p.scheme, issuer, p.category, &at)) && (d = next(r, NULL, p.scheme, m))) {
        licence_mapping_facts(m, p.scheme, &f);
        put_said(r->c->said, (uint64_t)1 << FACT_LICENCE_CATEGORY, &f);
        rule(r, &f, d);
    }
    if (r->n == 0 && (d = next(r, NULL, p.scheme, NULL)))
        rule(r, &f, d);
}

size_t licence_recognise(const struct agreement *a, const struct licence_case *c, struct date on,
                         struct licence_decision *out, size_t max)
{
    struct run r = { .a = a, .c = c, .on = on, .out = out, .max = max };

    licence_facts(c, on, &r.common);
    for (size_t i = 0; i < c->data->n_privileges; i++)
        if (!(c->data->privilege[i].findings & 1u << LICENCE_CATEGORY_DUP))
            one_privilege(&r, &c->data->privilege[i]);
    if (c->data->n_privileges == 0 && c->said && c->said->v[FACT_LICENCE_CATEGORY].present)
        one_stated(&r);
    return r.n;
}
