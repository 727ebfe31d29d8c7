/* The board between members: told once a day at most, when enough changed; and all members' side by side. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/exposure_desk_internal.h"
#include "service/cyber/exposure_notice.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/exposure.md";

enum { DAY = 86400, REQUEST = 64 * 1024, MEMORY = 512 << 20 };

static int by_member(const void *x, const void *y)
{
    const struct coop_record *const *a = x, *const *b = y;
    int c = span_cmp((*a)->member, (*b)->member);

    return c                      ? c
           : (*a)->at != (*b)->at ? ((*a)->at < (*b)->at ? -1 : 1)
                                  : memcmp((*a)->id, (*b)->id, COOP_ID);
}

bool notice_book_make(const struct coop_set *s, struct arena *a, struct notice_book *out, struct why *w)
{
    const struct coop_record **r = arena_array(a, s->n + 1, sizeof *r), *last = NULL;
    struct notice_book b = { .set = *s, .refused = { .a = a } };
    size_t n = 0;

    b.newest = arena_array(a, s->n + 1, sizeof *b.newest);
    if (!r || !b.newest)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < s->n; i++)
        if (s->item[i]->kind == COOP_EXPOSURE_BOARD)
            r[n++] = s->item[i];
    if (n)
        qsort(r, n, sizeof *r, by_member);
    for (size_t i = 0; i < n; i++) {
        if (!last || !span_eq(last->member, r[i]->member)) {
            b.n++;
        } else if (last->at / DAY == r[i]->at / DAY) {
            coop_refuse(&b.refused, r[i], "again", "a second board of one day");
            continue;
        } else if (coop_time(r[i], "as_of") <= coop_time(last, "as_of")) {
            coop_refuse(&b.refused, r[i], "order", "its figures are not newer than those told before");
            continue;
        }
        b.newest[b.n - 1] = last = r[i];
    }
    *out = b;
    return true;
}

static const struct coop_record *newest_of(const struct notice_book *b, struct span member)
{
    for (size_t i = 0; i < b->n; i++)
        if (span_eq(b->newest[i]->member, member))
            return b->newest[i];
    return NULL;
}

/* ---- how much changed since ---- */

struct gathering {
    struct pool *text;
    struct tuples *unit, *changed;
    bool full;
};

/* Into the set; who was not in it yet counts as changed. */
static void gather(void *ctx, const struct board_unit *u)
{
    struct gathering *g = ctx;
    const uint32_t who = pool_put(g->text, u->organisation, &g->full);
    const uint32_t key[4] = { who, pool_put(g->text, u->sector, &g->full), u->severity, (uint32_t)u->kev };
    bool news;

    (void)tuples_put(g->unit, key, &news);
    if (news && g->changed)
        (void)tuples_put(g->changed, (const uint32_t[4]){ who, 0, 0, 0 }, &news);
}

/* Organisations that stand otherwise now than then; UINT32_MAX: no room to tell. */
static uint32_t changed(const struct exposure_findings *now, unix_time now_at,
                        const struct exposure_findings *then, unix_time then_at)
{
    struct tuples forth = { 0 }, back = { 0 }, who = { 0 };
    struct pool text;
    struct gathering g = { .text = &text };
    uint32_t n;

    pool_init(&text, MEMORY);
    g.unit = &forth;
    exposure_findings_units(then, then_at, gather, &g);
    g.changed = &who;
    exposure_findings_units(now, now_at, gather, &g);
    g.unit = &back;
    g.changed = NULL;
    exposure_findings_units(now, now_at, gather, &g);
    g.changed = &who;
    exposure_findings_units(then, then_at, gather, &g);
    n = g.full ? 0 : who.n;
    tuples_free(&forth);
    tuples_free(&back);
    tuples_free(&who);
    pool_free(&text);
    return n;
}

/* What stood when the last one was told is kept sealed beside the findings. */
static bool far_enough(const struct coop_desk *d, const struct coop_record *last,
                       const struct exposure_findings *f, unsigned least, unix_time now, struct why *w)
{
    struct exposure_findings then;
    bool found = false, ok;
    uint32_t n;

    if (!last)
        return true;
    exposure_findings_init(&then);
    ok = exposure_load(d->store, EXPOSURE_TOLD, &then, &found, w);
    n = ok && found ? changed(f, now, &then, coop_time(last, "as_of")) : 0;
    exposure_findings_free(&then);
    return ok &&
           (n >= least || why_set(w, "too-close", WHY_NO_OFFSET, CLAUSE,
                                  "fewer than %u organisations stand otherwise than on the board of %.10s: "
                                  "the difference of the two would be about few",
                                  least, (const char *)coop_text(last, "as_of").p));
}

/* ---- told ---- */

struct asked {
    struct span office, purpose, consent, tlp;
    json_ref to;
    struct json j;
};

static bool read_request(struct span json, struct arena *a, struct asked *q, struct why *w)
{
    const struct {
        const char *name;
        struct span *to;
    } texts[] = {
        { "office", &q->office }, { "purpose", &q->purpose }, { "consent", &q->consent }, { "tlp", &q->tlp }
    };

    if (!json_parse(json, a, &q->j, w))
        return false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        (void)!json_text_of(&q->j, json_member(&q->j, JSON_ROOT, texts[i].name), a, texts[i].to);
    q->to = json_member(&q->j, JSON_ROOT, "to");
    if (!span_eq_str(q->consent, "yes"))
        return why_set(w, "consent", WHY_NO_OFFSET, CLAUSE,
                       "figures leave the member only when it says so (\"consent\": \"yes\")");
    return (q->office.n && q->purpose.n) || why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                                                    "an office, and a purpose, are needed: it is recorded");
}

