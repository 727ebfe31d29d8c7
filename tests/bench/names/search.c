/*
 * Searching lists of names: how many are found among the first ten, how long that takes, how large the image
 * is and how often unrelated names alert. Over the persons of the shared data, and over those with names that
 * recombine parts of theirs; without the data nothing is printed.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "base/text.h"
#include "names/serai_names.h"

enum { LINE = 65536, COLUMNS = 16, QUESTIONS = 8000 };

static const char *data = "../shared/data/notices";
static const float THRESHOLD = 0.9f;

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Calls each for the lines behind the first, their values split. */
static bool table(const char *name, void (*each)(void *ctx, struct span *value), void *ctx)
{
    char path[512], *line = malloc(LINE);
    gzFile f;
    bool first = true;

    (void)snprintf(path, sizeof path, "%s/%s", data, name);
    f = gzopen(path, "rb");
    if (!f || !line) {
        free(line);
        return false;
    }
    while (gzgets(f, line, LINE)) {
        struct span rest = span_of(line, strcspn(line, "\r\n")), value[COLUMNS] = { 0 };

        for (size_t i = 0; i < COLUMNS && text_split(&rest, '\t', &value[i]); i++)
            ;
        if (!first)
            each(ctx, value);
        first = false;
    }
    (void)gzclose(f);
    free(line);
    return true;
}

/* ---- lists ---- */

enum { PARTS = 400000 };

/* A birth date of its own for each entity, by its id alone. */
static struct names_date date_of(struct span id)
{
    uint64_t h = 14695981039346656037u;

    for (size_t i = 0; i < id.n; i++)
        h = (h ^ id.p[i]) * 1099511628211u;
    h ^= h >> 29;
    return (struct names_date){ (uint16_t)(1940 + h % 70), (uint8_t)(1 + h / 70 % 12),
                                (uint8_t)(1 + h / 840 % 28), false };
}

struct making {
    bool dated;
    struct names_build *b;
    char *part[PARTS]; /* words of all names, for recombining */
    uint8_t place[PARTS];
    size_t n, names;
};

static void add_name(void *ctx, struct span *value)
{
    struct making *m = ctx;
    struct names_entry e = { .id = value[0], .name = value[2] };
    struct span rest = value[2], part;
    uint8_t place = 0;

    e.about.n_date = m->dated;
    e.about.date[0] = date_of(e.id);
    if (!names_build_add(m->b, &e, NULL))
        return;
    m->names++;
    while (m->n < PARTS && text_split(&rest, ' ', &part)) {
        m->part[m->n] = strndup((const char *)part.p, part.n);
        m->place[m->n++] = place++;
    }
}

static uint64_t random_next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Names of two to four words, each from the same place of some name near one of the list. */
static void recombine(struct making *m, size_t n)
{
    uint64_t s = 88172645463325252u;

    for (; m->names < n && m->n; m->names++) {
        char name[512] = "", id[32];
        size_t from = random_next(&s) % m->n, words = 2 + random_next(&s) % 3;
        struct names_entry e;

        for (size_t k = 0; k < words; k++) {
            size_t at = (from + random_next(&s) % 4000) % m->n;

            while (m->place[at] != k % 3)
                at = at + 1 == m->n ? 0 : at + 1;
            (void)strncat(name, m->part[at], 100);
            (void)strcat(name, " ");
        }
        (void)snprintf(id, sizeof id, "made-%zu", m->names);
        e = (struct names_entry){ .id = span_str(id), .name = span_str(name) };
        e.about.n_date = m->dated;
        e.about.date[0] = date_of(e.id);
        if (!names_build_add(m->b, &e, NULL))
            return;
    }
}

/* ---- questions ---- */

