#include "agreement/register_json.h"

#include "agreement/register_internal.h"

static void put_date(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(w, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void put_text(struct json_writer *w, const char *key, struct span s)
{
    if (s.n)
        jw_text(w, key, s);
    else
        jw_null(w, key);
}

static void put_answer(struct json_writer *w, const struct bound_answer *b)
{
    jw_bool(w, "binds", b->binds);
    jw_str(w, "why", b->why);
    put_date(w, "since", b->since);
    put_date(w, "until", b->until);
}

static void put_member(struct json_writer *w, const struct agreement_register *r,
                       const struct register_version *v, unsigned member, struct span state,
                       const struct register_question *q)
{
    struct bound_answer b;

    jw_object(w, NULL);
    jw_text(w, "member", state);
    register_binds(r, v, -1, member, q->on, &b);
    put_answer(w, &b);
    jw_array(w, "articles");
    for (const struct article *x = v->a->articles; x; x = x->next) {
        if (q->article.n && !span_eq_str(q->article, x->number))
            continue;
        register_binds(r, v, (int)x->index, member, q->on, &b);
        jw_object(w, NULL);
        jw_str(w, "article", x->number);
        put_answer(w, &b);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static void put_between(struct json_writer *w, const struct agreement_register *r,
                        const struct register_version *v, const struct register_line *l,
                        const struct span *state, size_t n, const struct register_question *q)
{
    jw_array(w, "towards");
    for (unsigned m = 0; m < n; m++) {
        struct reservation_between b;

        if (!register_between(r, v, l, m, q->on, &b))
            continue;
        jw_object(w, NULL);
        jw_text(w, "member", state[m]);
        jw_str(w, "standing", b.standing);
        put_date(w, "objection_until", b.objection_until);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void put_reservations(struct json_writer *w, const struct agreement_register *r,
                             const struct register_version *v, const struct span *state, size_t n,
                             const struct register_question *q)
{
    jw_array(w, "reservations");
    for (size_t i = 0; i < v->n_lines; i++) {
        const struct register_line *l = &v->line[i];
        const struct instrument *by = r->entry[l->entry].instrument;

        if ((l->kind != LINE_RESERVED && l->kind != LINE_RESERVED_OUT) || !line_on(l, date_to_days(q->on)) ||
            (q->article.n && !span_eq(q->article, by->article)))
            continue;
        jw_object(w, NULL);
        jw_text(w, "member", by->member);
        jw_text(w, "article", by->article);
        jw_text(w, "condition", by->text);
        put_between(w, r, v, l, state, n, q);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void put_version(struct json_writer *w, const struct agreement_register *r,
                        const struct register_version *v, const struct register_question *q)
{
    struct span state[BOUND_MEMBERS];
    size_t n = agreement_members(v->a, state, BOUND_MEMBERS);

    jw_object(w, NULL);
    jw_int(w, "version", agreement_version(v->a));
    jw_hex(w, "sha256", span_of(agreement_hash(v->a), 32));
    jw_bool(w, "ruled", v->ruled);
    put_date(w, "in_force_since", v->in_force ? v->since : v->ruled ? (struct date){ 0 } : v->a->from);
    jw_int(w, "consents", v->consents);
    jw_int(w, "needed", v->needed);
    jw_array(w, "members");
    for (unsigned m = 0; m < n; m++)
        if (!q->member.n || span_eq(q->member, state[m]))
            put_member(w, r, v, m, state[m], q);
    jw_array_end(w);
    put_reservations(w, r, v, state, n, q);
    jw_object_end(w);
}

static void put_entry(struct json_writer *w, const struct instrument_entry *e)
{
    static const char *const word[] = { "counts", "waits", "refused" };
    const struct instrument *i = e->instrument;
    char at[TIME_TEXT];

    jw_object(w, NULL);
    jw_text(w, "member", i->member);
    jw_str(w, "kind", instrument_word(i->kind));
    jw_hex(w, "sha256", span_of(i->agreement, 32));
    put_text(w, "article", i->article);
    put_text(w, "of", i->of);
    put_text(w, "text", i->text);
    jw_str(w, "at", time_format(i->time, at));
    jw_hex(w, "act", span_of(i->act, 32));
    jw_str(w, "effect", word[e->effect]);
    put_date(w, "from", e->effect == INSTRUMENT_COUNTS ? e->from : (struct date){ 0 });
    jw_str(w, "reason", e->reason);
    jw_object_end(w);
}

void register_json(struct json_writer *w, const struct agreement_register *r,
                   const struct register_question *q)
{
    jw_object(w, NULL);
    put_date(w, "on", q->on);
    jw_hex(w, "digest", span_of(r->digest, sizeof r->digest));
    jw_array(w, "versions");
    for (size_t i = 0; i < r->n_versions; i++)
        if (!q->sha256 || memcmp(q->sha256, agreement_hash(r->version[i].a), 32) == 0)
            put_version(w, r, &r->version[i], q);
    jw_array_end(w);
    jw_array(w, "instruments");
    for (size_t i = 0; i < r->n_entries; i++)
        if (!q->member.n || span_eq(q->member, r->entry[i].instrument->member))
            put_entry(w, &r->entry[i]);
    jw_array_end(w);
    jw_object_end(w);
}
