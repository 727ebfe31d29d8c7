/* The figures of findings, and their detail for the member itself. */
#include "service/cyber/exposure_board.h"

#include <stdlib.h>

#include "base/limits.h"

enum { DAY = 86400, WORST = SEVERITIES + 1, EXPLOITED = 4 }; /* with the sums */
enum { SECTOR_ROWS = LIMIT_EXPOSURE_SECTORS + 1 };

/* An organisation in a sector, by the worst that is open. */
struct unit {
    uint8_t severity;
    bool exploited, overdue;
};

struct figures {
    const struct exposure_findings *f;
    struct tuples units;              /* organisation, sector */
    struct tuples who_open, who_took; /* organisations behind the ages */
    struct unit *unit;
    uint32_t cap;
    uint32_t sector[LIMIT_EXPOSURE_SECTORS]; /* in the order of their texts; the last one: all others */
    size_t sectors;
    uint32_t worst[SECTOR_ROWS * WORST], exploited[SECTOR_ROWS * EXPLOITED];
    bool hide_worst[SECTOR_ROWS * WORST], hide_exploited[SECTOR_ROWS * EXPLOITED];
    int64_t *open, *took; /* seconds */
    size_t n_open, n_took;
};

static void count_unit(struct figures *g, const struct finding_open *x, unix_time now)
{
    const uint32_t k[4] = { x->organisation, x->sector, 0, 0 };
    struct unit *u;
    uint32_t at;
    bool news;

    at = tuples_put(&g->units, k, &news);
    g->unit = pool_more(g->unit, at, &g->cap, sizeof *g->unit);
    u = &g->unit[at];
    if (news)
        *u = (struct unit){ .severity = 0 };
    u->severity = u->severity > x->severity ? u->severity : x->severity;
    u->exploited = u->exploited || x->exploited;
    u->overdue = u->overdue || (x->exploited && x->due && x->due < now);
}

static size_t row_of(struct figures *g, uint32_t sector)
{
    for (size_t i = 0; i < g->sectors; i++)
        if (g->sector[i] == sector)
            return i;
    if (g->sectors == LIMIT_EXPOSURE_SECTORS)
        return g->sectors - 1;
    g->sector[g->sectors] = sector;
    return g->sectors++;
}

static void count(struct figures *g, unix_time now)
{
    for (uint32_t i = 0; i < g->f->n; i++) {
        const struct finding_open *x = &g->f->item[i];
        const uint32_t who[4] = { x->organisation, 0, 0, 0 };
        bool news;

        if (!x->closed) {
            g->open[g->n_open++] = now - x->since;
            (void)tuples_put(&g->who_open, who, &news);
            count_unit(g, x, now);
        } else if (x->since) {
            g->took[g->n_took++] = x->closed - x->since;
            (void)tuples_put(&g->who_took, who, &news);
        }
    }
    for (uint32_t i = 0; i < g->units.n; i++)
        (void)row_of(g, g->units.item[i][1]);
    for (uint32_t i = 0; i < g->units.n; i++) {
        const struct unit *u = &g->unit[i];
        size_t r = row_of(g, g->units.item[i][1]), all = g->sectors;
        size_t e = u->overdue ? 0 : u->exploited ? 1 : 2;

        g->worst[r * WORST + u->severity]++;
        g->worst[r * WORST + SEVERITIES]++;
        g->worst[all * WORST + u->severity]++;
        g->worst[all * WORST + SEVERITIES]++;
        g->exploited[r * EXPLOITED + e]++;
        g->exploited[r * EXPLOITED + EXPLOITED - 1]++;
        g->exploited[all * EXPLOITED + e]++;
        g->exploited[all * EXPLOITED + EXPLOITED - 1]++;
    }
}

/* Both tables have the same sums of rows: what one hides, the other does not tell. */
static void hide(struct figures *g, unsigned least)
{
    bool again = true;

    while (again) {
        again = false;
        board_hide(g->worst, g->sectors + 1, WORST, least, g->hide_worst);
        board_hide(g->exploited, g->sectors + 1, EXPLOITED, least, g->hide_exploited);
        for (size_t r = 0; r <= g->sectors; r++) {
            bool *a = &g->hide_worst[r * WORST + SEVERITIES],
                 *b = &g->hide_exploited[r * EXPLOITED + EXPLOITED - 1];

            again = again || *a != *b;
            *a = *b = *a || *b;
        }
    }
}

static void put_cell(struct json_writer *j, const char *name, uint32_t n, bool hidden)
{
    if (hidden)
        jw_null(j, name);
    else
        jw_int(j, name, n);
}