/* How the date of the one to be found is asked for. */
static void as_told(struct names_date *d)
{
    (void)d;
}
static void swapped(struct names_date *d)
{
    uint8_t day = d->day;

    d->day = d->month;
    d->month = day <= 12 ? day : d->month;
}
static void wrong_day(struct names_date *d)
{
    d->day = (uint8_t)(d->day > 20 ? d->day - 20 : d->day + 10 > 28 ? d->day - 10 : d->day + 10);
}
static void wrong_month(struct names_date *d)
{
    d->month = (uint8_t)(d->month > 9 ? 22 - d->month : d->month == 5 ? 8 : 10 - d->month);
}
static void wrong_year(struct names_date *d)
{
    d->year = (uint16_t)(d->year / 10 % 10 == 9 ? d->year - 10 : d->year + 10);
}
static void year_alone(struct names_date *d)
{
    d->month = d->day = 0;
}
static void next_year(struct names_date *d)
{
    d->year++;
    d->month = d->day = 0;
}
static void sun(struct names_date *d)
{
    d->year = (uint16_t)(d->year - 621);
}
static void moon(struct names_date *d)
{
    d->year = (uint16_t)((d->year - 621) * 100000 / 97023);
}
static void two_days(struct names_date *d)
{
    d->day = (uint8_t)(d->day > 2 ? d->day - 2 : d->day + 2);
}
static void another(struct names_date *d)
{
    d->year = (uint16_t)(d->year + 23);
    d->month = (uint8_t)(d->month % 12 + 1);
}

static const struct told {
    const char *what;
    void (*as)(struct names_date *d);
} tolds[] = {
    { "the date as listed", as_told },       { "day and month swapped", swapped },
    { "one digit of the day", wrong_day },   { "one of the month", wrong_month },
    { "one digit of the year", wrong_year }, { "the year alone", year_alone },
    { "the next year", next_year },          { "a year of the sun", sun },
    { "a year of the moon", moon },          { "two days off", two_days },
    { "a wholly other date", another },
};

struct asking {
    const struct told *told;
    bool apart;
    const struct names_index *x;
    struct names_searcher *s;
    struct names_found *found;
    bool labelled; /* the fifth value has the ids to be found */
    size_t every, seen, n, hits, alerts;
    double *spent;
};

static bool among(struct span ids, struct span id)
{
    struct span one;

    while (ids.n && text_split(&ids, '|', &one))
        if (span_eq(one, id))
            return true;
    return false;
}

static void ask(void *ctx, struct span *value)
{
    struct asking *a = ctx;
    struct names_question q = { .name = value[3] };
    double from;

    if (a->seen++ % a->every || a->n == QUESTIONS || span_eq_str(value[1], "un_treated"))
        return;
    if (a->told) {
        struct span ids = value[4], one = { NULL, 0 };

        (void)text_split(&ids, '|', &one);
        q.about.n_date = 1;
        q.about.date[0] = date_of(one);
        a->told->as(&q.about.date[0]);
        q.apart = a->apart;
        value[4] = one;
    }
    from = seconds();
    if (!names_search(a->x, a->s, &q, 10, a->found, NULL))
        return;
    a->spent[a->n++] = (seconds() - from) * 1e6;
    a->alerts += a->found->n && a->found->hit[0].score >= THRESHOLD;
    for (size_t i = 0; a->labelled && i < a->found->n; i++)
        if (among(value[4], a->found->hit[i].id)) {
            a->hits++;
            break;
        }
}

static int by_value(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;

    return (a > b) - (a < b);
}

static void put(const char *name, struct asking *a)
{
    double sum = 0;

    if (a->n == 0)
        return;
    qsort(a->spent, a->n, sizeof *a->spent, by_value);
    for (size_t i = 0; i < a->n; i++)
        sum += a->spent[i];
    bench_row(name,
              (struct bench_column[]){
                  { a->labelled ? "recall@10" : "alerts",
                    (double)(a->labelled ? a->hits : a->alerts) / (double)a->n, "" },
                  { "mean", sum / (double)a->n, "us" },
                  { "p99", a->spent[a->n * 99 / 100], "us" },
              },
              3, NULL);
}

