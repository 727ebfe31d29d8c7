/* The legal officer's tools: nothing is claimed of a traveller that a decision does not bear out. */
#include <stdio.h>

#include "vectors.h"

#include "agreement/amend.h"
#include "agreement/conflict.h"
#include "agreement/coverage.h"
#include "agreement/diff.h"
#include "agreement/explain.h"
#include "agreement/format.h"
#include "agreement/population.h"
#include "base/text.h"
#include "wire/po.h"

enum { MEMORY = 1024 * 1024 * 1024 };

static const char *const files[] = { "agreements/eco.agreement", "agreements/short-stay.agreement",
                                     "agreements/licence.agreement", "agreements/transit.agreement" };

static uint64_t seed = 88172645463325252u;

static unsigned below(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed % n);
}

static struct agreement *parse(struct span text)
{
    struct agreement_faults faults;
    struct agreement *a = agreement_parse(text, &faults);

    if (!a)
        fail_msg("%u:%u: %s\n%.*s", faults.item[0].line, faults.item[0].column, faults.item[0].message,
                 (int)text.n, (const char *)text.p);
    return a;
}

static struct span text_of(const char *file)
{
    return load_file(&test_arena, source_path(file));
}

static struct span amended(struct span text, const char *change)
{
    struct buffer b;
    struct why w = { 0 };
    struct span s;

    buf_init(&b, 2 * LIMIT_AGREEMENT);
    if (!agreement_amend(text, span_str(change), &b, &w))
        fail_msg("%s: %s", change, w.detail);
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

/* ---- format ---- */

static struct span laid_out(struct span text)
{
    struct buffer b;
    struct span s;

    buf_init(&b, 4 * LIMIT_AGREEMENT);
    assert_true(agreement_format(text, &test_arena, &b));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static void same_rules(struct span x, struct span y)
{
    struct agreement *a = parse(x), *b = parse(y);
    const struct program *g = a->program, *h = b->program;
    const struct agreement *const both[2] = { a, b };
    struct change change;

    assert_int_equal(g->n_ops, h->n_ops);
    assert_memory_equal(g->ops, h->ops, g->n_ops * sizeof *g->ops);
    assert_int_equal(g->n_grants, h->n_grants);
    assert_int_equal(g->n_demands, h->n_demands);
    assert_int_equal(g->n_recognitions, h->n_recognitions);
    assert_int_equal(g->n_obligations, h->n_obligations);
    assert_int_equal(a->n_examples, b->n_examples);
    assert_int_equal(agreement_run_examples(a, NULL, NULL), agreement_run_examples(b, NULL, NULL));
    assert_true(change_of(both, &test_arena, &change));
    assert_int_equal(change.n, 0);
    assert_false(change.everything);
    for (const struct article *p = a->articles, *q = b->articles; p; p = p->next, q = q->next) {
        const struct wording *v = p->texts, *w = q->texts;

        for (; v; v = v->next, w = w->next) {
            assert_string_equal(v->language, w->language);
            assert_string_equal(v->text, w->text);
        }
        assert_null(w);
    }
    agreement_free(a);
    agreement_free(b);
}

/* Blanks where the language allows them: more between words, other indentation, empty lines, CRLF. */
static struct span untidy(struct span text)
{
    struct buffer b;
    struct span rest = text, line, s;

    buf_init(&b, 8 * LIMIT_AGREEMENT);
    while (text_split(&rest, '\n', &line)) {
        size_t indent = 0;
        bool quoted = false;

        while (indent < line.n && line.p[indent] == ' ')
            indent++;
        for (size_t i = 0; i < 2 * indent; i++)
            buf_u8(&b, ' ');
        for (size_t i = indent; i < line.n; i++) {
            quoted ^= line.p[i] == '"' && line.p[i - (i > 0)] != '\\';
            buf_u8(&b, line.p[i]);
            if (line.p[indent] == '#')
                continue;
            for (unsigned n = !quoted && line.p[i] == ' ' ? below(3) : 0; n; n--)
                buf_u8(&b, ' ');
        }
        for (unsigned n = below(3); n; n--)
            buf_u8(&b, ' ');
        buf_str(&b, below(2) ? "\r\n" : "\n");
        for (unsigned n = below(6) ? 0 : below(4); n; n--)
            buf_u8(&b, '\n');
    }
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static void layout_changes_no_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct span text = text_of(files[i]), tidy = laid_out(text), again = laid_out(tidy);

