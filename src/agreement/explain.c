#include "agreement/explain.h"

#include <stdio.h>

#include "agreement/affected.h"
#include "agreement/reason.h"

enum { TRIES = 60 * 1000 };

struct search {
    struct cases *c;
    const struct agreement *a;
    bool licence;
    struct explain *out;
    struct traveller t;
    struct case_value value[2][CASES_VALUES];
    size_t tries;
};

static bool good(const struct standing *s)
{
    return s->outcome == OUTCOME_ADMIT || s->outcome == OUTCOME_RECOGNISED ||
           s->outcome == OUTCOME_RESTRICTED;
}

/* The facts that the verdict turned on, also those nobody supplied. */
static uint64_t turned_on(const struct search *s)
{
    struct verdict v;
    uint64_t m = 0;

    if (s->licence)
        agreement_recognise(s->a, &s->t.facts, s->c->on, &v);
    else
        agreement_decide(s->a, &s->t.facts, s->c->on, &v);
    for (size_t i = 0; i < v.n_reasons; i++)
        m |= v.reason[i].facts;
    for (size_t i = 0; i < v.n_missing; i++)
        m |= bit(v.missing[i]);
    return m & s->c->facts;
}

static bool other_side(struct search *s, struct standing *becomes)
{
    s->tries++;
    standing_of(s->a, &s->t.facts, s->c->on, s->licence, becomes);
    return good(becomes) != good(&s->out->standing);
}

static struct explain_way *way(struct search *s)
{
    return s->out->n < EXPLAIN_WAYS ? &s->out->way[s->out->n++] : NULL;
}

/* Days of stay less, where nothing else stands against it. */
static void fewer_days(struct search *s, const struct facts *f)
{
    struct verdict v;
    struct standing becomes;

    if (s->licence || good(&s->out->standing))
        return;
    agreement_decide(s->a, f, s->c->on, &v);
    for (size_t i = 0; i < v.n_reasons; i++) {
        const struct verdict_reason *r = &v.reason[i];
        const struct stay_rule rule = { r->days, r->window };
        struct stay_count used;
        struct explain_way *w;

        if (r->code != reason_codes[REASON_EXHAUSTED] || !rule.window ||
            !stay_left(f->stays, f->n_stays, rule, s->c->on, &used))
            continue;
        traveller_use(&s->t, s->c->on, rule.days - 1, 0);
        if (other_side(s, &becomes) && (w = way(s)))
            *w = (struct explain_way){ .fact = { FACTS_N, FACTS_N },
                                       .fewer = used.used - rule.days + 1,
                                       .becomes = becomes };
        s->t.facts = *f;
        return;
    }
}

/* Another value of the same class is among them: they are told apart by what the fact is compared with. */
static bool split(const struct case_value *v, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++)
        if (i != at && v[i].class_ == v[at].class_)
            return true;
    return false;
}

/* Values of one fact that do, those that lead to the same taken together. */
static void one_fact(struct search *s, unsigned f)
{
    const struct fact_value was = s->t.facts.v[f];
    bool said = (traveller_said(&s->t) & bit(f)) != 0;
    size_t n, first = s->out->n;

    if (f == FACT_TRAVELLER_STAYS && said)
        return;
    traveller_forget(&s->t, f);
    n = cases_values(s->c, &s->t, f, s->value[0]);
    for (size_t i = 0; i < n && s->tries < TRIES; i++) {
        struct explain_way *w = NULL;
        struct standing becomes;
        bool exact;

        traveller_set(&s->t, f, &s->value[0][i], s->c);
        if (!other_side(s, &becomes))
            continue;
        exact = split(s->value[0], n, i);
        for (size_t k = first; k < s->out->n && !w && !exact; k++)
            if (!s->out->way[k].exact && standing_same(&s->out->way[k].becomes, &becomes))
                w = &s->out->way[k];
        if (!w && (w = way(s)))
            *w = (struct explain_way){ .fact = { f, FACTS_N },
                                       .stated = !said,
                                       .exact = exact,
                                       .value = s->value[0][i],
                                       .becomes = becomes };
        if (w && s->value[0][i].class_ < 64)
            w->set |= (uint64_t)1 << s->value[0][i].class_;
    }
    traveller_forget(&s->t, f);
    if (f != FACT_TRAVELLER_STAYS)
        s->t.facts.v[f] = was;
}

static void two_facts(struct search *s, unsigned f, unsigned g)
{
    const struct facts was = s->t.facts;
    size_t n, m;

    traveller_forget(&s->t, f);
    n = cases_values(s->c, &s->t, f, s->value[0]);
    for (size_t i = 0; i < n; i++) {
        s->t.facts = was;
        traveller_set(&s->t, f, &s->value[0][i], s->c);
        traveller_forget(&s->t, g);
        m = cases_values(s->c, &s->t, g, s->value[1]);
        for (size_t k = 0; k < m && s->tries < TRIES; k++) {
            struct standing becomes;
            struct explain_way *w;

            traveller_set(&s->t, g, &s->value[1][k], s->c);
            if (!other_side(s, &becomes) || s->value[0][i].class_ > 63 || !(w = way(s)))
                continue;
            *w = (struct explain_way){ .fact = { f, g },
                                       .set = (uint64_t)1 << s->value[0][i].class_,
                                       .class_ = s->value[1][k].class_,
                                       .becomes = becomes };
            s->t.facts = was;
            return;
        }
    }
    s->t.facts = was;
}