static void measure(const struct names *t, const char *list, size_t names, const char *questions,
                    size_t every, bool labelled)
{
    struct making *m = calloc(1, sizeof *m);
    struct asking a = { .labelled = labelled, .every = every };
    struct names_index *x;
    struct names_facts f;
    double from = seconds();
    char what[160];

    if (!m)
        return;
    m->b = names_build_new(t);
    if (table(list, add_name, m)) {
        recombine(m, names);
        x = names_index_new(t, m->b);
        names_index_facts(x, &f);
        (void)snprintf(what, sizeof what, "list of %llu names", (unsigned long long)f.names);
        bench_row(
            what,
            (struct bench_column[]){ { "a name", (double)f.bytes / (double)f.names, "bytes" },
                                     { "making", (seconds() - from) * 1e6 / (double)f.names, "us a name" } },
            2, NULL);
        a.x = x;
        a.s = names_searcher_new();
        a.found = calloc(1, sizeof *a.found);
        a.spent = calloc(QUESTIONS, sizeof *a.spent);
        if (a.found && a.spent && table(questions, ask, &a))
            put(labelled ? "  labelled questions" : "  unrelated names, at .9", &a);
        free(a.found);
        free(a.spent);
        names_searcher_free(a.s);
        names_index_close(x);
    }
    for (size_t i = 0; i < m->n; i++)
        free(m->part[i]);
    names_build_free(m->b);
    free(m);
}

/* The same questions with birth dates that are right, disturbed, and wrong; the entity whose date is meant
 * has to be among the first ten, and, where namesakes are kept apart, not left out. */
static void measure_dates(const struct names *t, size_t names, size_t every)
{
    struct making *m = calloc(1, sizeof *m);
    struct asking a = { .labelled = true };
    struct names_index *x;

    if (!m)
        return;
    m->dated = true;
    m->b = names_build_new(t);
    if (table("search/persons_latin_no_un.tsv.gz", add_name, m)) {
        recombine(m, names);
        x = names_index_new(t, m->b);
        a.s = names_searcher_new();
        a.found = calloc(1, sizeof *a.found);
        a.spent = calloc(QUESTIONS, sizeof *a.spent);
        for (size_t i = 0; a.found && a.spent && i < 2 * sizeof tolds / sizeof *tolds; i++) {
            char what[120];

            a.x = x;
            a.every = every;
            a.told = &tolds[i / 2];
            a.apart = i % 2;
            a.seen = a.n = a.hits = a.alerts = 0;
            if (!table("labelled/queries.tsv", ask, &a))
                break;
            (void)snprintf(what, sizeof what, "  %zu names, %s%s", m->names, a.told->what,
                           a.apart ? ", apart" : "");
            put(what, &a);
        }
        free(a.found);
        free(a.spent);
        names_searcher_free(a.s);
        names_index_close(x);
    }
    for (size_t i = 0; i < m->n; i++)
        free(m->part[i]);
    names_build_free(m->b);
    free(m);
}

int main(int argc, char **argv)
{
    static char path[400];
    const char *vectors = getenv("SERAI_VECTORS");
    bool quick = false;
    struct names *t = names_open(NULL);

    bench_init(argc, argv);
    for (int i = 1; i < argc; i++)
        quick |= strcmp(argv[i], "--quick") == 0;
    if (vectors) {
        (void)snprintf(path, sizeof path, "%s/notices", vectors);
        data = path;
    }
    if (!t)
        return 1;
    measure(t, "search/persons_latin_no_un.tsv.gz", 0, "labelled/queries.tsv", quick ? 10 : 1, true);
    measure(t, "search/persons_sanctions.tsv.gz", 0, "labelled/negatives.tsv.gz", quick ? 60 : 8, false);
    measure_dates(t, 0, quick ? 20 : 4);
    if (!quick) {
        measure_dates(t, 1000 * 1000, 8);
        measure(t, "search/persons_latin_no_un.tsv.gz", 1000 * 1000, "labelled/queries.tsv", 4, true);
        measure(t, "search/persons_latin_no_un.tsv.gz", 5000 * 1000, "labelled/queries.tsv", 8, true);
    }
    names_close(t);
    return 0;
}