        same_rules(text, tidy);
        if (!span_eq(tidy, again))
            fail_msg("%s: laid out twice it is another text", files[i]);
        for (int k = 0; k < 5; k++) {
            struct span rough = untidy(text);

            same_rules(text, rough);
            same_rules(rough, laid_out(rough));
            assert_true(span_eq(laid_out(laid_out(rough)), laid_out(rough)));
        }
    }
}

static size_t comments(struct span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '#' && (i == 0 || text.p[i - 1] == '\n' || text.p[i - 1] == ' ');
    return n;
}

static void layout_keeps_comments(void **state)
{
    static const char text[] = "# one\nagreement \"A # no comment\" version 1 # two\nparties AF IR\n\n\n\n"
                               "# three\narticle 1 \"T\"\n    text en \"w\"   # four\n    # five\n"
                               "    allow entry\n# six\n";
    static const char tidy[] =
        "# one\nagreement \"A # no comment\" version 1  # two\nparties AF IR\n\n\n"
        "# three\narticle 1 \"T\"\n  text en \"w\"  # four\n  # five\n  allow entry\n# six\n";

    (void)state;
    assert_string_equal(arena_str(&test_arena, laid_out(span_str(text))), tidy);
    assert_int_equal(comments(laid_out(text_of(files[0]))), comments(text_of(files[0])));
}

/* ---- amend ---- */

static const char base[] = "agreement \"A\" version 1\nparties AF IR KZ\nin force from 2020-01-01\n"
                           "words for travel.purpose: work, tourism, treatment\n"
                           "article 1 \"Stay\"\n  text en \"w\"\n  when traveller.nationality is a party\n"
                           "  allow stay by travel purpose\n"
                           "    tourism, treatment    30 days in any 180 days    with permission visa\n"
                           "    work    10 days per visit\n"
                           "  except between AF and KZ\n    text en \"x\"\n"
                           "  example \"one\"\n    given on 2027-01-01\n    gives refer\n"
                           "article 2 \"Short\"\n  text en \"w\"\n  allow stay of 3 days per visit\n";

static const struct {
    const char *change, *there, *gone; /* what stands in the result, what does not; there NULL: refused */
} amendments[] = {
    { "article 1: work 20 days", "    work    20 days per visit\n", "work    10 days" },
    { "article 1: work 20 days in any 90 days", "work    20 days in any 90 days\n", "per visit\n  except" },
    { "article 1: treatment 60 days",
      "    tourism    30 days in any 180 days    with permission visa\n    treatment    60 days in any 180 "
      "days    "
      "with permission visa\n",
      "    tourism, treatment" },
    { "article 2: stay of 5 days", "allow stay of    5 days per visit", "3 days" },
    { "article 1: without except between AF and KZ", "  example", "text en \"x\"" },
    { "article 1: with except between AF and IR", "  except between AF and IR\n  example", NULL },
    { "article 2: with reservation of KZ: not bound", "per visit\n  reservation of KZ: not bound\n", NULL },
    { "article 9: work 20 days", NULL, NULL },
    { "article 1: study 20 days", NULL, NULL },
    { "article 1: work", NULL, NULL },
    { "article 2: without except", NULL, NULL },
    { "article 1: stay of 4 days", NULL, NULL },
    { "work 20 days", NULL, NULL },
    { "", NULL, NULL },
};

static void amendments_in_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof amendments / sizeof *amendments; i++) {
        struct buffer b;
        struct why w = { 0 };
        const char *text;
        bool ok;

        buf_init(&b, LIMIT_AGREEMENT);
        ok = agreement_amend(span_str(base), span_str(amendments[i].change), &b, &w);
        if (ok != (amendments[i].there != NULL) || (!ok && !w.reason))
            fail_msg("%s: %s", amendments[i].change, ok ? "taken" : w.detail);
        text = arena_str(&test_arena, buf_span(&b));
        if (ok && !strstr(text, amendments[i].there))
            fail_msg("%s gives\n%s", amendments[i].change, text);
        if (ok && amendments[i].gone && strstr(text, amendments[i].gone))
            fail_msg("%s leaves %s in\n%s", amendments[i].change, amendments[i].gone, text);
        if (ok)
            agreement_free(parse(buf_span(&b)));
        buf_free(&b);
    }
}

/* ---- diff ---- */

