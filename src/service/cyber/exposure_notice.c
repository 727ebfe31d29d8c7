/* Figures for the other members: rounded, and none of what is left out follows from the rest. */
#include "service/cyber/exposure_notice.h"

#include <stdlib.h>

#include "base/text.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/exposure.md";

const char *const notice_worst[] = { "critical", "high", "medium", "low", "none", "unknown", NULL };
const char *const notice_kev[] = { "overdue", "exploited", "not-exploited", NULL };

/* ---- what follows ---- */

struct range {
    int64_t least, most;
};

static size_t told(const struct notice_cell *c, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        k += c[i].n != 0;
    return k;
}

/* What the sum of the told cells may be. */
static struct range told_sum(const struct notice_cell *c, size_t n, int64_t step)
{
    struct range r = { 0, 0 };

    for (size_t i = 0; i < n; i++)
        if (c[i].n) {
            r.least += c[i].n;
            r.most += c[i].n + step - 1;
        }
    return r;
}

/* The whole, after a list of which some cells are told: the others are each below the threshold. */
static struct range whole_after(struct range whole, const struct notice_cell *c, size_t n, int64_t step)
{
    struct range sum = told_sum(c, n, step);
    int64_t out = (int64_t)(n - told(c, n));

    sum.most += out * (step - 1);
    if (!told(c, n))
        return whole;
    return (struct range){ sum.least > whole.least ? sum.least : whole.least,
                           sum.most < whole.most ? sum.most : whole.most };
}

/* Too few numbers are possible for a cell that is left out. All such cells of a list are alike. */
static bool list_tells(struct range whole, const struct notice_cell *c, size_t n, int64_t step)
{
    struct range sum = told_sum(c, n, step);
    int64_t out = (int64_t)(n - told(c, n)), least, most;

    if (!told(c, n) || !out)
        return whole.least > whole.most;
    least = whole.least - sum.most - (out - 1) * (step - 1);
    most = whole.most - sum.least;
    least = least > 0 ? least : 0;
    most = most < step - 1 ? most : step - 1;
    return most - least + 1 < NOTICE_POSSIBLE;
}

const char *exposure_notice_tells(const struct exposure_notice *n)
{
    int64_t step = n->least;
    struct range whole = { 0, INT64_MAX / 4 }, sectors = told_sum(n->sector, n->sectors, step);

    if (n->total)
        whole = (struct range){ n->total, n->total + step - 1 };
    whole = whole_after(whole, n->worst, NOTICE_WORST, step);
    whole = whole_after(whole, n->kev, NOTICE_KEV, step);
    if (whole.least > whole.most)
        return "total";
    if (list_tells(whole, n->kev, NOTICE_KEV, step))
        return "kev";
    if (list_tells(whole, n->worst, NOTICE_WORST, step))
        return "worst";
    /* Who is in no told sector is in one of the others, and of these there may be but one. */
    if (n->sectors && whole.least - sectors.most > step - NOTICE_POSSIBLE)
        return "sectors";
    return NULL;
}

/* ---- made ---- */

struct tally {
    struct exposure_notice *n;
    const struct exposure_findings *f;
    struct tuples organisations;
    uint8_t *worst, *kev; /* by organisation */
    uint32_t cap_worst, cap_kev;
};

static void count_sector(struct exposure_notice *n, struct span sector)
{
    for (size_t i = 0; i < n->sectors; i++)
        if (span_eq(n->sector[i].name, sector)) {
            n->sector[i].n++;
            return;
        }
    if (sector.n && n->sectors < NOTICE_SECTORS)
        n->sector[n->sectors++] = (struct notice_cell){ sector, 1 };
}

static void tally_unit(void *ctx, const struct board_unit *u)
{
    struct tally *t = ctx;
    const uint32_t key[4] = { pool_find(&t->f->text, u->organisation), 0, 0, 0 };
    uint8_t kev = (uint8_t)u->kev;
    uint32_t at;
    bool news;

    count_sector(t->n, u->sector);
    at = tuples_put(&t->organisations, key, &news);
    t->worst = pool_more(t->worst, at, &t->cap_worst, sizeof *t->worst);
    t->kev = pool_more(t->kev, at, &t->cap_kev, sizeof *t->kev);
    if (news) {
        t->worst[at] = u->severity;
        t->kev[at] = kev;
    }
    t->worst[at] = t->worst[at] > u->severity ? t->worst[at] : u->severity;
    t->kev[at] = t->kev[at] < kev ? t->kev[at] : kev;
}

