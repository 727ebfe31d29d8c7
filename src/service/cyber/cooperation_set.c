/* All records of a part: found by id, and by what they refer to. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/cooperation_internal.h"
#include "wire/json_write.h"

static int by_id(const void *a, const void *b)
{
    const struct coop_record *const *x = a, *const *y = b;

    return memcmp((*x)->id, (*y)->id, COOP_ID);
}

static struct span ref_of(const struct coop_record *r)
{
    return coop_text(r, coop_ref_name(r->kind));
}

static int by_ref(const void *a, const void *b)
{
    const struct coop_record *const *x = a, *const *y = b;
    int c = span_cmp(ref_of(*x), ref_of(*y));

    if (c)
        return c;
    if ((*x)->kind != (*y)->kind)
        return (*x)->kind < (*y)->kind ? -1 : 1;
    if ((*x)->at != (*y)->at)
        return (*x)->at < (*y)->at ? -1 : 1;
    return by_id(a, b);
}

bool coop_set_make(struct coop_record **r, size_t n, struct arena *a, struct coop_set *out, struct why *w)
{
    struct coop_set s = { .item = arena_array(a, n + 1, sizeof *s.item),
                          .by_ref = arena_array(a, n + 1, sizeof *s.by_ref) };

    if (!s.item || !s.by_ref)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++)
        s.item[i] = r[i];
    if (n)
        qsort(s.item, n, sizeof *s.item, by_id);
    for (size_t i = 0; i < n; i++)
        if (!i || by_id(&s.item[i], &s.item[i - 1]) != 0)
            s.item[s.n++] = s.item[i];
    for (size_t i = 0; i < s.n; i++)
        if (coop_ref_name(s.item[i]->kind))
            s.by_ref[s.n_ref++] = s.item[i];
    if (s.n_ref)
        qsort(s.by_ref, s.n_ref, sizeof *s.by_ref, by_ref);
    *out = s;
    return true;
}

const struct coop_record *coop_find(const struct coop_set *s, struct span id)
{
    size_t from = 0, to = s->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int c = span_cmp(span_of(s->item[mid]->id, COOP_ID - 1), id);

        if (c == 0)
            return s->item[mid];
        if (c < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return NULL;
}

const struct coop_record **coop_about(const struct coop_set *s, struct span id, size_t *n)
{
    size_t from = 0, to = s->n_ref;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (span_cmp(ref_of(s->by_ref[mid]), id) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    for (to = from; to < s->n_ref && span_eq(ref_of(s->by_ref[to]), id); to++)
        ;
    *n = to - from;
    return s->by_ref + from;
}

unix_time coop_after(const struct coop_set *s, struct span self, unix_time now)
{
    for (size_t i = 0; i < s->n; i++)
        if (span_eq(s->item[i]->member, self) && s->item[i]->at >= now)
            now = s->item[i]->at + 1;
    return now;
}

void coop_refuse(struct coop_refusals *l, const struct coop_record *r, const char *why, const char *says)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 32;
        struct coop_refused *grown = arena_array(l->a, cap, sizeof *grown);

        if (!grown) {
            l->full = true;
            return;
        }
        if (l->n)
            memcpy(grown, l->item, l->n * sizeof *grown);
        l->item = grown;
        l->cap = cap;
    }
    l->item[l->n++] = (struct coop_refused){ r, why, says };
}

const struct coop_refused *coop_refused_of(const struct coop_refusals *l, const struct coop_record *r)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->item[i].r == r)
            return &l->item[i];
    return NULL;
}

bool coop_would_count(const struct coop_refusals *l, const struct coop_record *r, struct why *w)
{
    const struct coop_refused *x = coop_refused_of(l, r);

    if (l->full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return !x || why_set(w, x->why, WHY_NO_OFFSET, "doc/cooperation.md", "%s", x->says);
}

bool coop_filled(const struct buffer *out, struct why *w)
{
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long");
}

void coop_put_head(struct json_writer *j, const struct coop_record *r)
{
    char at[TIME_TEXT];

    jw_str(j, "id", r->id);
    jw_str(j, "kind", coop_kind_word(r->kind));
    jw_text(j, "member", r->member);
    jw_text(j, "office", r->office);
    jw_str(j, "at", time_format(r->at, at));
    jw_str(j, "tlp", sharing_tlp_word(r->tlp));
    if (r->to != JSON_NONE)
        jw_raw(j, "to", json_source(&r->j, r->to));
}

void coop_put_refused(struct json_writer *j, const struct coop_refusals *l)
{
    jw_array(j, "refused");
    for (size_t i = 0; i < l->n; i++) {
        jw_object(j, NULL);
        coop_put_head(j, l->item[i].r);
        jw_str(j, "why", l->item[i].why);
        jw_str(j, "says", l->item[i].says);
        jw_object_end(j);
    }
    jw_array_end(j);
}

bool coop_load(const struct coop_desk *d, enum coop_part p, struct coop_record *extra, struct arena *a,
               struct coop_set *out, struct why *w)
{
    struct cooperation_row *row = NULL;
    struct coop_record **r;
    size_t n = 0, k = 0;

    if (!d->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store");
    if (!store_cooperation(d->store, span_str(coop_part_word(p)), LIMIT_COOPERATION_RECORDS, a, &row, &n, w))
        return false;
    r = arena_array(a, n + 2, sizeof *r);
    for (size_t i = 0; r && i < n; i++) {
        struct coop_record *x = arena_alloc(a, sizeof *x);
        struct why bad = { 0 };

        if (!x)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        /* It was checked when it was put there, with its signature. */
        if (coop_reopen(row[i].body, a, x, &bad))
            r[k++] = x;
    }
    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (extra)
        r[k++] = extra;
    return coop_set_make(r, k, a, out, w);
}
