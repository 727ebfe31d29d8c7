/* serai agreement what-if: a proposed change, tried on many travellers before anybody signs it. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement/amend.h"
#include "agreement/what_if.h"
#include "base/text.h"
#include "cli/agreement_say.h"

enum { MEMORY = 512 * 1024 * 1024, THREADS = 2, CHANGES = 16 };

struct trial {
    const char *file, *other, *population, *language;
    const char *change[CHANGES];
    size_t n_changes;
    uint64_t synthetic, seed;
    bool json, has_day;
    struct date on;
    struct agreement *a[2];
};

/* One thread's part. */
struct part {
    struct trial *t;
    struct what_if x;
    uint64_t from, step;
};

static void *make_up(void *ctx)
{
    struct part *p = ctx;

    what_if_make_up(&p->x, p->t->synthetic, p->t->seed, p->from, p->step);
    return NULL;
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
            what_if_person(&p->x, &one);
    }
    if (!ok)
        (void)fprintf(stderr, _("%s:%zu: fault: %s\n"), path, number, w.detail);
    free(line);
    if (f)
        (void)fclose(f);
    return ok;
}

static void report(const struct trial *t, struct part *p, const struct tongue *tongue, struct buffer *out)
{
    struct json_writer w = json_to(out);
    const struct what_if *x = &p->x;
    char day[DATE_TEXT];

    affected_merge(&p->x.affected);
    if (t->json) {
        jw_object(&w, NULL);
        what_if_json(x, tongue, &w);
        jw_object_end(&w);
        buf_u8(out, '\n');
        return;
    }
    buf_printf(out, _("%llu travellers on %s: %llu admitted before, %llu after\n\n"),
               (unsigned long long)x->people, date_format(t->on, day), (unsigned long long)x->admitted[0],
               (unsigned long long)x->admitted[1]);
    affected_text(&x->affected, tongue, true, x->people, out);
    if (x->affected.lost)
        buf_printf(out, _("%llu more are affected in other ways\n"), (unsigned long long)x->affected.lost);
}

static int run(struct trial *t)
{
    static struct part part[THREADS];
    struct spoken s;
    struct buffer out;
    bool ok = true, read = true;
    int rc = CLI_USAGE;

    for (int i = 0; i < THREADS; i++) {
        part[i] = (struct part){ .t = t, .step = 1 };
        ok &= what_if_begin(&part[i].x, (const struct agreement *const *)t->a, t->on, MEMORY);
    }
    spoken_init(&s, t->language);
    if (ok && t->population)
        read = try_table(&part[0], t->population);
    else if (ok)
        read = try_synthetic(part);
    if (ok && read) {
        what_if_add(&part[0].x, &part[1].x);
        buf_init(&out, AGREEMENT_OUTPUT);
        report(t, &part[0], &s.t, &out);
        rc = agreement_put(&out, part[0].x.affected.n_groups ? CLI_NEGATIVE : CLI_POSITIVE);
    } else if (!ok) {
        (void)cli_usage("agreement", "the agreement is too large to be tried");
    }
    for (int i = 0; i < THREADS; i++)
        what_if_end(&part[i].x);
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
    agreement_file_faults(_("after the change"), &faults);
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
        return _("too many changes at once; write them into a copy of the file");
    if (c == 'c')
        t->change[t->n_changes++] = arg;
    else if (c == 'p')
        t->population = arg;
    else if (c == 'y' && (!take_count(arg, 100 * 1000 * 1000, &t->synthetic) || !t->synthetic))
        return _("expected a number of travellers up to 100000000");
    else if (c == 's' && !take_count(arg, UINT64_MAX, &t->seed))
        return _("expected a number");
    else if (c == 'o' && !date_parse(span_str(arg), &t->on))
        return _("a day is written as 2027-01-31");
    else if (c == 'l')
        t->language = arg;
    t->json |= c == 'j';
    return NULL;
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
    t.language = cli_language(t.language, t.json);
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
    if (rc == CLI_POSITIVE)
        rc = run(&t);
    agreement_free(t.a[0]);
    agreement_free(t.a[1]);
    return rc;
}