static void round_cells(struct notice_cell *c, size_t n, unsigned least)
{
    for (size_t i = 0; i < n; i++)
        c[i].n -= c[i].n % least;
}

static int by_name(const void *a, const void *b)
{
    return span_cmp(((const struct notice_cell *)a)->name, ((const struct notice_cell *)b)->name);
}

/* Only those that are told, in the order of their names and not of their numbers. */
static void keep_told(struct exposure_notice *n)
{
    size_t k = 0;

    for (size_t i = 0; i < n->sectors; i++)
        if (n->sector[i].n)
            n->sector[k++] = n->sector[i];
    n->sectors = k;
    if (k)
        qsort(n->sector, k, sizeof *n->sector, by_name);
}

static void leave_out(struct notice_cell *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        c[i].n = 0;
}

/* The sectors when it is they that tell; of the others the least telling first. */
static void leave_out_one(struct exposure_notice *n, const char *tells)
{
    if (strcmp(tells, "sectors") == 0)
        n->sectors = 0;
    else if (n->total)
        n->total = 0;
    else if (told(n->kev, NOTICE_KEV))
        leave_out(n->kev, NOTICE_KEV);
    else
        leave_out(n->worst, NOTICE_WORST);
}

void exposure_notice_make(const struct exposure_findings *f, unsigned least, unix_time now,
                          struct exposure_notice *out)
{
    struct exposure_notice n = { .least = least, .as_of = now };
    struct tally t = { .n = &n, .f = f };
    const char *tells;

    for (size_t i = 0; i < NOTICE_WORST; i++)
        n.worst[i].name = span_str(notice_worst[i]);
    for (size_t i = 0; i < NOTICE_KEV; i++)
        n.kev[i].name = span_str(notice_kev[i]);
    exposure_findings_units(f, now, tally_unit, &t);
    for (uint32_t i = 0; i < t.organisations.n; i++) {
        n.worst[SEVERITIES - 1 - t.worst[i]].n++;
        n.kev[t.kev[i]].n++;
    }
    n.total = t.organisations.n - t.organisations.n % least;
    round_cells(n.worst, NOTICE_WORST, least);
    round_cells(n.kev, NOTICE_KEV, least);
    round_cells(n.sector, n.sectors, least);
    keep_told(&n);
    while ((tells = exposure_notice_tells(&n)) != NULL)
        leave_out_one(&n, tells);
    exposure_findings_ages(f, least, now, &n.open_days, &n.close_days);
    n.open_days -= n.open_days < 0 ? 0 : n.open_days % NOTICE_DAYS;
    n.close_days -= n.close_days < 0 ? 0 : n.close_days % NOTICE_DAYS;
    tuples_free(&t.organisations);
    free(t.worst);
    free(t.kev);
    *out = n;
}

/* ---- written and read ---- */

static void put_list(struct json_writer *j, const char *name, const struct notice_cell *c, size_t n)
{
    if (!told(c, n))
        return;
    jw_array(j, name);
    for (size_t i = 0; i < n; i++) {
        struct buffer b;

        if (!c[i].n)
            continue;
        buf_init(&b, 256);
        buf_put(&b, c[i].name);
        buf_printf(&b, ":%u", c[i].n);
        jw_text(j, NULL, buf_span(&b));
        buf_free(&b);
    }
    jw_array_end(j);
}

void exposure_notice_put(const struct exposure_notice *n, struct json_writer *j)
{
    char t[TIME_TEXT];

    jw_str(j, "as_of", time_format(n->as_of, t));
    jw_int(j, "least", n->least);
    if (n->total)
        jw_int(j, "total", n->total);
    put_list(j, "sectors", n->sector, n->sectors);
    put_list(j, "worst", n->worst, NOTICE_WORST);
    put_list(j, "kev", n->kev, NOTICE_KEV);
    if (n->open_days >= 0)
        jw_int(j, "open_days", n->open_days);
    if (n->close_days >= 0)
        jw_int(j, "close_days", n->close_days);
}

