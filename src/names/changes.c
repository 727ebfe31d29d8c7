#include "names/changes.h"

#include <stdlib.h>

#include "base/reader.h"
#include "names/build.h"

enum { ADD = 1, REMOVE, DONE };

/* ---- writing ---- */

static void put_le(struct buffer *b, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_u8(b, (uint8_t)(v >> 8 * i));
}

static void put_record(struct buffer *out, struct span body)
{
    put_le(out, body.n, 4);
    put_le(out, image_sum(body.n, body) & 0xffffffff, 4);
    buf_put(out, body);
}

void changes_add(struct buffer *out, const struct names_entry *e)
{
    const struct names_about *a = &e->about;
    struct buffer b;

    buf_init(&b, 64 * 1024);
    buf_u8(&b, ADD);
    buf_u8(&b, (uint8_t)(e->schema | (unsigned)e->alias << 1 | (unsigned)a->sex << 2));
    buf_u8(&b, (uint8_t)(a->n_date | a->n_country << 4));
    for (size_t i = 0; i < a->n_date; i++) {
        put_le(&b, a->date[i].year, 2);
        buf_u8(&b, (uint8_t)(a->date[i].month | (unsigned)a->date[i].about << 7));
        buf_u8(&b, a->date[i].day);
    }
    for (size_t i = 0; i < a->n_country; i++)
        put_le(&b, a->country[i], 2);
    buf_u8(&b, (uint8_t)e->id.n);
    buf_put(&b, e->id);
    buf_put(&b, e->name);
    put_record(out, buf_span(&b));
    buf_free(&b);
}

void changes_remove(struct buffer *out, struct span id)
{
    uint8_t body[1 + NAMES_ID] = { REMOVE };

    memcpy(body + 1, id.p, id.n);
    put_record(out, span_of(body, 1 + id.n));
}

void changes_done(struct buffer *out)
{
    static const uint8_t body[1] = { DONE };

    put_record(out, span_of(body, 1));
}

/* ---- reading ---- */

static uint32_t le(const uint8_t *p, size_t n)
{
    uint32_t v = 0;

    for (size_t i = 0; i < n; i++)
        v |= (uint32_t)p[i] << 8 * i;
    return v;
}

/* The next whole record's body; false: none. */
static bool next(struct span s, size_t *at, struct span *body)
{
    uint32_t n;

    if (s.n - *at < 8)
        return false;
    n = le(s.p + *at, 4);
    if (n == 0 || n > s.n - *at - 8)
        return false;
    *body = span_of(s.p + *at + 8, n);
    if (le(s.p + *at + 4, 4) != (image_sum(n, *body) & 0xffffffff))
        return false;
    *at += 8 + (size_t)n;
    return true;
}

size_t changes_whole(struct span records)
{
    size_t at = 0, whole = 0;
    struct span body;

    while (next(records, &at, &body))
        if (body.p[0] == DONE)
            whole = at;
    return whole;
}

static bool entry_of(struct span b, struct names_entry *out)
{
    size_t at = 3, dates, countries;

    *out = (struct names_entry){ 0 };
    if (b.n < 4)
        return false;
    out->schema = b.p[1] & 1 ? NAMES_ORGANIZATION : NAMES_PERSON;
    out->alias = b.p[1] & 2 ? NAMES_WEAK : NAMES_FULL;
    out->about.sex = (b.p[1] >> 2 & 3) <= NAMES_MALE ? (enum names_sex)(b.p[1] >> 2 & 3) : NAMES_SEX_UNKNOWN;
    dates = b.p[2] & 15;
    countries = b.p[2] >> 4;
    if (dates > NAMES_DATES || countries > NAMES_COUNTRIES || b.n < at + 4 * dates + 2 * countries + 1)
        return false;
    for (size_t i = 0; i < dates; i++, at += 4)
        out->about.date[i] = (struct names_date){ (uint16_t)le(b.p + at, 2), b.p[at + 2] & 15,
                                                  b.p[at + 3] & 31, b.p[at + 2] >> 7 };
    for (size_t i = 0; i < countries; i++, at += 2)
        out->about.country[i] = (uint16_t)le(b.p + at, 2);
    out->about.n_date = dates;
    out->about.n_country = countries;
    if (b.n < at + 1 + b.p[at])
        return false;
    out->id = span_of(b.p + at + 1, b.p[at]);
    out->name = span_sub(b, at + 1 + b.p[at], b.n);
    return out->id.n > 0;
}

