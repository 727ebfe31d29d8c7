/* At the check: who is like somebody listed. */
#include "base/text.h"
#include "crypto/digest.h"
#include "service/notice/hit_lists.h"
#include "wire/mrz_codes.h"

enum { HOUR = 3600, DAY = 86400 };

const struct hit_rules hit_defaults = {
    .close_hours = 24, .answer_hours = 24, .remember_days = 365, .keep_days = 365, .second = false
};

const char *hit_standing_word(enum hit_standing s)
{
    static const char *const word[] = { "gone", "in force", "flagged", "suspended" };

    return word[s];
}

const char *hit_answer_word(enum hit_answer a)
{
    static const char *const word[] = { "not asked", "none", "hit", "unknown" };

    return word[a];
}

bool hit_about(const struct hit_desk *d, const char *shelf, struct span id, unix_time now, struct arena *a,
               struct hit_entity *out, struct why *w)
{
    bool notices = strcmp(shelf, SCREEN_NOTICES) == 0;

    for (size_t i = 0; i < d->n_source; i++)
        if (d->source[i].notices == notices)
            return d->source[i].about(d->source[i].ctx, shelf, id, now, a, out, w);
    return why_set(w, "source", WHY_NO_OFFSET, NULL, "nobody here knows what stands on this shelf");
}

/* ---- one check ---- */

struct screening {
    const struct hit_desk *d;
    const struct hit_traveller *t;
    struct span check_id;
    unix_time now;
    struct arena *a;
    struct hit_screened *out;
};

/* "H-" and 16 letters of base 32: from the check and the entity, so that the same check finds the same. */
static void name_hit(const struct screening *k, const struct screen_hit *h, char out[HIT_ID])
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    struct traveller_key key;

    store_hit_memory_key(k->d->store, k->check_id, SPAN("hit id"), span_str(h->shelf), h->id, &key);
    memcpy(out, "H-", 2);
    for (size_t i = 0; i < 16; i++)
        out[2 + i] = letters[key.b[i] % 32];
    out[18] = 0;
}

static bool has_document(const struct hit_traveller *t)
{
    return t->issuer.n && t->number.n;
}

static bool is_remembered(const struct screening *k, const struct hit_entity *e, const struct hit_row *r,
                          bool *yes, struct why *w)
{
    *yes = false;
    return !r->has_document || store_hit_known(k->d->store, &r->memory, e->version, k->now, yes, w);
}

static bool put(struct screening *k, const struct screen_hit *h, const struct hit_entity *e,
                struct hit_row *r, struct why *w)
{
    const struct hit_event first = {
        .at = k->now, .what = SPAN("found"), .state = SPAN("open"), .purpose = SPAN(HIT_PURPOSE)
    };
    struct hit_alert *alert = &k->out->alert[k->out->n];
    struct hit_view seen;
    char id[HIT_ID];
    struct buffer b;
    bool ok, found = false;

