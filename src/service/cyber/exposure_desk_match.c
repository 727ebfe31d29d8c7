/* Everything kept against everything kept; the board, its detail, closing. */
#include "base/limits.h"
#include "intel/kev.h"
#include "service/cyber/exposure_desk_internal.h"

enum { TEXT_MEMORY = 512 << 20, FINDINGS_MOST = 200 << 20, DAY = 86400, FORGET_DAYS = 365 };

/* ---- what is kept, into the engine ---- */

struct loading {
    struct exposure *e;
    struct span list;
};

static bool load_row(void *ctx, const struct asset_item *x, struct why *w)
{
    const struct loading *l = ctx;

    return exposure_add(l->e, l->list, x, w);
}

static bool load_list(struct exposure *e, struct span id, struct span text, struct arena *a, struct why *w)
{
    const struct asset_source s = { .text = text, .format = ASSET_CSV };
    struct loading l = { e, id };
    struct asset_report r;

    exposure_list(e, id);
    return asset_read(&s, a, load_row, &l, &r, w);
}

static bool load_advisory(struct exposure *e, struct span id, struct span text, struct arena *a,
                          struct why *w)
{
    struct csaf c;
    bool taken;

    (void)id;
    return csaf_read(text, a, &c, w) && exposure_advise(e, &c, &taken, w);
}

static bool load_kev(struct exposure *e, struct span id, struct span text, struct arena *a, struct why *w)
{
    struct exposure_known *known;
    struct kev_catalogue k;

    (void)id;
    if (!kev_read(text, NULL, a, &k, w))
        return false;
    known = arena_array(a, k.n + 1, sizeof *known);
    if (!known)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no room for the catalogue");
    for (size_t i = 0; i < k.n; i++) {
        const struct kev_entry *x = &k.entry[i];

        known[i] = (struct exposure_known){ x->cve, x->field[KEV_VENDOR], x->field[KEV_PRODUCT], 0, 0 };
        if (!time_parse(x->field[KEV_ADDED], &known[i].added))
            known[i].added = 0;
        if (!time_parse(x->field[KEV_DUE], &known[i].due))
            known[i].due = 0;
    }
    return exposure_exploited(e, known, k.n, w);
}

typedef bool load_fn(struct exposure *e, struct span id, struct span text, struct arena *a, struct why *w);

static bool load_kind(const struct exposure_desk *d, const char *kind, load_fn *load, struct exposure *e,
                      struct why *w)
{
    struct exposure_entry *x = NULL;
    struct arena ids, a;
    size_t n = 0;
    bool ok;

    arena_init(&ids, 64 << 20);
    ok = store_exposures(d->store, kind, &ids, &x, &n, w);
    for (size_t i = 0; ok && i < n; i++) {
        struct span text = { NULL, 0 };
        bool found = false;

        arena_init(&a, LIMIT_ASSET_MEMORY);
        ok = store_exposure(d->store, kind, x[i].id, &found, &a, &text, w) &&
             (!found || load(e, x[i].id, text, &a, w));
        arena_free(&a);
    }
    arena_free(&ids);
    return ok;
}

/* ---- findings at rest ---- */

static bool load_findings(const struct exposure_desk *d, struct exposure_findings *f, struct why *w)
{
    struct span text = { NULL, 0 };
    struct arena a;
    bool found = false, ok;

    arena_init(&a, TEXT_MEMORY);
    ok = store_exposure(d->store, EXPOSURE_FINDINGS, SPAN("all"), &found, &a, &text, w) &&
         exposure_findings_read(text, f, w);
    arena_free(&a);
    return ok;
}

