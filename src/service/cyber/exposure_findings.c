/* Findings: gathered, kept, closed. */
#include <stdlib.h>

#include "service/cyber/exposure_board.h"
#include "wire/json.h"

enum { TEXT_MEMORY = 512 << 20, LINE_MEMORY = 1 << 20 };

void exposure_findings_init(struct exposure_findings *f)
{
    *f = (struct exposure_findings){ .n = 0 };
    pool_init(&f->text, TEXT_MEMORY);
}

void exposure_findings_free(struct exposure_findings *f)
{
    pool_free(&f->text);
    tuples_free(&f->key);
    free(f->item);
}

/* By what it is; a new one is closed since ever. */
static struct finding_open *item_of(struct exposure_findings *f, struct span organisation, struct span sector,
                                    struct span product, struct span id)
{
    const uint32_t k[4] = { pool_put(&f->text, organisation, &f->full), pool_put(&f->text, sector, &f->full),
                            pool_put(&f->text, product, &f->full), pool_put(&f->text, id, &f->full) };
    uint32_t at;
    bool news;

    at = tuples_put(&f->key, k, &news);
    f->item = pool_more(f->item, at, &f->cap, sizeof *f->item);
    if (news) {
        f->item[at] = (struct finding_open){
            k[0], k[1], k[2], k[3], POOL_NONE, POOL_NONE, .who = POOL_NONE, .reason = POOL_NONE, .closed = 1
        };
        f->n++;
    }
    return &f->item[at];
}

/* ---- gathered ---- */

struct gathering {
    struct exposure_findings *f;
    const struct exposure *e;
    unix_time now;
};

static void found(const struct gathering *g, const struct exposure_holding *h, struct span product,
                  const struct exposure_result *r)
{
    struct finding_open *x = item_of(g->f, h->organisation, h->sector, product, r->id);

    if (!x->here) {
        x->here = true;
        x->installations = 0;
        x->facing = false;
        x->severity = 0;
        if (x->closed && x->who == POOL_NONE) {
            x->since = g->now;
            x->closed = 0;
        }
        x->advisory = pool_put(&g->f->text, r->advisory, &g->f->full);
        x->place = pool_put(&g->f->text, r->place, &g->f->full);
    }
    x->installations += h->count;
    x->facing = x->facing || h->facing;
    x->severity = x->severity > r->severity ? x->severity : (uint8_t)r->severity;
    x->exploited = r->exploited;
    x->due = r->due;
}

static bool gather(void *ctx, const struct exposure_holding *h)
{
    const struct gathering *g = ctx;
    struct exposure_variant v;
    struct exposure_result r;

    exposure_variant_of(g->e, h->variant, &v);
    for (size_t i = 0; i < exposure_results(g->e, h->variant); i++) {
        exposure_result_at(g->e, h->variant, i, &r);
        if (r.state == EXPOSURE_AFFECTED)
            found(g, h, v.name.n ? v.name : v.purl, &r);
    }
    return !g->f->full;
}

bool exposure_findings_update(struct exposure_findings *f, const struct exposure *e, unix_time now,
                              struct why *w)
{
    struct gathering g = { f, e, now };

    for (uint32_t i = 0; i < f->n; i++)
        f->item[i].here = false;
    exposure_holdings(e, gather, &g);
    if (f->full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (uint32_t i = 0; i < f->n; i++)
        if (!f->item[i].here) {
            f->item[i].closed = f->item[i].closed ? f->item[i].closed : now;
            f->item[i].who = f->item[i].reason = POOL_NONE; /* when it comes back, it is open */
        }
    return true;
}

bool exposure_findings_close(struct exposure_findings *f, struct span organisation, struct span product,
                             struct span id, struct span who, struct span reason, unix_time now,
                             struct why *w)
{
    bool any = false;

    for (uint32_t i = 0; i < f->n; i++) {
        struct finding_open *x = &f->item[i];

        if (x->closed || !span_eq(pool_text(&f->text, x->organisation), organisation) ||
            !span_eq(pool_text(&f->text, x->product), product) || !span_eq(pool_text(&f->text, x->id), id))
            continue;
        x->closed = now;
        x->who = pool_put(&f->text, who, &f->full);
        x->reason = pool_put(&f->text, reason, &f->full);
        any = true;
    }
    return any || why_set(w, "finding-unknown", WHY_NO_OFFSET, NULL,
                          "no such finding is open: organisation, product and id as the detail has them");
}

void exposure_findings_forget(struct exposure_findings *f, unix_time closed_before)
{
    struct exposure_findings kept;

    exposure_findings_init(&kept);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct finding_open *x = &f->item[i];
        struct finding_open *y;

        if (x->closed && x->closed < closed_before && !x->here)
            continue;
        y = item_of(&kept, pool_text(&f->text, x->organisation), pool_text(&f->text, x->sector),
                    pool_text(&f->text, x->product), pool_text(&f->text, x->id));
        y->advisory = pool_put(&kept.text, pool_text(&f->text, x->advisory), &kept.full);
        y->place = pool_put(&kept.text, pool_text(&f->text, x->place), &kept.full);
        y->who = pool_put(&kept.text, pool_text(&f->text, x->who), &kept.full);
        y->reason = pool_put(&kept.text, pool_text(&f->text, x->reason), &kept.full);
        y->installations = x->installations;
        y->since = x->since;
        y->closed = x->closed;
        y->due = x->due;
        y->severity = x->severity;
        y->facing = x->facing;
        y->exploited = x->exploited;
        y->here = x->here;
    }
    exposure_findings_free(f);
    *f = kept;
}

