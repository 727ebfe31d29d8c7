/* serai agreement what-if: a proposed change, tried on many travellers before anybody signs it. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement/amend.h"
#include "agreement/diff.h"
#include "agreement/population.h"
#include "base/text.h"
#include "cli/agreement_say.h"

enum { MEMORY = 512 * 1024 * 1024, THREADS = 2, CHANGES = 16, PIECE = 4096 };

struct trial {
    const char *file, *other, *population, *language;
    const char *change[CHANGES];
    size_t n_changes;
    uint64_t synthetic, seed;
    bool json, has_day;
    struct date on;
    bool in_force; /* both */
    struct agreement *a[2];
    struct cases c;
    struct arena arena;
};

/* One thread's part: its own sums, put together at the end. */
struct part {
    struct trial *t;
    struct affected x;
    struct change change;
    struct arena arena;
    struct cases c;
    uint64_t from, step, people, admitted[2];
    bool ok;
};

static bool good(const struct standing *s)
{
    return s->outcome == OUTCOME_ADMIT;
}

static void try_one(struct part *p, const struct person *one)
{
    struct standing s[2];
    struct eval e[2] UNINITIALIZED;
    struct judged j;
    uint64_t open = 0;

    p->people += one->count;
    judge(p->t->a[0], &one->t.facts, p->t->on, &e[0], &j);
    eval_prepare(&e[1], p->t->a[1], p->t->a[1]->bound, &one->t.facts, p->t->on);
    if (p->t->in_force && !diff_matters(&p->change, e, &open)) {
        for (int i = 0; i < 2; i++)
            p->admitted[i] += both(j.demands, j.grants).v == YES ? one->count : 0;
        return;
    }
    for (int i = 0; i < 2; i++) {
        standing_of(p->t->a[i], &one->t.facts, p->t->on, false, &s[i]);
        p->admitted[i] += good(&s[i]) ? one->count : 0;
    }
    if (!standing_same(&s[0], &s[1]))
        affected_add(&p->x, &one->t, &s[0], &s[1], false, one->count);
}

static bool begin(struct part *p, struct trial *t)
{
    const uint64_t interest = (uint64_t)1 << FACT_TRAVELLER_NATIONALITY |
                              (uint64_t)1 << FACT_TRAVEL_ENTERING | (uint64_t)1 << FACT_TRAVEL_PURPOSE;
    const struct agreement *both[2] = { t->a[0], t->a[1] };

    *p = (struct part){ .t = t, .step = 1 };
    arena_init(&p->arena, MEMORY);
    p->ok = cases_of(&p->c, &p->arena, both, 2, t->on) && affected_init(&p->x, &p->c, interest);
    p->x.sample = true;
    p->ok = p->ok && change_of(both, &p->arena, &p->change);
    return p->ok;
}

static void *make_up(void *ctx)
{
    struct part *p = ctx;
    static _Thread_local struct person one;
    struct population people;

    population_init(&people, &p->c, p->t->seed);
    for (uint64_t piece = p->from; piece * PIECE < p->t->synthetic; piece += p->step) {
        uint64_t end = (piece + 1) * PIECE < p->t->synthetic ? (piece + 1) * PIECE : p->t->synthetic;

        for (uint64_t i = piece * PIECE; i < end; i++) {
            population_person(&people, i, &one);
            try_one(p, &one);
        }
    }
    return NULL;
}

/* What the second thread counted goes into the sums of the first. */
static void add_part(struct part *to, struct part *from)
{
    to->people += from->people;
    for (int i = 0; i < 2; i++)
        to->admitted[i] += from->admitted[i];
    affected_take(&to->x, &from->x);
}

static bool try_synthetic(struct part part[THREADS])
{
    pthread_t thread[THREADS];
    bool started[THREADS] = { false };

    for (uint64_t i = 0; i < THREADS; i++) {
        part[i].from = i;
        part[i].step = THREADS;
        started[i] = i && pthread_create(&thread[i], NULL, make_up, &part[i]) == 0;
    }
    for (size_t i = 0; i < THREADS; i++) {
        if (started[i])
            (void)pthread_join(thread[i], NULL);
        else
            (void)make_up(&part[i]);
    }
    return true;
}

static bool try_table(struct part *p, const char *path)
{
    static struct person one;
    static uint8_t mem[POPULATION_LINE];
    struct population_table table = { .n = 0 };
    struct why w = { 0 };
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0, number = 0;
    bool ok = f != NULL;
    ssize_t n;

    if (!f)
        (void)why_set(&w, "file", WHY_NO_OFFSET, NULL, "%s", strerror(errno));
    while (ok && (n = getline(&line, &cap, f)) > 0) {
        struct span s = text_trim(span_of(line, (size_t)n));

        number++;
        if (number == 1)
            ok = population_head(s, &table, &w);
        else if (s.n && (ok = population_row(&table, s, mem, &one, &w)))
            try_one(p, &one);
    }
    if (!ok)
        (void)fprintf(stderr, "%s:%zu: fault: %s\n", path, number, w.detail);
    free(line);
    if (f)
        (void)fclose(f);
    return ok;
}

