/* Results as JSON: entities in the shape of FollowTheMoney, and why they were found. */
#include <stdio.h>

#include "base/text.h"
#include "service/notice/list_desk.h"

static const char *const agreements[] = {
    [NAMES_ABSENT] = "absent", [NAMES_AGREES] = "agrees", [NAMES_NEAR] = "near", [NAMES_DIFFERS] = "differs"
};
static const char *const rules[] = { [RULE_SAME] = "the same letters",
                                     [RULE_VARIANT] = "another spelling",
                                     [RULE_SCRIPT] = "the same name in another script",
                                     [RULE_INITIAL] = "an initial",
                                     [RULE_TYPO] = "a slip of writing" };

static double rounded(float v)
{
    return (double)(int)(v * 1000 + .5f) / 1000;
}

static double agreement_score(enum names_agreement a)
{
    return a == NAMES_AGREES ? 1 : a == NAMES_NEAR ? .5 : 0;
}

static void put_words(struct buffer *b, const struct names_name *n, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to && i < n->n; i++)
        for (unsigned k = 0; k < n->word[i].n; k++) {
            if (k == 0 && i > from)
                buf_u8(b, ' ');
            utf8_put(b, n->word[i].letter[k]);
        }
}

/* "ali = علی (the same name in another script); specimen stands alone" */
static void put_reasons(struct buffer *b, const struct screen_hit *h)
{
    const struct names_match *m = &h->reasons;

    for (size_t i = 0; i < m->n; i++) {
        const struct names_link *l = &m->link[i];

        buf_str(b, i ? "; " : "");
        put_words(b, &h->as_asked, l->a, l->a + l->n_a);
        buf_str(b, " = ");
        put_words(b, &h->as_listed, l->b, l->b + l->n_b);
        buf_printf(b, " (%s)", rules[l->rule]);
    }
    for (unsigned side = 0; side < 2; side++)
        for (unsigned i = 0; i < NAMES_WORDS; i++)
            if ((side ? m->left_b : m->left_a) >> i & 1) {
                buf_str(b, "; ");
                put_words(b, side ? &h->as_listed : &h->as_asked, i, i + 1);
                buf_str(b, side ? " is in the list alone" : " is in the question alone");
            }
}

static void feature(struct json_writer *j, const char *name, double score, struct span query,
                    struct span candidate, const char *detail)
{
    jw_object(j, name);
    jw_real(j, "score", score);
    jw_text(j, "query", query);
    jw_text(j, "candidate", candidate);
    jw_str(j, "detail", detail);
    jw_object_end(j);
}

static void put_agreement(struct json_writer *j, const char *name, enum names_agreement a, struct span listed)
{
    if (a != NAMES_ABSENT)
        feature(j, name, agreement_score(a), (struct span){ NULL, 0 }, listed, agreements[a]);
}

static struct span first_country(const struct list_entry *e)
{
    struct span s = list_entry_first(e, "nationality");

    return s.n ? s : list_entry_first(e, "country");
}

void list_result_explain(struct json_writer *j, const char *key, const struct list_question *q,
                         const struct list_result *r)
{
    jw_object(j, key);
    if (r->hit) {
        uint8_t words[1024], detail[4096];
        struct buffer listed, why;

        buf_init_fixed(&listed, words, sizeof words - 1);
        buf_init_fixed(&why, detail, sizeof detail - 1);
        put_words(&listed, &r->hit->as_listed, 0, NAMES_WORDS);
        put_reasons(&why, r->hit);
        feature(j, r->weak ? "weak_alias" : "name", rounded(r->name), q->name[r->asked], buf_span(&listed),
                buf_ok(&why) ? buf_cstr(&why) : "");
    }
    if (r->id)
        feature(j, "identifier", 1, r->id->text, r->id_listed, "the same number");
    put_agreement(j, "birth_date", r->birth, list_entry_first(&r->entry, "birthDate"));
    put_agreement(j, "gender", r->sex, list_entry_first(&r->entry, "gender"));
    put_agreement(j, "country", r->country, first_country(&r->entry));
    jw_object_end(j);
}

