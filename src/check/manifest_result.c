/* What was found of the persons of one part, as bytes: reasons once, then persons. */
#include "check/manifest_internal.h"

#include <stdlib.h>

void result_table_init(struct result_table *t)
{
    buf_init(&t->bytes, LIMIT_MANIFEST_PART / 2);
    result_table_reset(t);
}

void result_table_free(struct result_table *t)
{
    buf_free(&t->bytes);
}

void result_table_reset(struct result_table *t)
{
    buf_reset(&t->bytes);
    t->n = 0;
    memset(t->place, 0, sizeof t->place);
}

static void put_text(struct buffer *b, const char *s)
{
    size_t n = s ? strlen(s) : 0;

    buf_u8(b, (uint8_t)(n > 255 ? 255 : n));
    buf_put(b, span_of(s, n > 255 ? 255 : n));
}

static uint32_t hash_of(struct span s)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * 16777619u;
    return h ^ h >> 15;
}

static struct span entry(const struct result_table *t, size_t i)
{
    return span_sub(buf_span(&t->bytes), t->at[i], i + 1 < t->n ? t->at[i + 1] : t->bytes.n);
}

/* Its number; one that stands there already is not put again. UINT16_MAX: the table is full. */
static uint16_t put_reason(struct result_table *t, const struct verdict_reason *r)
{
    uint8_t room[1200];
    struct buffer b;
    size_t slot;

    buf_init_fixed(&b, room, sizeof room);
    put_text(&b, r->code);
    put_text(&b, r->article);
    put_text(&b, r->clause);
    put_text(&b, r->text);
    buf_be(&b, r->facts, 8);
    buf_u8(&b, r->for_admission);
    slot = hash_of(buf_span(&b)) % (2 * RESULT_TABLE);
    for (; t->place[slot]; slot = (slot + 1) % (2 * RESULT_TABLE))
        if (span_eq(entry(t, t->place[slot] - 1u), buf_span(&b)))
            return (uint16_t)(t->place[slot] - 1u);
    if (t->n == RESULT_TABLE)
        return UINT16_MAX;
    t->at[t->n] = (uint32_t)t->bytes.n;
    buf_put(&t->bytes, buf_span(&b));
    t->place[slot] = (uint16_t)++t->n;
    return (uint16_t)(t->n - 1);
}

static void put_date(struct buffer *b, struct date d)
{
    buf_be(b, (uint16_t)d.year, 2);
    buf_u8(b, d.month);
    buf_u8(b, d.day);
}

/* Of who is admitted only what more there is to do; of who is referred, what speaks against it. */
static bool is_kept(const struct verdict *v, const struct verdict_reason *r)
{
    return !r->for_admission || (v->outcome == OUTCOME_ADMIT && strcmp(r->code, "requirement-kept") != 0);
}

static void put_reasons(const struct verdict *v, struct result_table *t, struct buffer *out)
{
    uint16_t number[RESULT_REASONS];
    size_t n = 0;

    for (size_t i = 0; i < v->n_reasons && n < RESULT_REASONS; i++) {
        uint16_t k;

        if (!is_kept(v, &v->reason[i]))
            continue;
        k = put_reason(t, &v->reason[i]);
        if (k != UINT16_MAX)
            number[n++] = k;
    }
    buf_u8(out, (uint8_t)n);
    for (size_t i = 0; i < n; i++)
        buf_be(out, number[i], 2);
}

void result_put(const struct manifest_verdict *m, const struct manifest_link *link, size_t n_links,
                struct result_table *t, struct buffer *out)
{
    const struct verdict *v = &m->verdict;
    float score = m->screened.score * 100;

    buf_u8(out, (uint8_t)v->outcome);
    buf_be(out, m->notes, 4);
    buf_u8(out, m->screened.asked);
    buf_u8(out, (uint8_t)(m->screened.alerts > 255 ? 255 : m->screened.alerts));
    buf_u8(out, (uint8_t)(score < 0 ? 0 : score > 100 ? 100 : score));
    put_date(out, m->on);
    buf_u8(out, v->stay_limited);
    buf_be(out, (uint32_t)v->days_used, 4);
    buf_be(out, (uint32_t)v->days_left, 4);
    put_date(out, v->last_day);
    put_text(out, v->article);
    buf_u8(out, (uint8_t)v->n_missing);
    for (size_t i = 0; i < v->n_missing; i++)
        buf_u8(out, (uint8_t)v->missing[i]);
    put_reasons(v, t, out);
    buf_u8(out, (uint8_t)n_links);
    for (size_t i = 0; i < n_links; i++) {
        buf_be(out, link[i].b, 4);
        buf_u8(out, link[i].like);
        buf_u8(out, link[i].births);
        buf_u8(out, link[i].name);
    }
}