static const char *const changes[] = {
    "article 5: treatment 90 days",
    "article 5: treatment 60 days in any 365 days",
    "article 5: tourism 10 days per visit",
    "article 5: without except between AF and TM",
    "article 5: with except nationals of KZ entering UZ when travel.purpose is work",
    "article 5: with reservation of IR: document.kind is passport",
    "article 3: with require not travel.mode is sea or travel.entering is TR",
    "article 2: with require document.expiry is 6 months after today or later",
    "article 7: without reservation of TM",
    "article 5: work 90 days in any 365 days with permission eco visa",
    "article 6: with reservation of KG: travel.mode is air",
};

struct versions {
    struct agreement *a[2];
    struct cases c;
    struct diff_result r;
    struct arena arena;
};

static void compare(struct versions *v, struct span old, struct span new_, struct date on)
{
    const struct agreement *both[2];

    for (int i = 0; i < 2; i++)
        both[i] = v->a[i] = parse(i ? new_ : old);
    arena_init(&v->arena, MEMORY);
    assert_true(cases_of(&v->c, &v->arena, both, 2, on));
    assert_true(diff_travellers(&v->c, &v->r));
}

static void release(struct versions *v)
{
    agreement_free(v->a[0]);
    agreement_free(v->a[1]);
    arena_free(&v->arena);
}

static size_t state_at(const struct affected *x, struct span s)
{
    for (size_t i = 0; i < x->n_states; i++)
        if (span_eq(x->state[i], s))
            return i;
    return x->n_states - 1;
}

/* Some sentence speaks of this traveller: who enters where, and what is said of the facts told apart. */
static bool spoken_of(const struct versions *v, const struct traveller *t)
{
    const struct affected *x = &v->r.entries;
    size_t from = state_at(x, t->facts.v[FACT_TRAVELLER_NATIONALITY].word),
           to = state_at(x, t->facts.v[FACT_TRAVEL_ENTERING].word);

    for (size_t i = 0; i < x->n_groups; i++) {
        const struct affected_group *g = &x->group[i];
        bool fits = g->row[from] >> to & 1;

        for (size_t k = 0; k < x->n_facts && fits; k++) {
            size_t class_ = cases_class(&v->c, &t->facts, x->fact[k]);

            if (x->fact[k] != FACT_TRAVELLER_STAYS && g->set[k] && class_ < v->c.n_of[x->fact[k]])
                fits = g->set[k] >> (class_ < 63 ? class_ : 63) & 1;
        }
        if (fits)
            return true;
    }
    return false;
}

static void no_difference_goes_unsaid(const struct versions *v, const char *change)
{
    struct person *p = arena_alloc(&test_arena, sizeof *p);
    struct population people;
    unsigned differ = 0;

    population_init(&people, &v->c, 7);
    for (uint64_t i = 0; i < 10000; i++) {
        struct standing s[2];

        population_person(&people, i, p);
        for (int k = 0; k < 2; k++)
            standing_of(v->a[k], &p->t.facts, v->c.on, false, &s[k]);
        if (standing_same(&s[0], &s[1]) || !p->t.facts.v[FACT_TRAVELLER_NATIONALITY].present)
            continue;
        differ++;
        if (!spoken_of(v, &p->t)) {
            struct buffer b;

            buf_init(&b, 1 << 16);
            traveller_put(&p->t, v->c.on, UINT64_MAX, &b);
            fail_msg("%s: not told of %s", change, buf_cstr(&b));
        }
    }
    if (!differ)
        print_message("%s: nobody in the sample is affected\n", change);
}

static void what_is_said_is_so(const struct versions *v, const char *change)
{
    const struct affected *x = &v->r.entries;

    if (!x->n_groups)
        fail_msg("%s changes nothing", change);
    for (size_t i = 0; i < x->n_groups; i++) {
        const struct affected_group *g = &x->group[i];
        struct standing s[2];

        for (int k = 0; k < 2; k++)
            standing_of(v->a[k], &g->example.facts, v->c.on, false, &s[k]);
        assert_true(standing_same(&s[0], &x->change[g->change].before));
        assert_true(standing_same(&s[1], &x->change[g->change].after));
        assert_false(standing_same(&s[0], &s[1]));
    }
}

static void differences_are_those_of_decisions(void **state)
{
    struct versions *v = arena_alloc(&test_arena, sizeof *v);
    struct span old = text_of(files[0]);

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        compare(v, old, amended(old, changes[i]), (struct date){ 2027, 3, 1 });
        assert_true(v->r.whole);
        what_is_said_is_so(v, changes[i]);
        no_difference_goes_unsaid(v, changes[i]);
        release(v);
    }
}