static bool bad(struct why *w, const char *list)
{
    return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                   "\"%s\" has an item that is not NAME:NUMBER, each once", list);
}

static bool small(struct why *w, const char *list)
{
    return why_set(w, "small-cell", WHY_NO_OFFSET, CLAUSE,
                   "\"%s\" tells a small number, one that is not rounded, or lets one be worked out", list);
}

static bool rounded(uint64_t v, unsigned least)
{
    return v >= least && v % least == 0;
}

/* The next "NAME:NUMBER" of a list. */
static bool read_cell(const struct coop_record *r, json_ref v, struct notice_cell *out)
{
    struct span s = coop_item(r, v), name = { NULL, 0 };
    uint64_t n;

    if (!s.n || !text_split(&s, ':', &name) || !name.n || name.n > ASSET_CODE ||
        !text_number(s, 10 * 1000 * 1000, &n) || !n)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_digit(name.p[i]) && !ascii_upper(name.p[i]) && !ascii_lower(name.p[i]) &&
            name.p[i] != '-' && name.p[i] != '_')
            return false;
    *out = (struct notice_cell){ name, (uint32_t)n };
    return true;
}

static bool read_sectors(const struct coop_record *r, struct exposure_notice *n, struct why *w)
{
    json_ref list = coop_list(r, "sectors");

    for (json_ref v = list == JSON_NONE ? JSON_NONE : json_first(&r->j, list); v != JSON_NONE;
         v = json_after(&r->j, list, v)) {
        struct notice_cell c;

        if (n->sectors == NOTICE_SECTORS || !read_cell(r, v, &c) || asset_names_host(c.name) ||
            (n->sectors && span_cmp(n->sector[n->sectors - 1].name, c.name) >= 0))
            return bad(w, "sectors");
        if (!rounded(c.n, n->least))
            return small(w, "sectors");
        n->sector[n->sectors++] = c;
    }
    return true;
}

static bool read_words(const struct coop_record *r, const char *name, const char *const *word,
                       struct notice_cell *cell, unsigned least, struct why *w)
{
    json_ref list = coop_list(r, name);

    for (size_t i = 0; word[i]; i++)
        cell[i].name = span_str(word[i]);
    for (json_ref v = list == JSON_NONE ? JSON_NONE : json_first(&r->j, list); v != JSON_NONE;
         v = json_after(&r->j, list, v)) {
        struct notice_cell c;
        size_t i = 0;

        if (!read_cell(r, v, &c))
            return bad(w, name);
        while (word[i] && !span_eq_str(c.name, word[i]))
            i++;
        if (!word[i] || cell[i].n)
            return bad(w, name);
        if (!rounded(c.n, least))
            return small(w, name);
        cell[i].n = c.n;
    }
    return true;
}

static bool read_days(const struct coop_record *r, const char *name, int64_t *out, struct why *w)
{
    *out = json_member(&r->j, JSON_ROOT, name) == JSON_NONE ? -1 : coop_number(r, name);
    return *out < 0 || *out % NOTICE_DAYS == 0 || small(w, name);
}

bool exposure_notice_read(const struct coop_record *r, struct exposure_notice *out, struct why *w)
{
    struct exposure_notice n = { .least = (unsigned)coop_number(r, "least"),
                                 .total = (uint32_t)coop_number(r, "total"),
                                 .as_of = coop_time(r, "as_of") };
    const char *which;

    if (n.least < BOARD_LEAST)
        return small(w, "least");
    if (n.as_of > r->at)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"as_of\" is later than the record");
    if (json_member(&r->j, JSON_ROOT, "total") != JSON_NONE && !rounded(n.total, n.least))
        return small(w, "total");
    if (!read_sectors(r, &n, w) || !read_words(r, "worst", notice_worst, n.worst, n.least, w) ||
        !read_words(r, "kev", notice_kev, n.kev, n.least, w) || !read_days(r, "open_days", &n.open_days, w) ||
        !read_days(r, "close_days", &n.close_days, w))
        return false;
    which = exposure_notice_tells(&n);
    if (which)
        return small(w, which);
    *out = n;
    return true;
}