void result_part(const struct result_table *t, struct span persons, struct buffer *out)
{
    if (t->bytes.bad)
        out->bad = true;
    buf_be(out, t->n, 4);
    buf_put(out, buf_span(&t->bytes));
    buf_put(out, persons);
}

/* ---- back ---- */

static struct span get_text(struct reader *r)
{
    return rd_take(r, rd_u8(r));
}

static struct date get_date(struct reader *r)
{
    struct date d = { .year = (int16_t)rd_u16(r) };

    d.month = rd_u8(r);
    d.day = rd_u8(r);
    if (date_is_set(d) && !date_valid(d.year, d.month, d.day))
        rd_fail(r);
    return d;
}

bool result_open(struct span part, struct arena *a, struct result_reader *out, struct why *w)
{
    struct result_reader x = { .r = rd_of(part) };
    struct result_reason *r;

    x.n = rd_u32(&x.r);
    if (x.n > RESULT_TABLE)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "results that cannot be read");
    x.reason = r = arena_array(a, x.n + 1, sizeof *r);
    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < x.n; i++) {
        r[i].code = get_text(&x.r);
        r[i].article = get_text(&x.r);
        r[i].clause = get_text(&x.r);
        r[i].text = get_text(&x.r);
        r[i].facts = rd_be(&x.r, 8);
        r[i].for_admission = rd_u8(&x.r) != 0;
    }
    if (!rd_ok(&x.r))
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "results that cannot be read");
    *out = x;
    return true;
}

static void get_lists(struct result_reader *x, struct manifest_result *o)
{
    struct reader *r = &x->r;

    o->n_missing = rd_u8(r);
    if (o->n_missing > VERDICT_MISSING)
        rd_fail(r);
    for (size_t i = 0; i < o->n_missing && rd_ok(r); i++)
        if ((o->missing[i] = rd_u8(r)) >= FACTS_N)
            rd_fail(r);
    o->n_reasons = rd_u8(r);
    if (o->n_reasons > RESULT_REASONS)
        rd_fail(r);
    for (size_t i = 0; i < o->n_reasons && rd_ok(r); i++)
        if ((o->reason[i] = rd_u16(r)) >= x->n)
            rd_fail(r);
    o->n_links = rd_u8(r);
    if (o->n_links > ALIKE_LINKS)
        rd_fail(r);
    for (size_t i = 0; i < o->n_links && rd_ok(r); i++) {
        o->link[i].b = rd_u32(r);
        o->link[i].like = rd_u8(r);
        o->link[i].births = rd_u8(r);
        o->link[i].name = rd_u8(r);
    }
}

bool result_next(struct result_reader *x, struct manifest_result *out)
{
    struct reader *r = &x->r;
    struct manifest_result o = { .outcome = OUTCOME_REFER };

    if (!rd_left(r))
        return false;
    o.outcome = rd_u8(r) == OUTCOME_ADMIT ? OUTCOME_ADMIT : OUTCOME_REFER;
    o.notes = rd_u32(r);
    o.screened.asked = rd_u8(r) != 0;
    o.screened.alerts = rd_u8(r);
    o.screened.score = (float)rd_u8(r) / 100;
    o.on = get_date(r);
    o.stay_limited = rd_u8(r) != 0;
    o.days_used = (int32_t)rd_u32(r);
    o.days_left = (int32_t)rd_u32(r);
    o.last_day = get_date(r);
    o.article = get_text(r);
    get_lists(x, &o);
    if (!rd_ok(r))
        return false;
    *out = o;
    return true;
}

bool result_kind_of(struct span word, enum result_kind *out)
{
    static const char *const words[] = { "", "admit", "refer", "mend", "duplicate", "look-alike", "noted" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_eq_str(word, words[i])) {
            *out = (enum result_kind)i;
            return true;
        }
    return false;
}

static bool has_like(const struct manifest_result *r, bool near)
{
    for (size_t i = 0; i < r->n_links; i++)
        if ((r->link[i].like == LIKE_NEAR) == near)
            return true;
    return false;
}

bool result_is(const struct manifest_person *p, const struct manifest_result *r, enum result_kind k)
{
    switch (k) {
    case RESULTS_ALL:
        return true;
    case RESULTS_ADMIT:
        return r->outcome == OUTCOME_ADMIT;
    case RESULTS_REFER:
        return r->outcome != OUTCOME_ADMIT;
    case RESULTS_MEND:
        return manifest_faulty(p);
    case RESULTS_DUPLICATE:
        return has_like(r, false);
    case RESULTS_LIKE:
        return has_like(r, true);
    case RESULTS_NOTED:
        return r->notes != 0;
    }
    return true;
}