static void the_same_text_differs_in_nothing(void **state)
{
    struct versions *v = arena_alloc(&test_arena, sizeof *v);
    struct diff_text t;

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct span text = text_of(files[i]);

        compare(v, text, untidy(text), (struct date){ 2027, 3, 1 });
        assert_int_equal(v->r.entries.n_groups, 0);
        assert_false(v->r.has_licences);
        assert_true(diff_text_of(text, untidy(text), &v->arena, &t));
        assert_int_equal(t.n, 0);
        release(v);
    }
}

/* With a visa in the pocket the longer stay replaces that of the visa, not an officer's decision. */
static void with_a_permission_another_thing_happens(const struct affected *x)
{
    bool officer = false, visa = false;

    for (size_t i = 0; i < x->n_groups; i++) {
        const struct affected_change *c = &x->change[x->group[i].change];
        const struct fact_value *kind = &x->group[i].example.facts.v[FACT_PERMISSION_KIND];

        officer |= c->before.outcome == OUTCOME_REFER && c->after.outcome == OUTCOME_ADMIT;
        visa |= c->before.outcome == OUTCOME_ADMIT && c->after.outcome == OUTCOME_ADMIT && kind->present &&
                span_eq_str(kind->word, "eco visa");
    }
    assert_true(officer);
    assert_true(visa);
}

static const char *russian(void *ctx, const char *name)
{
    const struct po_entry *e = po_find(ctx, span_str(name));

    return e ? arena_str(&test_arena, e->text[0]) : NULL;
}

static void sentences(void **state)
{
    static const struct {
        const char *language, *who, *change;
    } want[] = {
        { "en",
          "nationals of any party entering another party, but not AF entering TM, TM entering AF, for "
          "treatment, "
          "at most 59 days used",
          "90 days in any 180 days instead of 60 days in any 180 days (article 5)" },
        { "ru",
          "гражданство: любая сторона; въезд в: другая сторона, кроме AF в TM, TM в AF, цель: Лечение, "
          "использовано дней: 59 или меньше",
          "теперь: 90 дней в любые 180 дней; прежде: 60 дней в любые 180 дней (статья 5)" },
    };
    struct versions *v = arena_alloc(&test_arena, sizeof *v);
    struct span old = text_of(files[0]);
    struct why why = { 0 };
    struct po catalogue;

    (void)state;
    assert_true(po_parse(text_of("po/ru.po"), &test_arena, &catalogue, &why));
    compare(v, old, amended(old, changes[0]), (struct date){ 2027, 3, 1 });
    assert_true(v->r.entries.n_groups >= 2);
    with_a_permission_another_thing_happens(&v->r.entries);
    for (size_t i = 0; i < 2; i++) {
        const struct tongue t = { .language = want[i].language,
                                  .find = i ? russian : NULL,
                                  .ctx = &catalogue };
        const struct affected *x = &v->r.entries;
        size_t k = 0;
        struct buffer b;

        while (k + 1 < x->n_groups && x->change[x->group[k].change].before.days != 60)
            k++;
        buf_init(&b, 1 << 16);
        affected_who(x, &x->group[k], &t, &b);
        assert_string_equal(buf_cstr(&b), want[i].who);
        buf_reset(&b);
        affected_change_text(x, &x->group[k], &t, &b);
        assert_string_equal(buf_cstr(&b), want[i].change);
        assert_int_equal(affected_sign(x, &x->group[k]), 1);
        buf_free(&b);
    }
    release(v);
}

static void licences_differ_too(void **state)
{
    struct versions *v = arena_alloc(&test_arena, sizeof *v);
    struct span old = text_of(files[2]), new_;
    const char *text = arena_str(&test_arena, old);
    char *at = strstr(text, "A2, A, B    from age 18");

    (void)state;
    assert_non_null(at);
    memcpy(strstr(at, "18"), "17", 2);
    new_ = span_str(text);
    compare(v, text_of(files[2]), new_, (struct date){ 2027, 6, 1 });
    assert_int_equal(v->r.entries.n_groups, 0);
    assert_true(v->r.has_licences && v->r.licences.n_groups > 0);
    for (size_t i = 0; i < v->r.licences.n_groups; i++) {
        const struct affected_group *g = &v->r.licences.group[i];

        assert_int_equal(affected_sign(&v->r.licences, g), 1);
        assert_int_equal(g->example.facts.v[FACT_DRIVER_AGE].number, 17);
    }
    release(v);
}

