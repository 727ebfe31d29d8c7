#include "check/need.h"

#include "agreement/need.h"
#include "check/need_application.h"
#include "service/licence/recognise.h"
#include "wire/json_write.h"

enum { CITED = 64 };

struct answer {
    const struct agreement *a;
    const struct need_request *r;
    const char *language;
    struct need *need;
    struct json_writer w;
    const char *cited[CITED];
    size_t n_cited;
};

static void cite(struct answer *s, const char *article)
{
    for (size_t i = 0; i < s->n_cited; i++)
        if (strcmp(s->cited[i], article) == 0)
            return;
    if (s->n_cited < CITED)
        s->cited[s->n_cited++] = article;
}

static void put_article(struct answer *s, const char *key, const char *article)
{
    jw_str(&s->w, key, article);
    if (article)
        cite(s, article);
}

static void put_day(struct answer *s, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(&s->w, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void put_value(struct answer *s, enum fact f, const struct fact_value *v)
{
    switch (fact_type(f)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        jw_text(&s->w, "value", v->word);
        break;
    case FACT_TYPE_DATE:
        put_day(s, "value", v->date);
        break;
    case FACT_TYPE_NUMBER:
        jw_int(&s->w, "value", v->number);
        break;
    case FACT_TYPE_BOOL:
        jw_bool(&s->w, "value", v->number != 0);
        break;
    case FACT_TYPE_STAYS:
        jw_str(&s->w, "value", "none");
        break;
    }
}

static void put_thing(struct answer *s, const struct need_thing *t)
{
    static const char *const by[] = { [NEED_TRAVELLER] = "traveller",
                                      [NEED_OFFICE] = "office",
                                      [NEED_UNKNOWN] = "assumed",
                                      [NEED_CASE] = "case" };

    jw_object(&s->w, NULL);
    jw_str(&s->w, "fact", fact_name(t->fact));
    jw_str(&s->w, "by", by[t->by]);
    jw_str(&s->w, "bound", t->bound == NEED_AT_LEAST ? "at-least" : "is");
    put_value(s, t->fact, &t->value);
    jw_array(&s->w, "other");
    for (size_t i = 0; i < t->n_other; i++)
        jw_text(&s->w, NULL, t->other[i]);
    jw_array_end(&s->w);
    jw_array(&s->w, "articles");
    for (size_t i = 0; i < t->n_articles; i++)
        if (t->article[i])
            put_article(s, NULL, t->article[i]);
    jw_array_end(&s->w);
    jw_object_end(&s->w);
}

static void put_duties(struct answer *s, const struct verdict *v)
{
    struct need_duty d;

    jw_array(&s->w, "duties");
    for (size_t i = 0; i < v->n_reasons; i++) {
        if (!need_duty_of(s->a, &v->reason[i], s->language, &d))
            continue;
        jw_object(&s->w, NULL);
        jw_str(&s->w, "what", d.what);
        if (d.days)
            jw_int(&s->w, "within_days", d.days);
        else
            jw_null(&s->w, "within_days");
        put_article(s, "article", d.article);
        jw_str(&s->w, "wording", d.wording);
        jw_str(&s->w, "language", d.language);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

static void put_things(struct answer *s, const struct need_way *way)
{
    jw_array(&s->w, "things");
    for (size_t i = 0; i < way->n; i++)
        put_thing(s, &way->thing[i]);
    jw_array_end(&s->w);
}

static bool needs(const struct need_way *way, enum fact f)
{
    for (size_t i = 0; i < way->n; i++)
        if (way->thing[i].fact == f)
            return true;
    return false;
}

/* Nothing where the agreement says nothing of it. */
static void put_application(struct answer *s, const struct need_way *way, const struct need_leg *l,
                            const struct facts *the_case)
{
    struct need_permission p;

    if (!need_permission_of(s->a, the_case, way, l->from, &p)) {
        jw_null(&s->w, "application");
        return;
    }
    if (p.block && p.block->article)
        cite(s, p.block->article);
    need_application_json(&s->w, "application", &p, s->language);
}

/* A stay as long as the permission says has no days of its own. */
static void put_way(struct answer *s, const struct need_way *way, const struct need_leg *l,
                    const struct facts *the_case)
{
    const struct verdict *v = &way->verdict;
    bool says = needs(way, FACT_PERMISSION_STAY), limited = v->stay_limited;
    const struct fact_value *kind = &way->facts.v[FACT_PERMISSION_KIND];

    jw_object(&s->w, NULL);
    if (needs(way, FACT_PERMISSION_KIND) && !span_eq_str(kind->word, "none"))
        jw_text(&s->w, "permission", kind->word);
    else
        jw_null(&s->w, "permission");
    put_article(s, "article", v->article);
    jw_bool(&s->w, "permission_says", says);
    if (limited && (!says || need_leg_days(l)))
        jw_int(&s->w, "days", v->days_left);
    else
        jw_null(&s->w, "days");
    put_day(s, "last_day", limited && (!says || need_leg_days(l)) ? v->last_day : (struct date){ 0 });
    if (need_leg_days(l))
        jw_bool(&s->w, "enough", !limited || date_cmp(v->last_day, l->to) >= 0);
    else
        jw_null(&s->w, "enough");
    put_things(s, way);
    put_duties(s, v);
    put_application(s, way, l, the_case);
    jw_object_end(&s->w);
}

/* Why there is no way, and what unsaid thing would decide. */
static void put_reasons(struct answer *s, const struct need *n)
{
    jw_array(&s->w, "missing");
    for (size_t i = 0; !n->n && i < n->best.n_missing; i++)
        jw_str(&s->w, NULL, fact_name(n->best.missing[i]));
    jw_array_end(&s->w);
    jw_array(&s->w, "reasons");
    for (size_t i = 0; !n->n && i < n->best.n_reasons; i++) {
        const struct verdict_reason *r = &n->best.reason[i];

        if (r->for_admission)
            continue;
        jw_object(&s->w, NULL);
        jw_str(&s->w, "code", r->code);
        put_article(s, "article", r->article);
        jw_str(&s->w, "clause", r->clause);
        jw_str(&s->w, "text", r->text);
        jw_array(&s->w, "facts");
        for (unsigned k = 0; k < FACTS_N; k++)
            if (r->facts >> k & 1)
                jw_str(&s->w, NULL, fact_name((enum fact)k));
        jw_array_end(&s->w);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

/* ---- licences ---- */

static void licence_case(const struct answer *s, const struct need_leg *l, const struct licence_mapping *m,
                         enum licence_scheme scheme, struct facts *f)
{
    *f = (struct facts){ 0 };
    fact_set_word(f, FACT_LICENCE_ISSUER, s->r->issuer);
    fact_set_word(f, FACT_TRAVEL_ENTERING, l->entering);
    if (s->r->residence.n || s->r->nationality.n)
        fact_set_word(f, FACT_DRIVER_RESIDENCE, s->r->residence.n ? s->r->residence : s->r->nationality);
    fact_set_date(f, FACT_DRIVER_ENTERED, l->from);
    if (s->r->age >= 0)
        fact_set_number(f, FACT_DRIVER_AGE, s->r->age);
    licence_mapping_facts(m, scheme, f);
}

/* All the ways of a category: with a translation, with an international permit. */
static void put_licence_ways(struct answer *s)
{
    jw_array(&s->w, "ways");
    for (size_t i = 0; i < s->need->n; i++) {
        const struct need_way *way = &s->need->way[i];

        jw_object(&s->w, NULL);
        put_article(s, "article", way->verdict.article);
        put_day(s, "at_least_until", way->verdict.last_day);
        put_things(s, way);
        put_duties(s, &way->verdict);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

static void put_category(struct answer *s, const struct need_leg *l, struct span category,
                         enum licence_scheme scheme)
{
    const struct licence_mapping *m = NULL;
    struct facts f;
    size_t at = 0;

    m = licence_map(scheme, s->r->issuer, category, &at);
    if (m) {
        licence_case(s, l, m, scheme, &f);
        need_licence(s->a, &f, l->from, s->need);
    } else {
        *s->need = (struct need){ 0 };
    }
    jw_object(&s->w, NULL);
    jw_text(&s->w, "category", category);
    jw_str(&s->w, "stands_for", m ? m->vienna : NULL);
    jw_str(&s->w, "outcome",
           !m                        ? "unknown-category"
           : s->need->n              ? "recognised"
           : s->need->best.n_missing ? "unsaid"
                                     : "not-recognised");
    put_licence_ways(s);
    put_reasons(s, s->need);
    jw_object_end(&s->w);
}

static enum licence_scheme scheme_of(const struct need_request *r, struct span category)
{
    struct licence_privilege p = { .category = category, .scheme = LICENCE_SCHEME_1968 };

    if (r->scheme.n)
        return licence_scheme_of_fact(r->scheme);
    return licence_mapped_scheme(&p, r->issuer);
}

static void put_licences(struct answer *s, const struct need_leg *l)
{
    jw_array(&s->w, "licence");
    for (size_t i = 0; s->r->drives && i < s->r->n_categories; i++)
        put_category(s, l, s->r->category[i], scheme_of(s->r, s->r->category[i]));
    jw_array_end(&s->w);
}

/* ---- the whole ---- */

static void put_leg(struct answer *s, size_t i, struct need_case *c)
{
    const struct need_leg *l = &s->r->leg[i];

    need_case_of(s->r, i, c);
    need_find(s->a, &c->facts, l->from, s->need);
    jw_object(&s->w, NULL);
    jw_text(&s->w, "entering", l->entering);
    put_day(s, "from", l->from);
    put_day(s, "to", l->to);
    if (need_leg_days(l))
        jw_int(&s->w, "days", need_leg_days(l));
    else
        jw_null(&s->w, "days");
    jw_str(&s->w, "outcome", s->need->n ? "way" : s->need->best.n_missing ? "unsaid" : "officer");
    jw_bool(&s->w, "stays_planned", c->stays_planned);
    jw_array(&s->w, "ways");
    for (size_t k = 0; k < s->need->n; k++)
        put_way(s, &s->need->way[k], l, &c->facts);
    jw_array_end(&s->w);
    put_reasons(s, s->need);
    put_licences(s, l);
    jw_object_end(&s->w);
}

static void put_articles(struct answer *s)
{
    const char *language = NULL;

    jw_array(&s->w, "articles");
    for (size_t i = 0; i < s->n_cited; i++) {
        const char *wording = agreement_wording(s->a, s->cited[i], s->language, &language);

        jw_object(&s->w, NULL);
        jw_str(&s->w, "number", s->cited[i]);
        jw_str(&s->w, "title", agreement_title_in(s->a, s->cited[i], s->language, NULL));
        jw_str(&s->w, "wording", wording);
        jw_str(&s->w, "language", wording ? language : NULL);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

/* Whoever drives and did not say by whose licence has one of where they live, or are from. */
static struct need_request completed(const struct need_request *r)
{
    struct need_request q = *r;

    if (q.drives && !q.issuer.n)
        q.issuer = q.residence.n ? q.residence : q.nationality;
    return q;
}

bool need_answer(const struct agreement *a, const struct need_request *r, struct arena *arena,
                 struct buffer *out, struct why *w)
{
    const struct need_request q = completed(r);
    struct answer s = { .a = a, .r = &q, .w = json_to(out) };
    struct need_case *c = arena_alloc(arena, sizeof *c);

    if (!need_ready(r, w))
        return false;
    s.need = arena_alloc(arena, sizeof *s.need);
    s.language = arena_str(arena, r->language);
    if (!c || !s.need || !s.language)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    jw_object(&s.w, NULL);
    jw_object(&s.w, "agreement");
    jw_str(&s.w, "title", agreement_title_in(a, NULL, s.language, NULL));
    jw_int(&s.w, "version", agreement_version(a));
    jw_hex(&s.w, "sha256", span_of(agreement_hash(a), 32));
    jw_str(&s.w, "note", agreement_note(a, s.language, NULL));
    jw_object_end(&s.w);
    jw_str(&s.w, "language", s.language);
    jw_array(&s.w, "legs");
    for (size_t i = 0; i < q.n_legs; i++)
        put_leg(&s, i, c);
    jw_array_end(&s.w);
    put_articles(&s);
    jw_object_end(&s.w);
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long");
}