static void report(const struct trial *t, struct part *p, const struct tongue *tongue, struct buffer *out)
{
    struct json_writer w = json_to(out);
    char day[DATE_TEXT];

    affected_merge(&p->x);
    if (t->json) {
        jw_object(&w, NULL);
        jw_str(&w, "on", date_format(t->on, day));
        jw_int(&w, "travellers", (int64_t)p->people);
        jw_int(&w, "admitted_before", (int64_t)p->admitted[0]);
        jw_int(&w, "admitted_after", (int64_t)p->admitted[1]);
        jw_array(&w, "affected");
        affected_json(&p->x, tongue, &w);
        jw_array_end(&w);
        jw_object_end(&w);
        buf_u8(out, '\n');
        return;
    }
    buf_printf(out, "%llu travellers on %s: %llu admitted before, %llu after\n\n",
               (unsigned long long)p->people, date_format(t->on, day), (unsigned long long)p->admitted[0],
               (unsigned long long)p->admitted[1]);
    affected_text(&p->x, tongue, true, p->people, out);
    if (p->x.lost)
        buf_printf(out, "%llu more are affected in other ways\n", (unsigned long long)p->x.lost);
}

static int run(struct trial *t)
{
    static struct part part[THREADS];
    struct spoken s;
    struct buffer out;
    bool ok = begin(&part[0], t) && begin(&part[1], t), read = true;
    int rc = CLI_USAGE;

    spoken_init(&s, t->language);
    if (ok && t->population)
        read = try_table(&part[0], t->population);
    else if (ok)
        read = try_synthetic(part);
    if (ok && read) {
        add_part(&part[0], &part[1]);
        buf_init(&out, AGREEMENT_OUTPUT);
        report(t, &part[0], &s.t, &out);
        rc = agreement_put(&out, part[0].x.n_groups ? CLI_NEGATIVE : CLI_POSITIVE);
    } else if (!ok) {
        (void)cli_usage("agreement", "the agreement is too large to be tried");
    }
    for (int i = 0; i < THREADS; i++)
        arena_free(&part[i].arena);
    spoken_free(&s);
    return rc;
}

/* The second version: another file, or the first with the changes worked in. */
static int second(struct trial *t)
{
    struct agreement_faults faults;
    struct buffer text, next;
    struct why w = { 0 };

    if (t->other)
        return agreement_file_load(t->other, false, &t->a[1], &faults);
    if (!agreement_file_read(t->file, &text))
        return CLI_USAGE;
    for (size_t i = 0; i < t->n_changes; i++) {
        buf_init(&next, 2 * LIMIT_AGREEMENT);
        if (!agreement_amend(buf_span(&text), span_str(t->change[i]), &next, &w)) {
            buf_free(&next);
            buf_free(&text);
            return cli_usage("agreement", "%s: %s", t->change[i], w.detail);
        }
        buf_free(&text);
        text = next;
    }
    t->a[1] = agreement_parse(buf_span(&text), &faults);
    buf_free(&text);
    if (t->a[1])
        return CLI_POSITIVE;
    agreement_file_faults("after the change", &faults);
    return CLI_NEGATIVE;
}

static bool take_count(const char *s, uint64_t most, uint64_t *out)
{
    char *end = NULL;

    *out = strtoull(s, &end, 10);
    return *s >= '0' && *s <= '9' && end && !*end && *out <= most;
}

static const char *take(struct trial *t, int c, const char *arg)
{
    if (c == 'c' && t->n_changes == CHANGES)
        return "too many changes at once; write them into a copy of the file";
    if (c == 'c')
        t->change[t->n_changes++] = arg;
    else if (c == 'p')
        t->population = arg;
    else if (c == 'y' && (!take_count(arg, 100 * 1000 * 1000, &t->synthetic) || !t->synthetic))
        return "expected a number of travellers up to 100000000";
    else if (c == 's' && !take_count(arg, UINT64_MAX, &t->seed))
        return "expected a number";
    else if (c == 'o' && !date_parse(span_str(arg), &t->on))
        return "a day is written as 2027-01-31";
    else if (c == 'l')
        t->language = arg;
    t->json |= c == 'j';
    return NULL;
}

static bool in_force(const struct agreement *a, struct date on)
{
    return !a->program->has_from || date_to_days(on) >= a->program->from;
}

int agreement_what_if_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "change", required_argument, NULL, 'c' },
        { "population", required_argument, NULL, 'p' },
        { "synthetic", required_argument, NULL, 'y' },
        { "seed", required_argument, NULL, 's' },
        { "on", required_argument, NULL, 'o' },
        { "language", required_argument, NULL, 'l' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct trial t;
    struct agreement_faults faults;
    const char *error;
    int c, rc;

    t.language = "en";
    t.synthetic = 1000 * 1000;
    t.seed = 1;
    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("agreement");
        error = take(&t, c, optarg);
        if (error)
            return cli_usage("agreement", "%s: %s", optarg, error);
    }
    if (optind == argc || argc - optind > 2)
        return cli_usage("agreement", "a FILE is expected, and a second one or --change");
    t.file = argv[optind];
    t.other = optind + 2 == argc ? argv[optind + 1] : NULL;
    if ((t.other != NULL) == (t.n_changes != 0))
        return cli_usage("agreement",
                         "say what is changed: a second FILE, or --change 'article 5: treatment 60 days'");
    rc = agreement_file_load(t.file, false, &t.a[0], &faults);
    if (rc == CLI_POSITIVE)
        rc = second(&t);
    if (rc == CLI_POSITIVE && !date_is_set(t.on))
        t.on = agreement_day(t.a[1]);
    if (rc == CLI_POSITIVE) {
        t.in_force = in_force(t.a[0], t.on) && in_force(t.a[1], t.on);
        rc = run(&t);
    }
    agreement_free(t.a[0]);
    agreement_free(t.a[1]);
    return rc;
}