void list_result_features(struct json_writer *j, const char *key, const struct list_result *r)
{
    jw_object(j, key);
    if (r->hit)
        jw_real(j, r->weak ? "weak_alias" : "name", rounded(r->name));
    if (r->id)
        jw_real(j, "identifier", 1);
    if (r->birth != NAMES_ABSENT)
        jw_real(j, "birth_date", agreement_score(r->birth));
    if (r->sex != NAMES_ABSENT)
        jw_real(j, "gender", agreement_score(r->sex));
    if (r->country != NAMES_ABSENT)
        jw_real(j, "country", agreement_score(r->country));
    jw_object_end(j);
}

/* ---- word by word ---- */

static void put_text(struct json_writer *j, const char *key, const struct names_name *n, unsigned from,
                     unsigned to)
{
    uint8_t mem[1024];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    put_words(&b, n, from, to);
    jw_text(j, key, buf_span(&b));
}

void list_result_words(struct json_writer *j, const char *key, const struct list_result *r)
{
    static const char *const words[] = { [RULE_SAME] = "same",
                                         [RULE_VARIANT] = "variant",
                                         [RULE_SCRIPT] = "script",
                                         [RULE_INITIAL] = "initial",
                                         [RULE_TYPO] = "typo" };
    const struct screen_hit *h = r->hit;

    jw_array(j, key);
    for (size_t i = 0; h && i < h->reasons.n; i++) {
        const struct names_link *l = &h->reasons.link[i];

        jw_object(j, NULL);
        put_text(j, "asked", &h->as_asked, l->a, l->a + l->n_a);
        put_text(j, "listed", &h->as_listed, l->b, l->b + l->n_b);
        jw_str(j, "rule", words[l->rule]);
        jw_object_end(j);
    }
    for (unsigned i = 0; h && i < 2 * NAMES_WORDS; i++) {
        bool listed = i >= NAMES_WORDS;
        unsigned at = i % NAMES_WORDS;

        if (!((listed ? h->reasons.left_b : h->reasons.left_a) >> at & 1))
            continue;
        jw_object(j, NULL);
        put_text(j, listed ? "listed" : "asked", listed ? &h->as_listed : &h->as_asked, at, at + 1);
        jw_str(j, "rule", "alone");
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* ---- entities ---- */

/* Stands beside the properties, not among them. */
static bool aside(struct span property)
{
    static const char *const words[] = { "datasets", "referents", "first_seen", "last_change", "target" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_eq_str(property, words[i]))
            return true;
    return false;
}

static bool seen_before(const struct list_entry *e, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (span_eq(e->value[i].property, e->value[at].property))
            return true;
    return false;
}

static void put_values(struct json_writer *j, const char *key, const struct list_entry *e,
                       struct span property)
{
    jw_array(j, key);
    for (size_t i = 0; i < e->n; i++)
        if (span_eq(e->value[i].property, property))
            jw_text(j, NULL, e->value[i].text);
    jw_array_end(j);
}

static void put_properties(struct json_writer *j, const struct list_entry *e)
{
    char name[64];

    jw_object(j, "properties");
    for (size_t i = 0; i < e->n; i++) {
        struct span p = e->value[i].property;

        if (aside(p) || p.n >= sizeof name || seen_before(e, i))
            continue;
        (void)snprintf(name, sizeof name, "%.*s", (int)p.n, p.n ? (const char *)p.p : "");
        put_values(j, name, e, p);
    }
    jw_object_end(j);
}

static void put_seen(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
    else
        jw_null(j, key);
}

void list_entity_put(struct json_writer *j, const struct list_shelf *s, const struct list_entry *e)
{
    char at[TIME_TEXT];

    jw_text(j, "id", e->id);
    jw_text(j, "caption", list_entry_caption(e));
    jw_text(j, "schema", e->schema);
    put_properties(j, e);
    jw_array(j, "datasets");
    jw_str(j, NULL, s->terms.name);
    for (size_t i = 0; i < e->n; i++)
        if (span_eq_str(e->value[i].property, "datasets"))
            jw_text(j, NULL, e->value[i].text);
    jw_array_end(j);
    put_values(j, "referents", e, SPAN("referents"));
    jw_bool(j, "target", true);
    put_seen(j, "first_seen", list_entry_first(e, "first_seen"));
    jw_str(j, "last_seen", time_format(s->about.imported, at));
    put_seen(j, "last_change", list_entry_first(e, "last_change"));
}