/* ---- at rest ---- */

enum { F_ORGANISATION, F_SECTOR, F_PRODUCT, F_ID, F_ADVISORY, F_PLACE, F_WHO, F_REASON, TEXTS };
static const char *const text_name[TEXTS] = { "organisation", "sector", "product", "id",
                                              "advisory",     "place",  "who",     "reason" };
enum { N_INSTALLATIONS, N_SINCE, N_CLOSED, N_DUE, N_SEVERITY, NUMBERS };
static const char *const number_name[NUMBERS] = { "installations", "since", "closed", "due", "severity" };

void exposure_findings_put(const struct exposure_findings *f, struct buffer *out)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct finding_open *x = &f->item[i];
        const uint32_t text[TEXTS] = { x->organisation, x->sector, x->product, x->id,
                                       x->advisory,     x->place,  x->who,     x->reason };
        const int64_t number[NUMBERS] = { (int64_t)x->installations, x->since, x->closed, x->due,
                                          x->severity };
        struct json_writer j = json_to(out);

        jw_object(&j, NULL);
        for (size_t k = 0; k < TEXTS; k++)
            if (text[k] != POOL_NONE)
                jw_text(&j, text_name[k], pool_text(&f->text, text[k]));
        for (size_t k = 0; k < NUMBERS; k++)
            jw_int(&j, number_name[k], number[k]);
        jw_bool(&j, "facing", x->facing);
        jw_bool(&j, "exploited", x->exploited);
        jw_bool(&j, "here", x->here);
        jw_object_end(&j);
        buf_u8(out, '\n');
    }
}

static bool read_line(struct exposure_findings *f, struct span line, struct arena *a)
{
    struct span text[TEXTS];
    int64_t number[NUMBERS];
    struct finding_open *x;
    struct json j;

    if (!json_parse(line, a, &j, NULL))
        return false;
    for (size_t k = 0; k < TEXTS; k++)
        if (!json_text_of(&j, json_member(&j, JSON_ROOT, text_name[k]), a, &text[k]))
            text[k] = (struct span){ NULL, 0 };
    for (size_t k = 0; k < NUMBERS; k++)
        if (!json_int64(&j, json_member(&j, JSON_ROOT, number_name[k]), &number[k]) || number[k] < 0)
            return false;
    if (!text[F_ORGANISATION].n || !text[F_ID].n || number[N_SEVERITY] >= SEVERITIES)
        return false;
    x = item_of(f, text[F_ORGANISATION], text[F_SECTOR], text[F_PRODUCT], text[F_ID]);
    x->advisory = pool_put(&f->text, text[F_ADVISORY], &f->full);
    x->place = pool_put(&f->text, text[F_PLACE], &f->full);
    x->who = pool_put(&f->text, text[F_WHO], &f->full);
    x->reason = pool_put(&f->text, text[F_REASON], &f->full);
    x->installations = (uint64_t)number[N_INSTALLATIONS];
    x->since = number[N_SINCE];
    x->closed = number[N_CLOSED];
    x->due = number[N_DUE];
    x->severity = (uint8_t)number[N_SEVERITY];
    return json_boolean(&j, json_member(&j, JSON_ROOT, "facing"), &x->facing) &&
           json_boolean(&j, json_member(&j, JSON_ROOT, "exploited"), &x->exploited) &&
           json_boolean(&j, json_member(&j, JSON_ROOT, "here"), &x->here) && !f->full;
}

bool exposure_findings_read(struct span lines, struct exposure_findings *f, struct why *w)
{
    struct arena a;
    bool ok = true;

    arena_init(&a, LINE_MEMORY);
    while (ok && lines.n) {
        const uint8_t *end = memchr(lines.p, '\n', lines.n);
        size_t n = end ? (size_t)(end - lines.p) : lines.n;

        arena_reset(&a);
        ok = n == 0 || read_line(f, span_sub(lines, 0, n), &a);
        lines = span_sub(lines, n + 1, lines.n);
    }
    arena_free(&a);
    return ok ||
           why_set(w, "exposure-damaged", WHY_NO_OFFSET, NULL, "what is kept of findings does not read");
}
