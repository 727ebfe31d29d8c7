/* serai agreement diff: what was changed between two versions, and who gains or loses by it. */
#include <getopt.h>
#include <stdio.h>

#include "agreement/diff.h"
#include "agreement/what_if.h"
#include "cli/agreement_say.h"

enum { MEMORY = 1024 * 1024 * 1024, DAYS = 8 };

struct job {
    const char *old_file, *new_file, *language;
    bool json, has_day;
    struct date day[DAYS];
    size_t n_days;
    struct buffer text[2];
    struct agreement *a[2];
};

/* The title in the reader's language when a line is the head of an article. */
static void put_title(const struct job *j, const struct diff_block *d, struct buffer *out)
{
    struct span key = d->key;
    const char *title = NULL, *found;
    char number[32];

    if (span_starts(key, SPAN("article ")) && key.n < sizeof number) {
        (void)snprintf(number, sizeof number, "%.*s", (int)(key.n - 8), (const char *)key.p + 8);
        title = agreement_title_in(j->a[d->gone ? 0 : 1], number, j->language, &found);
    }
    buf_put(out, key);
    if (title)
        buf_printf(out, " \"%s\"", title);
}

static void text_of(const struct job *j, const struct diff_text *t, struct buffer *out)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct diff_block *d = &t->block[i];

        put_title(j, d, out);
        buf_str(out, d->gone ? _(": taken out\n") : d->new_ ? _(": new\n") : "\n");
        for (size_t k = 0; k < d->n_removed && !d->gone; k++)
            buf_printf(out, "  - %.*s\n", (int)d->removed[k].n, (const char *)d->removed[k].p);
        for (size_t k = 0; k < d->n_added && !d->new_; k++)
            buf_printf(out, "  + %.*s\n", (int)d->added[k].n, (const char *)d->added[k].p);
    }
    if (!t->n)
        buf_str(out, _("No line of the text differs.\n"));
    buf_u8(out, '\n');
}

static void text_json(const struct diff_text *t, struct json_writer *w)
{
    jw_array(w, "text");
    for (size_t i = 0; i < t->n; i++) {
        const struct diff_block *d = &t->block[i];

        jw_object(w, NULL);
        jw_text(w, "at", d->key);
        jw_array(w, "removed");
        for (size_t k = 0; k < d->n_removed; k++)
            jw_text(w, NULL, d->removed[k]);
        jw_array_end(w);
        jw_array(w, "added");
        for (size_t k = 0; k < d->n_added; k++)
            jw_text(w, NULL, d->added[k]);
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static bool add_day(struct job *j, struct date d)
{
    size_t i = j->n_days;

    for (size_t k = 0; k < j->n_days; k++)
        if (date_cmp(j->day[k], d) == 0)
            return true;
    if (j->n_days == DAYS || !date_is_set(d))
        return false;
    for (; i && date_cmp(j->day[i - 1], d) > 0; i--)
        j->day[i] = j->day[i - 1];
    j->day[i] = d;
    j->n_days++;
    return true;
}

/* Days from which on the texts say something else: where they compare today with a date. */
static void days_that_differ(struct job *j)
{
    (void)add_day(j, agreement_day(j->a[1]));
    for (int k = 0; k < 2; k++) {
        const struct program *g = j->a[k]->program;

        for (size_t i = 0; i < g->n_ops; i++) {
            if (g->ops[i].code != OP_DATE || g->ops[i].fact != TODAY)
                continue;
            (void)add_day(j, date_from_days(g->ops[i].a - 1));
            (void)add_day(j, date_from_days(g->ops[i].a + 1));
        }
    }
}

static bool one_day(struct job *j, const struct tongue *t, struct date on, struct json_writer *w,
                    struct buffer *out)
{
    static struct cases c;
    static struct diff_result r;
    const struct agreement *both[2] = { j->a[0], j->a[1] };
    struct arena arena;
    char day[DATE_TEXT];
    bool ok;

    arena_init(&arena, MEMORY);
    ok = cases_of(&c, &arena, both, 2, on) && diff_travellers(&c, &r);
    if (ok && j->json) {
        jw_object(w, NULL);
        jw_str(w, "on", date_format(on, day));
        jw_bool(w, "whole", r.whole);
        jw_array(w, "affected");
        affected_json(&r.entries, t, w);
        if (r.has_licences)
            affected_json(&r.licences, t, w);
        jw_array_end(w);
        jw_object_end(w);
    } else if (ok) {
        if (j->n_days > 1)
            buf_printf(out, "%s\n", date_format(on, day));
        if (!r.has_licences || r.entries.n_groups)
            affected_text(&r.entries, t, false, 0, out);
        if (r.has_licences)
            affected_text(&r.licences, t, false, 0, out);
        if (!r.whole)
            buf_str(out, _("There are too many cases to look at all: others may be affected besides.\n"));
    }
    arena_free(&arena);
    return ok;
}

static int diff(struct job *j)
{
    struct agreement_faults faults;
    struct diff_text text;
    struct spoken s;
    struct arena arena;
    struct buffer out;
    struct json_writer w = json_to(&out);
    const char *const file[2] = { j->old_file, j->new_file };
    bool ok = true, differs;

    for (int i = 0; i < 2; i++) {
        int rc = agreement_file_load(file[i], false, &j->a[i], &faults);

        if (rc != CLI_POSITIVE || !agreement_file_read(file[i], &j->text[i]))
            return rc == CLI_POSITIVE ? CLI_USAGE : rc;
    }
    spoken_init(&s, j->language);
    arena_init(&arena, MEMORY);
    buf_init(&out, AGREEMENT_OUTPUT);
    ok = diff_text_of(buf_span(&j->text[0]), buf_span(&j->text[1]), &arena, &text);
    differs = ok && text.n;
    if (j->json)
        jw_object(&w, NULL);
    if (ok && j->json)
        text_json(&text, &w);
    else if (ok)
        text_of(j, &text, &out);
    if (!j->has_day)
        days_that_differ(j);
    if (j->json)
        jw_array(&w, "days");
    for (size_t i = 0; ok && i < j->n_days; i++)
        ok = one_day(j, &s.t, j->day[i], &w, &out);
    if (j->json) {
        jw_array_end(&w);
        jw_object_end(&w);
        buf_u8(&out, '\n');
    }
    arena_free(&arena);
    spoken_free(&s);
    if (ok)
        return agreement_put(&out, differs ? CLI_NEGATIVE : CLI_POSITIVE);
    buf_free(&out);
    return cli_usage("agreement", "the two texts are too large to be compared");
}

int agreement_diff_command(int argc, char **argv)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' },
                                             { "language", required_argument, NULL, 'l' },
                                             { "on", required_argument, NULL, 'o' },
                                             { 0 } };
    static struct job j;
    struct date d;
    int c, rc;

    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c == 'j')
            j.json = true;
        else if (c == 'l')
            j.language = optarg;
        else if (c == 'o' && date_parse(span_str(optarg), &d) && add_day(&j, d))
            j.has_day = true;
        else if (c == 'o')
            return cli_usage("agreement", "a day is written as 2027-01-31, found %s", optarg);
        else
            return cli_bad_option("agreement");
    }
    if (optind + 2 != argc)
        return cli_usage("agreement", "two files are expected: the old version, the new one");
    j.language = cli_language(j.language, j.json);
    j.old_file = argv[optind];
    j.new_file = argv[optind + 1];
    rc = diff(&j);
    for (int i = 0; i < 2; i++) {
        agreement_free(j.a[i]);
        buf_free(&j.text[i]);
    }
    return rc;
}