static bool keep_findings(const struct exposure_desk *d, const struct exposure_findings *f, unix_time now,
                          struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, FINDINGS_MOST);
    exposure_findings_put(f, &b);
    ok = (buf_ok(&b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more findings than can be kept")) &&
         store_put_exposure(d->store, EXPOSURE_FINDINGS, SPAN("all"), now, 0, buf_span(&b), w);
    buf_free(&b);
    return ok;
}

/* ---- what is told of a match ---- */

struct tally {
    const struct exposure *e;
    uint64_t state[EXPOSURE_UNNAMED + 1], why[WHY_KEV_ALONE + 1];
};

static bool tally_one(void *ctx, const struct exposure_holding *h)
{
    struct tally *t = ctx;

    for (size_t i = 0; i < exposure_results(t->e, h->variant); i++) {
        struct exposure_result r;

        exposure_result_at(t->e, h->variant, i, &r);
        t->state[r.state]++;
        if (r.state == EXPOSURE_UNKNOWN || r.state == EXPOSURE_UNNAMED)
            t->why[r.why]++;
    }
    return true;
}

static void put_match(const struct exposure *e, const struct exposure_findings *f, struct buffer *out)
{
    struct json_writer j = json_to(out);
    struct exposure_counts c;
    struct tally t = { .e = e };
    int64_t open = 0;

    exposure_holdings(e, tally_one, &t);
    exposure_counts_of(e, &c);
    for (uint32_t i = 0; i < f->n; i++)
        open += !f->item[i].closed;
    jw_object(&j, NULL);
    jw_int(&j, "lists", (int64_t)c.lists);
    jw_int(&j, "rows", (int64_t)c.rows);
    jw_int(&j, "advisories", (int64_t)c.advisories);
    jw_int(&j, "exploited", (int64_t)c.exploited);
    jw_int(&j, "affected", (int64_t)t.state[EXPOSURE_AFFECTED]);
    jw_int(&j, "fixed", (int64_t)t.state[EXPOSURE_FIXED]);
    jw_int(&j, "not_affected", (int64_t)t.state[EXPOSURE_NOT_AFFECTED]);
    jw_object(&j, "unknown");
    for (int y = WHY_INVESTIGATED; y <= WHY_KEV_ALONE; y++)
        jw_int(&j, exposure_why_word((enum exposure_why)y), (int64_t)t.why[y]);
    jw_object_end(&j);
    jw_int(&j, "open", open);
    jw_object_end(&j);
}

bool exposure_match(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                    struct buffer *out, struct why *w)
{
    struct exposure *e = exposure_new();
    struct exposure_findings f;
    int64_t erased;
    bool ok;

    exposure_findings_init(&f);
    ok = exposure_note(d, q, "match", SPAN("all"), now, w) &&
         store_expire_exposures(d->store, now, &erased, w) && load_kind(d, EXPOSURE_KEV, load_kev, e, w) &&
         load_kind(d, EXPOSURE_ADVISORY, load_advisory, e, w) &&
         load_kind(d, EXPOSURE_ASSETS, load_list, e, w) && load_findings(d, &f, w) &&
         exposure_findings_update(&f, e, now, w);
    if (ok) {
        exposure_findings_forget(&f, now - (unix_time)FORGET_DAYS * DAY);
        ok = keep_findings(d, &f, now, w);
    }
    if (ok)
        put_match(e, &f, out);
    exposure_findings_free(&f);
    exposure_free(e);
    return ok;
}

/* ---- the board ---- */

bool exposure_board(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                    struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct exposure_findings f;
    bool ok;

    (void)q;
    exposure_findings_init(&f);
    ok = load_findings(d, &f, w);
    if (ok)
        exposure_findings_board(&f, d->member, d->least > BOARD_LEAST ? d->least : BOARD_LEAST, now, &j);
    exposure_findings_free(&f);
    return ok;
}

bool exposure_detail(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                     struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct exposure_findings f;
    bool ok;

    exposure_findings_init(&f);
    ok = exposure_note(d, q, "detail", SPAN("all"), now, w) && load_findings(d, &f, w);
    if (ok) {
        jw_object(&j, NULL);
        jw_array(&j, "findings");
        exposure_findings_detail(&f, now, &j);
        jw_array_end(&j);
        jw_object_end(&j);
    }
    exposure_findings_free(&f);
    return ok;
}

bool exposure_close(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                    struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct exposure_findings f;
    bool ok;

    if (!q->reason.n || q->reason.n > 200)
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "a finding is closed with a reason of at most 200 bytes");
    exposure_findings_init(&f);
    ok = load_findings(d, &f, w) &&
         exposure_findings_close(&f, q->organisation, q->product, q->id, q->office, q->reason, now, w) &&
         exposure_note(d, q, "close", span_sub(q->id, 0, 64), now, w) && keep_findings(d, &f, now, w);
    exposure_findings_free(&f);
    if (ok) {
        jw_object(&j, NULL);
        jw_text(&j, "closed", q->id);
        jw_object_end(&j);
    }
    return ok;
}