static void put_row(const struct figures *g, size_t r, struct json_writer *j)
{
    static const char *const kinds[] = { "overdue", "exploited", "not_exploited" };

    jw_object(j, NULL);
    if (r == g->sectors)
        jw_null(j, "sector");
    else
        jw_text(j, "sector", pool_text(&g->f->text, g->sector[r]));
    put_cell(j, "organisations", g->worst[r * WORST + SEVERITIES], g->hide_worst[r * WORST + SEVERITIES]);
    jw_object(j, "worst");
    for (int s = SEVERITIES - 1; s >= 0; s--)
        put_cell(j, exposure_severity_word((enum exposure_severity)s), g->worst[r * WORST + (size_t)s],
                 g->hide_worst[r * WORST + (size_t)s]);
    jw_object_end(j);
    jw_object(j, "kev");
    for (size_t e = 0; e < EXPLOITED - 1; e++)
        put_cell(j, kinds[e], g->exploited[r * EXPLOITED + e], g->hide_exploited[r * EXPLOITED + e]);
    jw_object_end(j);
    jw_object_end(j);
}

static int by_seconds(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

/* In days, of the lower middle; -1 without enough organisations behind it, however many findings they have.
 */
static int64_t median(int64_t *seconds, size_t n, uint32_t organisations, unsigned least)
{
    if (!n || organisations < least)
        return -1;
    qsort(seconds, n, sizeof *seconds, by_seconds);
    return seconds[(n - 1) / 2] / DAY;
}

static void put_days(struct json_writer *j, const char *name, int64_t days)
{
    if (days < 0)
        jw_null(j, name);
    else
        jw_int(j, name, days);
}

static struct figures *figures_new(const struct exposure_findings *f, unix_time now)
{
    struct figures *g = calloc(1, sizeof *g);

    if (!g || !(g->open = calloc(f->n + 1, sizeof *g->open)) ||
        !(g->took = calloc(f->n + 1, sizeof *g->took)))
        abort();
    g->f = f;
    count(g, now);
    return g;
}

static void figures_free(struct figures *g)
{
    tuples_free(&g->units);
    tuples_free(&g->who_open);
    tuples_free(&g->who_took);
    free(g->unit);
    free(g->open);
    free(g->took);
    free(g);
}

void exposure_findings_board(const struct exposure_findings *f, struct span member, unsigned least,
                             unix_time now, struct json_writer *j)
{
    struct figures *g = figures_new(f, now);
    char t[TIME_TEXT];
    bool enough;

    hide(g, least);
    enough = !g->hide_worst[g->sectors * WORST + SEVERITIES];
    jw_object(j, NULL);
    jw_text(j, "member", member);
    jw_str(j, "at", time_format(now, t));
    jw_int(j, "least", least);
    jw_array(j, "sectors");
    for (size_t r = 0; r < g->sectors; r++)
        put_row(g, r, j);
    jw_array_end(j);
    jw_array(j, "all");
    put_row(g, g->sectors, j);
    jw_array_end(j);
    put_days(j, "median_days_open", enough ? median(g->open, g->n_open, g->who_open.n, least) : -1);
    put_days(j, "median_days_to_close", median(g->took, g->n_took, g->who_took.n, least));
    jw_object_end(j);
    figures_free(g);
}

void exposure_findings_units(const struct exposure_findings *f, unix_time now, board_unit_fn *one, void *ctx)
{
    struct figures *g = figures_new(f, now);

    for (uint32_t i = 0; i < g->units.n; i++) {
        const struct unit *u = &g->unit[i];
        const struct board_unit b = { pool_text(&f->text, g->units.item[i][0]),
                                      pool_text(&f->text, g->units.item[i][1]), u->severity,
                                      u->overdue     ? BOARD_OVERDUE
                                      : u->exploited ? BOARD_EXPLOITED
                                                     : BOARD_NOT_EXPLOITED };

        one(ctx, &b);
    }
    figures_free(g);
}

void exposure_findings_ages(const struct exposure_findings *f, unsigned least, unix_time now, int64_t *open,
                            int64_t *to_close)
{
    struct figures *g = figures_new(f, now);

    *open = median(g->open, g->n_open, g->who_open.n, least);
    *to_close = median(g->took, g->n_took, g->who_took.n, least);
    figures_free(g);
}

void exposure_findings_detail(const struct exposure_findings *f, unix_time now, struct json_writer *j)
{
    char t[TIME_TEXT];

    for (uint32_t i = 0; i < f->n; i++) {
        const struct finding_open *x = &f->item[i];

        if (x->closed)
            continue;
        jw_object(j, NULL);
        jw_text(j, "organisation", pool_text(&f->text, x->organisation));
        jw_text(j, "sector", pool_text(&f->text, x->sector));
        jw_text(j, "product", pool_text(&f->text, x->product));
        jw_text(j, "id", pool_text(&f->text, x->id));
        jw_str(j, "severity", exposure_severity_word((enum exposure_severity)x->severity));
        jw_int(j, "installations", (int64_t)x->installations);
        jw_bool(j, "internet_facing", x->facing);
        jw_bool(j, "exploited", x->exploited);
        if (x->due)
            jw_str(j, "due", time_format(x->due, t));
        else
            jw_null(j, "due");
        jw_str(j, "since", time_format(x->since, t));
        jw_int(j, "days_open", (now - x->since) / DAY);
        jw_text(j, "advisory", pool_text(&f->text, x->advisory));
        jw_text(j, "place", pool_text(&f->text, x->place));
        jw_object_end(j);
    }
}