/* Who somebody is and where he goes is not his to change: said only where nothing else helps. */
static const uint64_t given = (uint64_t)1 << FACT_TRAVELLER_NATIONALITY |
                              (uint64_t)1 << FACT_TRAVEL_ENTERING | (uint64_t)1 << FACT_TRAVELLER_AGE |
                              (uint64_t)1 << FACT_TRAVELLER_BIRTH | (uint64_t)1 << FACT_DRIVER_AGE |
                              (uint64_t)1 << FACT_EVIDENCE_CONTRADICTION;

void explain_ways(struct cases *c, const struct facts *f, bool licence, struct explain *out)
{
    struct search *s = arena_alloc(c->arena, sizeof *s);
    uint64_t facts, unknown;

    out->n = 0;
    out->standing = (struct standing){ .outcome = OUTCOME_REFER };
    if (!s)
        return;
    *s = (struct search){ .c = c, .a = c->a[0], .licence = licence, .out = out, .t = { .facts = *f } };
    standing_of(s->a, f, c->on, licence, &out->standing);
    facts = turned_on(s);
    unknown = facts & ~traveller_said(&s->t);
    fewer_days(s, f);
    s->t.facts = *f;
    for (unsigned i = 0; i < FACTS_N; i++)
        if ((facts & ~given & bit(i)) || (unknown & bit(i)))
            one_fact(s, i);
    for (unsigned i = 0; i < FACTS_N && !out->n; i++)
        if (facts & given & bit(i))
            one_fact(s, i);
    for (unsigned i = 0; i < FACTS_N && out->n < 4; i++)
        for (unsigned k = i + 1; k < FACTS_N && out->n < 4; k++)
            if ((facts & bit(i)) && (facts & bit(k)) && !good(&out->standing) && s->tries < TRIES &&
                (out->n == 0 || out->way[0].fact[1] < FACTS_N))
                two_facts(s, i, k);
}

static const struct wording *nearest(const struct wording *list, const char *language)
{
    const struct wording *english = NULL;

    for (const struct wording *w = list; w; w = w->next) {
        if (strncmp(w->language, language, strcspn(language, "-")) == 0)
            return w;
        if (strncmp(w->language, "en", 2) == 0)
            english = w;
    }
    return english ? english : list;
}

const char *explain_wording(const struct agreement *a, const struct verdict_reason *r, const char *language)
{
    const struct article *x = a->articles;
    const struct exception *e;
    const struct wording *w;

    while (x && (!r->article || strcmp(x->number, r->article) != 0))
        x = x->next;
    if (!x)
        return NULL;
    for (e = x->exceptions; e;) {
        if (e->line == r->line && e->texts)
            return nearest(e->texts, language)->text;
        if (e->first) {
            e = e->first;
            continue;
        }
        while (e && !e->next)
            e = e->parent;
        e = e ? e->next : NULL;
    }
    for (const struct reservation *v = x->reservations; v; v = v->next)
        if (v->line == r->line && v->texts)
            return nearest(v->texts, language)->text;
    w = nearest(x->texts, language);
    return w ? w->text : NULL;
}

void explain_put_way(const struct cases *c, const struct explain_way *w, const struct tongue *t,
                     struct buffer *out)
{
    struct buffer one, two, what;
    char n[16];

    buf_init(&one, 16384);
    buf_init(&two, 16384);
    buf_init(&what, 65536);
    if (w->fewer) {
        (void)snprintf(n, sizeof n, "%d", w->fewer);
        tongue_put(t, w->fewer == 1 ? PHRASE_FEWER_ONE : PHRASE_FEWER, n, NULL, &what);
        standing_put(&w->becomes, t, &one);
        tongue_put(t, PHRASE_FACT, buf_cstr(&what), buf_cstr(&one), out);
    } else {
        struct traveller only = { .facts = { .n_stays = 0 } };

        traveller_set(&only, w->fact[0], &w->value, c);
        if (w->exact)
            cases_put_value(&only, w->fact[0], &one);
        else
            cases_put_set(c, w->fact[0], w->set, t, &one);
        buf_printf(&what, "%s ", tongue_fact(t, w->fact[0]));
        buf_put(&what, buf_span(&one));
        if (w->fact[1] < FACTS_N) {
            cases_put_set(c, w->fact[1], (uint64_t)1 << w->class_, t, &two);
            buf_reset(&one);
            buf_printf(&one, "%s ", tongue_fact(t, w->fact[1]));
            buf_put(&one, buf_span(&two));
            buf_reset(&two);
            tongue_put(t, PHRASE_AND, buf_cstr(&what), buf_cstr(&one), &two);
            buf_reset(&what);
            buf_put(&what, buf_span(&two));
        }
        buf_reset(&one);
        standing_put(&w->becomes, t, &one);
        tongue_put(t, PHRASE_WITH, buf_cstr(&what), buf_cstr(&one), out);
    }
    buf_free(&one);
    buf_free(&two);
    buf_free(&what);
}
