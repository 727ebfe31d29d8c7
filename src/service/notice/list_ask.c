/* A question to the lists: names through the screening engine, identifiers exactly. */
#include <stdlib.h>

#include "service/notice/list_desk.h"

/* What an identifier that is the same is worth: those that one body gives to one party in the world, and
 * those that may be another State's. */
static const float UNIQUE = .98f, NATIONAL = .95f, OTHER_STATE = .85f;

static const struct list_reason reasons[] = {
    { "border-check", LIST_BORDER },
    { "road-check", LIST_BORDER },
    { "registration", LIST_BORDER },
    { "issuance", LIST_BORDER },
    { "investigation", LIST_BORDER | LIST_MONEY_LAUNDERING },
    { "payment", LIST_MONEY_LAUNDERING },
    { "customer", LIST_MONEY_LAUNDERING },
    { "money-laundering", LIST_MONEY_LAUNDERING },
};

const struct list_reason *list_reason_of(struct span word)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (span_eq_str(word, reasons[i].word))
            return &reasons[i];
    return NULL;
}

/* ---- the question ---- */

static void put_name(struct list_question *q, struct span text)
{
    for (size_t i = 0; i < q->n_name; i++)
        if (span_eq(q->name[i], text))
            return;
    if (q->n_name == SCREEN_ASKED)
        q->cut = true;
    else
        q->name[q->n_name++] = text;
}

static void put_id(struct list_question *q, struct span property, struct span text)
{
    struct list_asked_id x = { .property = property, .text = text };

    if (!list_id_fold(property, text, &x.id))
        return;
    if (q->n_id == LIST_ASK_IDS)
        q->cut = true;
    else
        q->id[q->n_id++] = x;
}

static bool is_any(struct span property, const char *const *words)
{
    for (; *words; words++)
        if (span_eq_str(property, *words))
            return true;
    return false;
}

void list_question_put(struct list_question *q, struct span property, struct span text)
{
    static const char *const names[] = { "name", "alias", "previousName", "weakAlias", NULL };
    static const char *const countries[] = { "country",      "nationality", "citizenship",
                                             "jurisdiction", "flag",        NULL };
    char state[3];

    if (!text.n)
        return;
    if (is_any(property, names))
        put_name(q, text);
    else if (span_eq_str(property, "birthDate"))
        names_about_dates(&q->about, text);
    else if (span_eq_str(property, "gender"))
        names_about_sex(&q->about, text);
    else if (is_any(property, countries))
        names_about_countries(&q->about, text);
    else if (span_eq_str(property, "iban") && list_iban_country(text, state))
        names_about_countries(&q->about, span_str(state));
    else
        put_id(q, property, text);
}

/* ---- results ---- */

struct asking {
    const struct list_view *v;
    const struct list_question *q;
    const struct list_shelf *shelf;
    const struct list_asked_id *id;
    struct arena *a;
    struct list_found *out;
};

static size_t top_of(const struct list_question *q)
{
    return q->top && q->top < LIST_RESULTS ? q->top : LIST_RESULTS;
}

static bool before(const struct list_result *a, const struct list_result *b)
{
    return a->score != b->score ? a->score > b->score : a->alerts && !b->alerts;
}

/* Into its place; the same entry once, with what was found either way. */
static void take(struct asking *k, struct list_result new)
{
    struct list_found *o = k->out;
    size_t at = 0;

    while (at < o->n && !(o->result[at].shelf == new.shelf &&span_eq(o->result[at].entry.id, new.entry.id)))
        at++;
    if (at < o->n) {
        struct list_result old = o->result[at];

        if (!new.id) {
            new.id = old.id;
            new.id_listed = old.id_listed;
        } else if (old.hit) {
            new.hit = old.hit;
            new.name = old.name;
            new.asked = old.asked;
            new.birth = old.birth;
            new.sex = old.sex;
            new.country = old.country;
        }
        new.score = old.score > new.score ? old.score : new.score;
        new.weak = new.weak && !new.id;
        new.alerts = old.alerts || new.alerts;
    } else if (o->n < top_of(k->q)) {
        o->n++;
    } else if (!before(&new, &o->result[--at])) {
        return;
    }
    for (; at > 0 && before(&new, &o->result[at - 1]); at--)
        o->result[at] = o->result[at - 1];
    o->result[at] = new;
}

static bool wanted(const struct asking *k, const struct list_entry *e)
{
    struct span schema = k->q->schema.n ? k->q->schema : SPAN("LegalEntity");

    return (span_eq_str(schema, "Thing") || list_schema_fits(schema, e->schema)) &&
           (!k->q->wants || k->q->wants(k->q->ctx, k->shelf, e));
}

