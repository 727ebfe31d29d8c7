/* Everything kept against everything kept; the board, its detail, closing. */
#include "service/cyber/exposure_desk_internal.h"
#include "service/cyber/exposure_live.h"

enum { TEXT_MEMORY = 512 << 20, FINDINGS_MOST = 200 << 20 };

/* ---- findings at rest ---- */

bool exposure_load(struct store *s, const char *kind, struct exposure_findings *f, bool *found, struct why *w)
{
    struct span text = { NULL, 0 };
    struct arena a;
    bool ok;

    *found = false;
    arena_init(&a, TEXT_MEMORY);
    ok = store_exposure(s, kind, SPAN("all"), found, &a, &text, w) && exposure_findings_read(text, f, w);
    arena_free(&a);
    return ok;
}

static bool load_findings(const struct exposure_desk *d, struct exposure_findings *f, struct why *w)
{
    bool found;

    return exposure_load(d->store, EXPOSURE_FINDINGS, f, &found, w);
}

bool exposure_keep(struct store *s, const char *kind, const struct exposure_findings *f, unix_time now,
                   struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, FINDINGS_MOST);
    exposure_findings_put(f, &b);
    ok = (buf_ok(&b) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more findings than can be kept")) &&
         store_put_exposure(s, kind, SPAN("all"), now, 0, buf_span(&b), w);
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

/* By the node's own engine; by one for this alone where no node runs. */
static bool match(const struct exposure_desk *d, struct exposure_live *l, unix_time now, struct buffer *out,
                  struct why *w)
{
    struct exposure_findings f;
    bool moved, ok;

    exposure_findings_init(&f);
    exposure_live_take(l);
    ok = exposure_live_follow(l, d->store, now, &moved, w) && exposure_live_settle(l, d->store, now, &f, w);
    if (ok)
        put_match(exposure_live_engine(l), &f, out);
    exposure_live_give(l);
    exposure_findings_free(&f);
    return ok;
}

bool exposure_match(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                    struct buffer *out, struct why *w)
{
    struct exposure_live *own = d->live ? NULL : exposure_live_new();
    int64_t erased;
    bool ok = exposure_note(d, q, "match", SPAN("all"), now, w) &&
              store_expire_exposures(d->store, now, &erased, w) && match(d, own ? own : d->live, now, out, w);

    exposure_live_free(own);
    return ok;
}

/* ---- what stands now ---- */

static void put_now(const struct exposure_desk *d, const struct exposure_findings *f, unix_time now,
                    struct span board, struct buffer *out)
{
    const struct exposure *e = exposure_live_engine(d->live);
    struct json_writer j = json_to(out);
    struct exposure_counts c;
    char t[TIME_TEXT];
    int64_t open = 0;

    exposure_counts_of(e, &c);
    for (uint32_t i = 0; i < f->n; i++)
        open += !f->item[i].closed;
    jw_object(&j, NULL);
    jw_text(&j, "member", d->member);
    jw_str(&j, "at", time_format(now, t));
    jw_str(&j, "matched", time_format(exposure_live_settled(d->live), t));
    jw_int(&j, "lists", (int64_t)c.lists);
    jw_int(&j, "rows", (int64_t)c.rows);
    jw_int(&j, "advisories", (int64_t)c.advisories);
    jw_int(&j, "exploited", (int64_t)c.exploited);
    jw_int(&j, "judged", (int64_t)c.judged);
    jw_int(&j, "open", open);
    jw_raw(&j, "board", board);
    jw_object_end(&j);
}

bool exposure_now(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                  struct buffer *out, struct why *w)
{
    struct exposure_findings f;
    struct json_writer j;
    struct buffer board;
    bool moved = false, ok;

    (void)q;
    if (!d->live)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "no engine runs here");
    exposure_findings_init(&f);
    buf_init(&board, TEXT_MEMORY);
    j = json_to(&board);
    exposure_live_take(d->live);
    ok = exposure_live_follow(d->live, d->store, now, &moved, w) &&
         (moved ? exposure_live_settle(d->live, d->store, now, &f, w) : load_findings(d, &f, w));
    if (ok) {
        exposure_findings_board(&f, d->member, d->least > BOARD_LEAST ? d->least : BOARD_LEAST, now, &j);
        put_now(d, &f, now, buf_span(&board), out);
    }
    exposure_live_give(d->live);
    buf_free(&board);
    exposure_findings_free(&f);
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

/* Details are for the desk's own offices; who tried without the right stands on record too. */
static bool may(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now, struct why *w)
{
    for (size_t i = 0; i < d->n_offices; i++)
        if (span_eq_str(q->office, d->offices[i]))
            return true;
    if (!d->n_offices)
        return true;
    return exposure_note(d, q, "refused", SPAN("all"), now, w) &&
           why_set(w, "office", WHY_NO_OFFSET, "doc/exposure.md",
                   "this office is not one that deals with findings (exposure-offices)");
}

bool exposure_detail(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                     struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct exposure_findings f;
    bool ok;

    exposure_findings_init(&f);
    ok = may(d, q, now, w) && exposure_note(d, q, "detail", SPAN("all"), now, w) && load_findings(d, &f, w);
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
    if (!may(d, q, now, w))
        return false;
    exposure_findings_init(&f);
    exposure_live_take(d->live);
    ok = load_findings(d, &f, w) &&
         exposure_findings_close(&f, q->organisation, q->product, q->id, q->office, q->reason, now, w) &&
         exposure_note(d, q, "close", span_sub(q->id, 0, 64), now, w) &&
         exposure_keep(d->store, EXPOSURE_FINDINGS, &f, now, w);
    exposure_live_give(d->live);
    exposure_findings_free(&f);
    if (ok) {
        jw_object(&j, NULL);
        jw_text(&j, "closed", q->id);
        jw_object_end(&j);
    }
    return ok;
}