/* ---- coverage, explain, conflicts ---- */

static struct cases *cases_at(const struct agreement *a, struct date on)
{
    struct cases *c = arena_alloc(&test_arena, sizeof *c);

    assert_true(cases_of(c, &test_arena, &a, 1, on));
    return c;
}

static size_t missed(const struct coverage *x)
{
    size_t n = 0;

    for (size_t i = 0; i < x->n; i++)
        n += !x->target[i].reached;
    return n;
}

/* What is proposed, pasted under its article, is true, and reaches what no example reached. */
static void examples_worth_adding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct span text = text_of(files[i]);
        struct agreement *a = parse(text), *b;
        struct coverage before, after;
        struct suggestion *s = arena_alloc(&test_arena, sizeof *s);
        struct cases *c = cases_at(a, (struct date){ 2027, 3, 1 });
        size_t at = 0, n = 0, left;

        assert_true(coverage_of(a, &test_arena, &before));
        left = missed(&before);
        for (; n < 30 && coverage_suggest(&before, c, &at, s); n++) {
            struct buffer next, lines;
            char head[64];
            const char *whole = arena_str(&test_arena, text);
            char *place;

            buf_init(&lines, 1 << 16);
            suggestion_put(a, s, &lines);
            (void)snprintf(head, sizeof head, "\narticle %s ", s->target->article->number);
            place = strstr(strstr(whole, head) + 1, "\narticle ");
            buf_init(&next, 2 * LIMIT_AGREEMENT);
            buf_put(&next, place ? span_of(whole, (size_t)(place + 1 - whole)) : text);
            buf_put(&next, buf_span(&lines));
            buf_str(&next, place ? place + 1 : "");
            text = arena_copy(&test_arena, buf_span(&next));
            buf_free(&next);
            buf_free(&lines);
        }
        b = parse(text);
        assert_int_equal(agreement_run_examples(b, NULL, NULL), 0);
        assert_int_equal(b->n_examples, a->n_examples + n);
        assert_true(coverage_of(b, &test_arena, &after));
        if (n && missed(&after) >= left)
            fail_msg("%s: %zu examples reach nothing", files[i], n);
        agreement_free(a);
        agreement_free(b);
    }
}

static const struct example *example(const struct agreement *a, const char *title)
{
    for (const struct article *x = a->articles; x; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if (strcmp(e->title, title) == 0)
                return e;
    fail_msg("no example %s", title);
    return NULL;
}

static const struct {
    const char *example, *way;
} ways[] = {
    { "a pilgrim who has used all days", "1 day fewer of earlier stays: 30 days in any 180 days" },
    { "a pilgrim who has used all days", "with travel.purpose treatment: 60 days in any 180 days" },
    { "lines alone prove nothing", "with document.result genuine: 30 days in any 180 days" },
    { "on foot", "with travel.mode air, sea: 30 days in any 180 days" },
    { "a passport that ended yesterday",
      "with document.expiry 2027-03-01 or later: 30 days in any 180 days" },
    { "nobody stated the purpose", "with travel.purpose pilgrimage, tourism: 30 days in any 180 days" },
    { "work without a permit", "with travel.purpose pilgrimage, tourism: 30 days in any 180 days" },
};

static void what_would_change_a_verdict(void **state)
{
    struct agreement *a = parse(text_of(files[0]));
    const struct tongue t = { .language = "en" };

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const struct example *e = example(a, ways[i].example);
        struct explain x;
        struct cases *c = cases_at(a, e->on);
        bool found = false;
        struct buffer b;

        explain_ways(c, &e->facts, false, &x);
        buf_init(&b, 1 << 16);
        for (size_t k = 0; k < x.n && !found; k++) {
            buf_reset(&b);
            explain_put_way(c, &x.way[k], &t, &b);
            found = span_eq_str(buf_span(&b), ways[i].way);
        }
        if (!found) {
            buf_reset(&b);
            for (size_t k = 0; k < x.n; k++) {
                explain_put_way(c, &x.way[k], &t, &b);
                buf_u8(&b, '\n');
            }
            fail_msg("%s: %s is not among\n%s", ways[i].example, ways[i].way, buf_cstr(&b));
        }
        buf_free(&b);
    }
    agreement_free(a);
}