/* ---- views ---- */

static uint64_t hash_of(struct span id)
{
    return image_sum(id.n + 1, id);
}

/* The batch that an id was changed in last. */
struct last {
    uint64_t hash;
    uint32_t batch;
    bool added;
};

static int by_hash(const void *a, const void *b)
{
    const struct last *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->batch < y->batch ? 1 : x->batch > y->batch ? -1 : 0;
}

static bool collect(struct span records, struct buffer *out, struct why *w)
{
    size_t at = 0;
    uint32_t batch = 0;
    struct span body;

    while (next(records, &at, &body)) {
        struct last l = { 0, batch, body.p[0] == ADD };
        struct names_entry e = { 0 };

        if (body.p[0] == DONE) {
            batch++;
            continue;
        }
        if (body.p[0] == ADD ? !entry_of(body, &e) : body.p[0] != REMOVE || body.n < 2)
            return why_set(w, "format", at, NULL, "a change that makes no sense");
        l.hash = hash_of(body.p[0] == ADD ? e.id : span_sub(body, 1, body.n));
        buf_put(out, span_of(&l, sizeof l));
    }
    return true;
}

static const struct last *find(const struct last *l, size_t n, uint64_t hash)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (l[mid].hash < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && l[lo].hash == hash ? &l[lo] : NULL;
}

static bool build(const struct names *t, struct span records, const struct last *last, size_t n,
                  struct changes_view *v, struct why *w)
{
    struct names_build *b = names_build_new(t);
    uint64_t names = 0;
    uint32_t batch = 0;
    size_t at = 0;
    struct span body;
    bool ok = true;

    while (ok && next(records, &at, &body)) {
        struct names_entry e = { 0 };
        const struct last *l;

        batch += body.p[0] == DONE;
        if (body.p[0] != ADD || !entry_of(body, &e))
            continue;
        l = find(last, n, hash_of(e.id));
        if (!l || l->batch != batch || !l->added)
            continue;
        if (++names > CHANGES_NAMES)
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                         "more than %d names were added since the image was made; make it again",
                         CHANGES_NAMES);
        else
            ok = names_build_add(b, &e, w);
    }
    if (ok) {
        build_image(b, &v->memory);
        ok = image_open(buf_span(&v->memory), &v->image, w);
        v->any = names > 0;
    }
    names_build_free(b);
    return ok;
}

bool changes_view_new(const struct names *t, struct span records, struct changes_view **ret, struct why *w)
{
    struct changes_view *v = calloc(1, sizeof *v);
    struct buffer found;
    struct last *last;
    size_t n = 0;
    bool ok;

    if (!v)
        abort();
    buf_init(&v->memory, SIZE_MAX / 2);
    buf_init(&found, SIZE_MAX / 2);
    ok = collect(records, &found, w);
    last = (struct last *)(void *)found.p;
    if (ok && found.n) {
        qsort(last, found.n / sizeof *last, sizeof *last, by_hash);
        for (size_t i = 0; i < found.n / sizeof *last; i++)
            if (n == 0 || last[i].hash != last[n - 1].hash)
                last[n++] = last[i];
        v->gone = calloc(n + 1, sizeof *v->gone);
        if (!v->gone)
            abort();
        for (size_t i = 0; i < n; i++) {
            v->gone[i] = last[i].hash;
            v->added += last[i].added;
        }
        v->n_gone = n;
        v->removed = n - v->added;
        ok = build(t, records, last, n, v, w);
    }
    buf_free(&found);
    if (!ok) {
        changes_view_free(v);
        return false;
    }
    *ret = v;
    return true;
}

void changes_view_free(struct changes_view *v)
{
    if (!v)
        return;
    buf_free(&v->memory);
    free(v->gone);
    free(v);
}

bool changes_gone(const void *view, struct span id)
{
    const struct changes_view *v = view;
    uint64_t hash = hash_of(id);
    size_t lo = 0, hi = v->n_gone;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (v->gone[mid] == hash)
            return true;
        if (v->gone[mid] < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}