static void compose(const struct asked *q, const struct exposure_notice *n, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_text(&j, "office", q->office);
    jw_text(&j, "tlp", q->tlp.n ? q->tlp : SPAN("green"));
    if (q->to != JSON_NONE)
        jw_raw(&j, "to", json_source(&q->j, q->to));
    jw_text(&j, "consent", q->consent);
    exposure_notice_put(n, &j);
    jw_object_end(&j);
}

static bool say(const struct coop_desk *d, const struct asked *q, const struct exposure_findings *f,
                struct coop_record *r, unix_time now, struct arena *a, struct why *w)
{
    const struct exposure_desk own = { .store = d->store, .member = d->self };
    const struct exposure_ask ask = { .office = q->office, .purpose = q->purpose };
    struct notice_book b;
    struct coop_set more;

    /* Kept before it is said: a crash between the two makes the next one wait, and tells nothing. */
    return coop_load(d, COOP_EXPOSURE, r, a, &more, w) && notice_book_make(&more, a, &b, w) &&
           coop_would_count(&b.refused, r, w) && exposure_note(&own, &ask, "publish", SPAN("all"), now, w) &&
           exposure_keep(d->store, EXPOSURE_TOLD, f, now, w) && coop_say(d, r, w);
}

bool exposure_publish(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct coop_record *last;
    struct exposure_findings f;
    struct exposure_notice n;
    struct notice_book book;
    struct coop_set s;
    struct asked q = { 0 };
    struct buffer b;
    bool ok, found;

    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!read_request(json, a, &q, w) || !coop_load(d, COOP_EXPOSURE, NULL, a, &s, w) ||
        !notice_book_make(&s, a, &book, w))
        return false;
    last = newest_of(&book, d->self);
    if (last && last->at / DAY >= now / DAY)
        return why_set(w, "again", WHY_NO_OFFSET, CLAUSE, "a board was told today; at most one a day");
    exposure_findings_init(&f);
    buf_init(&b, REQUEST);
    ok = exposure_load(d->store, EXPOSURE_FINDINGS, &f, &found, w) &&
         far_enough(d, last, &f, BOARD_LEAST, now, w);
    if (ok) {
        exposure_notice_make(&f, BOARD_LEAST, now, &n);
        compose(&q, &n, &b);
        ok = coop_make(d, COOP_EXPOSURE_BOARD, buf_span(&b), now, a, r, w) && say(d, &q, &f, r, now, a, w);
    }
    buf_free(&b);
    exposure_findings_free(&f);
    if (ok) {
        struct json_writer j = json_to(out);

        jw_object(&j, NULL);
        coop_put_head(&j, r);
        jw_raw(&j, "record", r->json);
        jw_object_end(&j);
        ok = coop_filled(out, w);
    }
    return ok;
}

/* ---- side by side ---- */

static void put_cells(struct json_writer *j, const char *name, const struct notice_cell *c, size_t n)
{
    jw_object(j, name);
    for (size_t i = 0; i < n; i++) {
        char key[ASSET_CODE + 1];

        memcpy(key, c[i].name.p, c[i].name.n);
        key[c[i].name.n] = 0;
        if (c[i].n)
            jw_int(j, key, c[i].n);
        else
            jw_null(j, key);
    }
    jw_object_end(j);
}

static void put_days(struct json_writer *j, const char *name, int64_t days)
{
    if (days < 0)
        jw_null(j, name);
    else
        jw_int(j, name, days);
}

static void put_board(struct json_writer *j, const struct coop_record *r, const struct exposure_notice *n)
{
    char t[TIME_TEXT];

    jw_object(j, NULL);
    coop_put_head(j, r);
    jw_str(j, "as_of", time_format(n->as_of, t));
    jw_int(j, "least", n->least);
    if (n->total)
        jw_int(j, "total", n->total);
    else
        jw_null(j, "total");
    put_cells(j, "sectors", n->sector, n->sectors);
    put_cells(j, "worst", n->worst, NOTICE_WORST);
    put_cells(j, "kev", n->kev, NOTICE_KEV);
    put_days(j, "open_days", n->open_days);
    put_days(j, "close_days", n->close_days);
    jw_object_end(j);
}

bool exposure_members(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct notice_book b = { 0 };
    struct coop_set s;
    char t[TIME_TEXT];

    (void)json;
    if (!coop_load(d, COOP_EXPOSURE, NULL, a, &s, w) || !notice_book_make(&s, a, &b, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "self", d->self);
    jw_str(&j, "at", time_format(now, t));
    jw_array(&j, "members");
    for (size_t i = 0; i < b.n; i++) {
        struct exposure_notice n;

        if (exposure_notice_read(b.newest[i], &n, w))
            put_board(&j, b.newest[i], &n);
    }
    jw_array_end(&j);
    coop_put_refused(&j, &b.refused);
    jw_object_end(&j);
    return coop_filled(out, w);
}