/* Every way that is told, followed, does change the verdict: all examples of all texts. */
static void followed_ways_lead_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct agreement *a = parse(text_of(files[i]));

        for (const struct article *x = a->articles; x; x = x->next) {
            for (const struct example *e = x->examples; e; e = e->next) {
                bool licence = x->effect.kind == EFFECT_RECOGNISE;
                struct arena arena;
                struct cases *c = arena_alloc(&test_arena, sizeof *c);
                const struct agreement *one = a;
                struct explain w;

                if (e->not_bound.n || !e->gives)
                    continue;
                arena_init(&arena, MEMORY);
                assert_true(cases_of(c, &arena, &one, 1, e->on));
                explain_ways(c, &e->facts, licence, &w);
                for (size_t k = 0; k < w.n; k++) {
                    struct traveller t = { .facts = e->facts };
                    struct standing s;
                    struct case_value v[CASES_VALUES];
                    size_t n, m = 0;

                    if (w.way[k].fewer || w.way[k].fact[1] < FACTS_N || w.way[k].exact)
                        continue;
                    traveller_forget(&t, w.way[k].fact[0]);
                    n = cases_values(c, &t, w.way[k].fact[0], v);
                    while (m < n && (v[m].class_ > 63 || !(w.way[k].set >> v[m].class_ & 1)))
                        m++;
                    assert_true(m < n);
                    traveller_set(&t, w.way[k].fact[0], &v[m], c);
                    standing_of(a, &t.facts, e->on, licence, &s);
                    assert_true((s.outcome == w.standing.outcome) == false ||
                                standing_same(&s, &w.way[k].becomes));
                }
                arena_free(&arena);
            }
        }
        agreement_free(a);
    }
}

static const char conflicting[] =
    "agreement \"C\" version 1\nparties AF IR KZ\nin force from 2020-01-01\nwords for travel.purpose: work, "
    "tourism\n"
    "article 1 \"A\"\n  when traveller.nationality is a party\n  allow stay of 30 days per visit\n"
    "  except when travel.purpose is work\n    allow stay of 10 days per visit\n"
    "  except nationals of AF entering IR\n    allow stay of 20 days per visit\n"
    "  except when document.kind in passport, visa\n  except when document.kind is visa\n"
    "article 2 \"B\"\n  when traveller.nationality in AF, IR and travel.purpose is tourism\n"
    "    and not document.kind in passport, visa and not entering is IR\n  allow stay of 20 days per visit\n"
    "article 3 \"C\"\n  require document.result is genuine\n"
    "article 4 \"D\"\n  when document is forged or document is revoked\n  allow entry\n";

static void rules_against_rules(void **state)
{
    static const struct {
        unsigned line;
        const char *says;
    } want[] = {
        { 10, "contradicts the exception in line 8" },
        { 13, "shadowed by the exception in line 12" },
        { 17, "shadowed: whomever article 2 admits" },
        { 22, "article 4 admits nobody here: whoever it is for is stopped by the requirement in line 19" },
    };
    struct agreement *a = parse(span_str(conflicting));
    struct agreement_faults f = { .n = 0 };

    (void)state;
    agreement_conflicts(cases_at(a, (struct date){ 2027, 1, 1 }), &f);
    assert_int_equal(f.n, sizeof want / sizeof *want);
    for (size_t i = 0; i < f.n; i++) {
        assert_true(f.item[i].warning);
        assert_int_equal(f.item[i].line, want[i].line);
        if (!strstr(f.item[i].message, want[i].says))
            fail_msg("%s", f.item[i].message);
    }
    agreement_free(a);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        a = parse(text_of(files[i]));
        f.n = 0;
        agreement_conflicts(cases_at(a, (struct date){ 2027, 3, 1 }), &f);
        if (f.n)
            fail_msg("%s:%u: %s", files[i], f.item[0].line, f.item[0].message);
        agreement_free(a);
    }
}

/* ---- population ---- */