static bool take_hit(struct asking *k, const struct screen_hit *h, struct why *w)
{
    struct list_result r = { .shelf = k->shelf,
                             .score = h->score,
                             .name = h->name,
                             .alerts = h->alerts,
                             .weak = h->weak,
                             .asked = h->asked,
                             .birth = h->birth,
                             .sex = h->sex,
                             .country = h->country,
                             .hit = h };
    struct span line = list_version_find(k->shelf->version, h->id, k->a);

    if (!line.n)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "an entry of the list %s does not read",
                       k->shelf->terms.name);
    if (!list_entry_read(line, k->a, &r.entry, w))
        return false;
    if (wanted(k, &r.entry))
        take(k, r);
    return true;
}

static bool ask_names(struct asking *k, struct why *w)
{
    struct screen_question q = { .purpose = span_str(k->q->why->word),
                                 .officer = k->q->officer,
                                 .use = SCREEN_FILES,
                                 .about = k->q->about,
                                 .n = k->q->n_name,
                                 .least = k->q->least };
    struct screen_found f;

    q.schema =
        !k->q->schema.n || list_schema_fits(k->q->schema, SPAN("Person")) ? NAMES_PERSON : NAMES_ORGANIZATION;
    for (size_t i = 0; i < q.n; i++)
        q.name[i].text = k->q->name[i];
    if (!screen_ask(k->shelf->screen, &q, k->a, &f, w))
        return false;
    k->out->limited = k->out->limited || f.limited;
    for (size_t i = 0; i < f.n; i++)
        if (!take_hit(k, &f.hit[i], w))
            return false;
    return true;
}

/* ---- identifiers ---- */

static bool country_differs(const struct names_about *a, const struct names_about *b)
{
    for (size_t i = 0; i < a->n_country; i++)
        for (size_t k = 0; k < b->n_country; k++)
            if (a->country[i] == b->country[k])
                return false;
    return a->n_country && b->n_country;
}

/* Every document of that number that the entry has was issued by a State that the question does not name. */
static bool issued_elsewhere(const struct asking *k, const struct list_entry *e)
{
    bool elsewhere = false;

    for (size_t i = 0; i < e->n; i++) {
        struct names_about issuer = { 0 };
        struct list_id own;

        if (!list_id_fold(e->value[i].property, e->value[i].text, &own) || !list_id_same(&own, &k->id->id))
            continue;
        names_about_countries(&issuer, e->value[i].country);
        if (!country_differs(&k->q->about, &issuer))
            return false;
        elsewhere = true;
    }
    return elsewhere;
}

static bool take_id(void *ctx, const struct list_entry *e)
{
    struct asking *k = ctx;
    struct list_result r = { .shelf = k->shelf, .entry = *e, .alerts = true, .id = k->id };
    enum list_id_kind kind = k->id->id.kind;
    struct names_about about;

    if (!wanted(k, e))
        return true;
    list_entry_about(e, &about);
    if (kind == LIST_ID_PASSPORT)
        r.score = issued_elsewhere(k, e) ? OTHER_STATE : UNIQUE;
    else if (kind == LIST_ID_LEI || kind == LIST_ID_IMO || kind == LIST_ID_BIC || kind == LIST_ID_OTHER)
        r.score = UNIQUE;
    else
        r.score = country_differs(&k->q->about, &about) ? OTHER_STATE : NATIONAL;
    r.country = country_differs(&k->q->about, &about) ? NAMES_DIFFERS : NAMES_ABSENT;
    for (size_t i = 0; i < e->n && !r.id_listed.n; i++) {
        struct list_id own;

        if (list_id_fold(e->value[i].property, e->value[i].text, &own) && list_id_same(&own, &k->id->id))
            r.id_listed = e->value[i].text;
    }
    if (r.score >= k->q->least)
        take(k, r);
    return true;
}

bool list_ask(const struct list_view *v, const struct list_question *q, struct arena *a,
              struct list_found *out, struct why *w)
{
    struct asking k = { .v = v, .q = q, .a = a, .out = out };

    *out = (struct list_found){ .limited = q->cut };
    if (!q->why)
        return why_set(w, "purpose", WHY_NO_OFFSET, NULL, "say why a name is looked at");
    if (!q->n_name && !q->n_id)
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "there is neither a name nor an identifier that reads: a check digit may be wrong");
    for (size_t i = 0; i < v->n; i++) {
        k.shelf = &v->of[i];
        if (!(k.shelf->terms.purposes & q->why->purposes) || (q->asks && !q->asks(q->ctx, k.shelf)))
            continue;
        out->asked++;
        if (q->n_name && !ask_names(&k, w))
            return false;
        for (size_t n = 0; n < q->n_id; n++) {
            k.id = &q->id[n];
            list_version_by_id(k.shelf->version, &k.id->id, a, take_id, &k);
        }
    }
    return true;
}
