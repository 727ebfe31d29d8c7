/* serai agreement explain: why, in the reader's language, and what would change it. */
#include <getopt.h>
#include <stdio.h>

#include "agreement/explain.h"
#include "agreement/what_if.h"
#include "cli/agreement_given.h"
#include "cli/agreement_say.h"

enum { MEMORY = 256 * 1024 * 1024 };

struct asked {
    const char *file, *language, *name;
    bool json, licence, is_example;
    struct given given;
};

static const struct example *named(const struct agreement *a, const char *name, bool is_example,
                                   bool *licence)
{
    for (const struct example *e = a->cases; e && !is_example; e = e->next)
        if (strcmp(e->title, name) == 0)
            return e;
    for (const struct article *x = a->articles; x && is_example; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if (strcmp(e->title, name) == 0) {
                *licence |= x->effect.kind == EFFECT_RECOGNISE;
                return e;
            }
    return NULL;
}

/* The case first, then what the command line says besides or instead. */
static bool complete(struct asked *q, const struct agreement *a)
{
    const struct example *e = q->name ? named(a, q->name, q->is_example, &q->licence) : NULL;
    const struct facts own = q->given.facts;

    if (q->name && !e)
        return false;
    if (e) {
        struct facts *f = &q->given.facts;
        struct fact_value none = own.v[FACT_EVIDENCE_CONTRADICTION];

        *f = e->facts;
        for (unsigned i = 0; i < FACTS_N; i++)
            if (own.v[i].present && !(i == FACT_EVIDENCE_CONTRADICTION && span_eq_str(none.word, "none")))
                f->v[i] = own.v[i];
        if (own.stays_known) {
            f->stays_known = true;
            f->stays = own.stays;
            f->n_stays = own.n_stays;
        }
        if (!date_is_set(q->given.on))
            q->given.on = e->on;
    }
    if (!date_is_set(q->given.on))
        q->given.on = agreement_day(a);
    return true;
}

/* The English sentence begins with the article, which is named already. */
static const char *without_article(const struct verdict_reason *r)
{
    const char *s = r->text;

    if (!r->article || strncmp(s, "Article ", 8) != 0)
        return s;
    s += 8 + strlen(r->article);
    return s + strspn(s, ":, ");
}

static void put_reason(const struct agreement *a, const struct verdict_reason *r, const struct tongue *t,
                       struct buffer *out)
{
    bool english = strncmp(t->language, "en", 2) == 0;
    const char *sentence = english ? NULL : tongue_reason(t, r->code), *found;
    const char *wording = explain_wording(a, r, t->language);
    struct buffer quoted;

    buf_init(&quoted, 1 << 20);
    if (r->article) {
        tongue_put(t, PHRASE_ARTICLE, r->article, NULL, &quoted);
        buf_printf(&quoted, " \"%s\": ", agreement_title_in(a, r->article, t->language, &found));
    }
    buf_str(&quoted, sentence ? sentence : without_article(r));
    for (unsigned i = 0, n = 0; i < FACTS_N && !english; i++)
        if (r->facts >> i & 1)
            buf_printf(&quoted, "%s%s", n++ ? ", " : " ", tongue_fact(t, i));
    buf_printf(&quoted, " [%s]", r->code);
    buf_str(out, r->for_admission ? "  + " : "  - ");
    agreement_put_wrapped(out, 4, buf_span(&quoted));
    if (wording) {
        buf_reset(&quoted);
        buf_printf(&quoted, "\"%s\"", wording);
        buf_str(out, "      ");
        agreement_put_wrapped(out, 6, buf_span(&quoted));
    }
    buf_free(&quoted);
}

static bool admitted(const struct verdict *v)
{
    return v->outcome != OUTCOME_REFER && v->outcome != OUTCOME_NOT_RECOGNISED;
}

static void put_outcome(const struct verdict *v, const struct tongue *t, struct buffer *out)
{
    char left[16], day[DATE_TEXT];

    switch (v->outcome) {
    case OUTCOME_ADMIT:
        buf_str(out, tongue_phrase(t, PHRASE_ADMIT));
        break;
    case OUTCOME_REFER:
        buf_str(out, tongue_phrase(t, PHRASE_REFER));
        break;
    case OUTCOME_RECOGNISED:
        buf_str(out, tongue_phrase(t, PHRASE_RECOGNISED));
        break;
    case OUTCOME_RESTRICTED:
        buf_str(out, tongue_phrase(t, PHRASE_RESTRICTED));
        break;
    case OUTCOME_NOT_RECOGNISED:
        buf_str(out, tongue_phrase(t, PHRASE_NOT_RECOGNISED));
        break;
    }
    if (v->stay_limited) {
        (void)snprintf(left, sizeof left, "%d", v->days_left);
        buf_u8(out, ' ');
        tongue_put(t, PHRASE_UNTIL, left, date_format(v->last_day, day), out);
    }
    buf_u8(out, '\n');
}

static void put_text(const struct asked *q, const struct agreement *a, const struct cases *c,
                     const struct verdict *v, const struct explain *x, const struct tongue *t,
                     struct buffer *out)
{
    struct buffer who;
    struct traveller traveller = { .facts = q->given.facts };
    char day[DATE_TEXT];

    buf_init(&who, 65536);
    traveller_put(&traveller, q->given.on, UINT64_MAX, &who);
    put_outcome(v, t, out);
    buf_printf(out, "(%s: ", date_format(q->given.on, day));
    buf_u8(&who, ')');
    agreement_put_wrapped(out, 2, buf_span(&who));
    buf_printf(out, "\n%s\n", tongue_phrase(t, PHRASE_WHY));
    for (size_t i = 0; i < v->n_reasons; i++)
        put_reason(a, &v->reason[i], t, out);
    buf_printf(out, "\n%s\n", tongue_phrase(t, PHRASE_WHAT_WOULD));
    for (size_t i = 0; i < x->n; i++) {
        buf_reset(&who);
        explain_put_way(c, &x->way[i], t, &who);
        buf_str(out, "  ");
        agreement_put_wrapped(out, 6, buf_span(&who));
    }
    if (!x->n)
        buf_printf(out, "  %s\n", tongue_phrase(t, PHRASE_NOTHING_WOULD));
    buf_free(&who);
}

static void put_json(const struct asked *q, const struct agreement *a, const struct cases *c,
                     const struct verdict *v, const struct explain *x, const struct tongue *t,
                     struct buffer *out)
{
    struct json_writer w = json_to(out);
    struct buffer b;
    char day[DATE_TEXT];

    buf_init(&b, 65536);
    jw_object(&w, NULL);
    jw_str(&w, "outcome", outcome_word(v->outcome));
    jw_str(&w, "on", date_format(q->given.on, day));
    jw_str(&w, "article", v->article);
    jw_array(&w, "why");
    for (size_t i = 0; i < v->n_reasons; i++) {
        const struct verdict_reason *r = &v->reason[i];

        jw_object(&w, NULL);
        jw_str(&w, "code", r->code);
        jw_str(&w, "article", r->article);
        jw_int(&w, "line", r->line);
        jw_str(&w, "text", tongue_reason(t, r->code) ? tongue_reason(t, r->code) : r->text);
        jw_str(&w, "wording", explain_wording(a, r, t->language));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_array(&w, "what_would_change");
    for (size_t i = 0; i < x->n; i++) {
        buf_reset(&b);
        explain_put_way(c, &x->way[i], t, &b);
        jw_text(&w, NULL, buf_span(&b));
    }
    jw_array_end(&w);
    jw_object_end(&w);
    buf_u8(out, '\n');
    buf_free(&b);
}

static int explain(struct asked *q)
{
    static struct explain x;
    static struct cases c;
    struct agreement_faults faults;
    struct agreement *a = NULL;
    const struct agreement *one;
    struct spoken s;
    struct arena arena;
    struct verdict v;
    struct buffer out;
    int rc = agreement_file_load(q->file, false, &a, &faults);

    if (rc != CLI_POSITIVE)
        return rc;
    if (!complete(q, a)) {
        agreement_free(a);
        return cli_usage("agreement", "the text has no %s \"%s\"", q->is_example ? "example" : "case",
                         q->name);
    }
    one = a;
    spoken_init(&s, q->language);
    arena_init(&arena, MEMORY);
    buf_init(&out, AGREEMENT_OUTPUT);
    if (cases_of(&c, &arena, &one, 1, q->given.on)) {
        explain_ways(&c, &q->given.facts, q->licence, &x);
        if (q->licence)
            agreement_recognise(a, &q->given.facts, q->given.on, &v);
        else
            agreement_decide(a, &q->given.facts, q->given.on, &v);
        if (q->json)
            put_json(q, a, &c, &v, &x, &s.t, &out);
        else
            put_text(q, a, &c, &v, &x, &s.t, &out);
        rc = agreement_put(&out, admitted(&v) ? CLI_POSITIVE : v.n_missing ? CLI_UNDETERMINED : CLI_NEGATIVE);
    } else {
        buf_free(&out);
        rc = cli_usage("agreement", "%s is too large to be explained", q->file);
    }
    arena_free(&arena);
    spoken_free(&s);
    agreement_free(a);
    return rc;
}

int agreement_explain_command(int argc, char **argv)
{
    static const struct option options[] = { GIVEN_OPTIONS,
                                             { "case", required_argument, NULL, 'c' },
                                             { "example", required_argument, NULL, 'e' },
                                             { "language", required_argument, NULL, 'l' },
                                             { "licence", no_argument, NULL, 'd' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    static struct asked q;
    const char *error = NULL;
    int c;

    given_init(&q.given);
    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c == 'c' || c == 'e') {
            q.name = optarg;
            q.is_example = c == 'e';
        } else if (c == 'l')
            q.language = optarg;
        else if (c == 'd')
            q.licence = true;
        else if (c == 'j')
            q.json = true;
        else if (given_is(c))
            error = given_take(&q.given, c, optarg);
        else
            return cli_bad_option("agreement");
        if (error)
            return cli_usage("agreement", "%s: %s", error, optarg);
    }
    q.language = cli_language(q.language, q.json);
    q.file = agreement_one_file(argc, argv);
    return q.file ? explain(&q) : CLI_USAGE;
}