static const struct {
    const char *what, *head, *row, *reason;
} tables[] = {
    { "facts, stays and count", "travel.entering,stays,count,travel.purpose",
      "IR,2027-01-01..2027-01-10;2027-02-01..,7,work", NULL },
    { "a field in marks", "travel.purpose,travel.entering", "\"wo\"\"rk, or\",IR", NULL },
    { "no such fact", "travel.entering,shoe size", "IR,42", "column" },
    { "no column", "", "", "column" },
    { "the fact of stays by its name", "traveller.stays", "none", "column" },
    { "too many fields", "travel.entering", "IR,KZ", "csv" },
    { "marks that do not end", "travel.entering", "\"IR", "csv" },
    { "something behind marks", "travel.entering", "\"IR\"x", "csv" },
    { "no date", "document.expiry", "2027-02-30", "csv" },
    { "no number", "travel.stay", "many", "csv" },
    { "a number too large", "travel.stay", "99999999999999999999", "csv" },
    { "neither yes nor no", "document.examined", "perhaps", "csv" },
    { "a stay that ends before it begins", "stays", "2027-01-10..2027-01-01", "csv" },
    { "more stays than fit", "stays",
      "2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01."
      ".;"
      "2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01..;2027-01-01."
      ".;"
      "2027-01-01..",
      "csv" },
};

static void tables_of_travellers(void **state)
{
    struct person *p = arena_alloc(&test_arena, sizeof *p);
    uint8_t *mem = arena_alloc(&test_arena, POPULATION_LINE);

    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct population_table t;
        struct why w = { 0 };
        bool ok = population_head(span_str(tables[i].head), &t, &w) &&
                  population_row(&t, span_str(tables[i].row), mem, p, &w);

        if (ok != !tables[i].reason || (!ok && strcmp(w.reason, tables[i].reason) != 0))
            fail_msg("%s: %s", tables[i].what, ok ? "taken" : w.detail);
        if (i == 0) {
            assert_int_equal(p->count, 7);
            assert_int_equal(p->t.facts.n_stays, 2);
            assert_false(date_is_set(p->stays[1].to));
            assert_true(span_eq_str(p->t.facts.v[FACT_EVIDENCE_CONTRADICTION].word, "none"));
        }
        if (i == 1)
            assert_true(span_eq_str(p->t.facts.v[FACT_TRAVEL_PURPOSE].word, "wo\"rk, or"));
    }
}

static void a_seed_makes_the_same_people(void **state)
{
    struct agreement *a = parse(text_of(files[0]));
    struct cases *c = cases_at(a, (struct date){ 2027, 3, 1 });
    struct person *p = arena_alloc(&test_arena, 2 * sizeof *p);
    struct population one, other;
    unsigned admitted = 0, differ = 0;

    (void)state;
    population_init(&one, c, 1);
    population_init(&other, c, 2);
    for (uint64_t i = 0; i < 2000; i++) {
        struct standing s;

        population_person(&one, i, &p[0]);
        population_person(&one, i, &p[1]);
        p[1].t.facts.stays = p[0].t.facts.stays;
        assert_memory_equal(&p[0].t.facts.v, &p[1].t.facts.v, sizeof p->t.facts.v);
        assert_memory_equal(p[0].stays, p[1].stays, p[0].t.facts.n_stays * sizeof *p->stays);
        standing_of(a, &p[0].t.facts, c->on, false, &s);
        admitted += s.outcome == OUTCOME_ADMIT;
        population_person(&other, i, &p[1]);
        differ += memcmp(&p[0].t.facts.v, &p[1].t.facts.v, sizeof p->t.facts.v) != 0;
    }
    assert_in_range(admitted, 400, 1600);
    assert_true(differ > 1900);
    agreement_free(a);
}

/* Walks over cases keep their space in the arena: each test has it whole. */
static int fresh(void **state)
{
    (void)state;
    arena_reset(&test_arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(layout_changes_no_rule, fresh),
        cmocka_unit_test_setup(layout_keeps_comments, fresh),
        cmocka_unit_test_setup(amendments_in_one_line, fresh),
        cmocka_unit_test_setup(the_same_text_differs_in_nothing, fresh),
        cmocka_unit_test_setup(differences_are_those_of_decisions, fresh),
        cmocka_unit_test_setup(sentences, fresh),
        cmocka_unit_test_setup(licences_differ_too, fresh),
        cmocka_unit_test_setup(examples_worth_adding, fresh),
        cmocka_unit_test_setup(what_would_change_a_verdict, fresh),
        cmocka_unit_test_setup(followed_ways_lead_there, fresh),
        cmocka_unit_test_setup(rules_against_rules, fresh),
        cmocka_unit_test_setup(tables_of_travellers, fresh),
        cmocka_unit_test_setup(a_seed_makes_the_same_people, fresh),
    };

    return cmocka_run_group_tests_name("tools", tests, arena_setup, arena_teardown);
}