    name_hit(k, h, id);
    buf_init(&b, LIMIT_HIT);
    hit_traveller_put(k->t, &b);
    r->id = span_str(id);
    r->shelf = span_str(h->shelf);
    r->entity = h->id;
    r->version = e->version;
    r->owner = e->owner;
    r->kind = e->kind;
    r->protect = e->protect;
    r->score = (int)(h->score * 1000);
    r->state = SPAN("open");
    r->at = k->now;
    r->due = k->now + (unix_time)k->d->rules->close_hours * HOUR;
    r->body = buf_span(&b);
    ok = (buf_ok(&b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too much is known of the traveller")) &&
         store_put_hit(k->d->store, r, &first, k->a, &alert->id, &alert->again, w);
    buf_free(&b);
    r->id = r->body = (struct span){ NULL, 0 }; /* they were of this function */
    if (!ok)
        return false;
    alert->protect = e->protect;
    alert->document = h->document;
    alert->flagged = e->standing == HIT_FLAGGED;
    alert->state = SPAN("open");
    if (alert->again) {
        if (!store_find_hit(k->d->store, alert->id, &found, k->a, &seen, w))
            return false;
        if (found) {
            alert->state = seen.row.state;
            alert->outcome = seen.row.outcome;
        }
    }
    k->out->n++;
    return true;
}

/* What its owner says of it now counts, not what the index still has. */
static bool take(struct screening *k, const struct screen_hit *h, struct why *w)
{
    struct hit_entity *e = arena_alloc(k->a, sizeof *e);
    struct hit_row r = { .has_document = has_document(k->t) };
    struct why unknown;
    bool known = false;

    why_clear(&unknown);
    if (!e || !hit_about(k->d, h->shelf, h->id, k->now, k->a, e, &unknown)) {
        k->out->answer = HIT_UNKNOWN;
        return true;
    }
    if ((e->standing != HIT_ACT && e->standing != HIT_FLAGGED) || (e->expires && e->expires <= k->now))
        return true;
    if (r.has_document) {
        store_traveller_key(k->d->store, k->t->issuer, k->t->number, &r.subject);
        store_hit_memory_key(k->d->store, k->t->issuer, k->t->number, span_str(h->shelf), h->id, &r.memory);
    }
    if (!is_remembered(k, e, &r, &known, w))
        return false;
    if (known) {
        k->out->remembered++;
        return true;
    }
    if (k->out->n == SCREEN_HITS) /* the others come when these are closed */
        return true;
    if (k->out->answer == HIT_NONE)
        k->out->answer = HIT_FOUND;
    if (!k->check_id.n) {
        k->out->alert[k->out->n++] = (struct hit_alert){ .protect = e->protect,
                                                         .flagged = e->standing == HIT_FLAGGED,
                                                         .document = h->document };
        return true;
    }
    return put(k, h, e, &r, w);
}

/* Names that are no UTF-8 cannot be looked up. */
static bool question_of(const struct hit_traveller *t, struct screen_question *q)
{
    bool all = true;

    *q = (struct screen_question){ .purpose = SPAN(HIT_PURPOSE), .use = SCREEN_BORDER, .apart = true };
    names_about_dates(&q->about, t->birth);
    names_about_sex(&q->about, t->sex);
    names_about_countries(&q->about, t->state);
    for (size_t i = 0; i < t->n; i++) {
        if (!t->name[i].text.n || utf8_valid_to(t->name[i].text) != t->name[i].text.n) {
            all = false;
            continue;
        }
        q->name[q->n++] = (struct screen_name){ t->name[i].text, t->name[i].truncated };
    }
    return all;
}

bool hit_serves(const struct hit_desk *d)
{
    const struct list_view *v = NULL;
    bool serves = d->screen && screen_serves(d->screen, SCREEN_BORDER);

    if (serves || !d->lists)
        return serves;
    if (!list_desk_take(d->lists, &v, NULL))
        return true; /* nobody knows: it is asked, and the answer is unknown */
    serves = hit_lists_serve(v);
    list_desk_give(d->lists, v);
    return serves;
}

struct found_there {
    struct screen_hit *hit[SCREEN_HITS];
    size_t n;
    struct arena *a;
};

/* Kept aside: what is put into the store is put when no list is held. */
static bool keep_listed(void *ctx, const struct screen_hit *h, struct why *w)
{
    struct found_there *k = ctx;
    struct screen_hit *copy = k->n < SCREEN_HITS ? arena_alloc(k->a, sizeof *copy) : NULL;

    if (k->n == SCREEN_HITS)
        return true;
    if (!copy)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *copy = *h;
    k->hit[k->n++] = copy;
    return true;
}

/* False: the lists could not be asked. */
static bool ask_lists(struct screening *k, const struct screen_question *q,
                      const struct screen_number *number, struct found_there *out)
{
    const struct list_view *v = NULL;
    struct why w;
    bool ok;

    why_clear(&w);
    if (!k->d->lists)
        return true;
    if (!list_desk_take(k->d->lists, &v, &w))
        return false;
    if (number->document.number.n)
        hit_lists_number(v, &number->document, k->a, keep_listed, out);
    ok = !q->n || hit_lists_ask(v, q, k->a, keep_listed, out, &k->out->limited, &w);
    list_desk_give(k->d->lists, v);
    return ok;
}

/* The lists of who is found by the number, then by the name. */
enum { BY_NUMBER, BY_NAME, WAYS };

static bool ask_engine(struct screening *k, const struct screen_question *q,
                       const struct screen_number *number, struct screen_found found[WAYS])
{
    struct why w;

    why_clear(&w);
    return !k->d->screen || ((!number->document.number.n ||
                              screen_ask_number(k->d->screen, number, k->a, &found[BY_NUMBER], &w)) &&
                             (!q->n || screen_ask(k->d->screen, q, k->a, &found[BY_NAME], &w)));
}

static bool same_entity(const struct screen_hit *a, const struct screen_hit *b)
{
    return strcmp(a->shelf, b->shelf) == 0 && span_eq(a->id, b->id);
}

/* Who is found by number and name is one hit, by the number. */
static bool take_engine(struct screening *k, const struct screen_found found[WAYS], struct why *w)
{
    const struct screen_found *number = &found[BY_NUMBER], *name = &found[BY_NAME];

    for (size_t i = 0; i < number->n; i++)
        if (!take(k, &number->hit[i], w))
            return false;
    for (size_t i = 0; i < name->n && name->hit[i].alerts; i++) {
        bool taken = false;

        for (size_t n = 0; n < number->n && !taken; n++)
            taken = same_entity(&number->hit[n], &name->hit[i]);
        if (!taken && !take(k, &name->hit[i], w))
            return false;
    }
    return true;
}

static bool take_listed(struct screening *k, const struct found_there *there, struct why *w)
{
    for (size_t i = 0; i < there->n; i++) {
        bool taken = false;

        for (size_t n = 0; n < i && !taken; n++)
            taken = there->hit[n]->document && same_entity(there->hit[n], there->hit[i]);
        if (!taken && !take(k, there->hit[i], w))
            return false;
    }
    return true;
}

bool hit_screen(const struct hit_desk *d, const struct hit_traveller *t, struct span check_id, unix_time now,
                struct arena *a, struct hit_screened *out, struct why *w)
{
    const char *state = state_from_alpha3(t->issuer);
    const struct screen_number number = { .purpose = SPAN(HIT_PURPOSE),
                                          .use = SCREEN_BORDER,
                                          .document = { span_str(state), t->number } };
    struct screening k = { d, t, check_id, now, a, out };
    struct found_there there = { .a = a };
    struct screen_found found[WAYS] = { 0 };
    struct screen_question q;

    *out = (struct hit_screened){ .answer = HIT_NOT_ASKED };
    if (!hit_serves(d))
        return true;
    out->answer = question_of(t, &q) && q.n ? HIT_NONE : HIT_UNKNOWN;
    if (!q.n && !t->number.n)
        return true;
    if (!ask_engine(&k, &q, &number, found) || !ask_lists(&k, &q, &number, &there)) {
        out->answer = HIT_UNKNOWN;
        return true;
    }
    out->limited = out->limited || found[BY_NAME].limited || found[BY_NUMBER].limited;
    if (found[BY_NAME].empty == q.n)
        out->answer = HIT_UNKNOWN;
    return take_engine(&k, found, w) && take_listed(&k, &there, w);
}
