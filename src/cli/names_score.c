#include <getopt.h>

#include "cli/names.h"
#include "names/pair.h"

struct scoring {
    struct names *t;
    struct names_frequency *seen;
    struct names_table *table;
    int id, name[2], all[2], schema; /* all: names1, names2 */
    bool features, main;
};

static bool open_table(struct scoring *s, const char *path, struct why *w)
{
    if (!names_table_open(path, &s->table, w))
        return false;
    s->id = names_table_column(s->table, "pair_id");
    s->name[0] = names_table_column(s->table, "name1");
    s->name[1] = names_table_column(s->table, "name2");
    s->all[0] = s->main ? -1 : names_table_column(s->table, "names1");
    s->all[1] = s->main ? -1 : names_table_column(s->table, "names2");
    s->schema = names_table_column(s->table, "schema");
    if (s->id < 0 || s->name[0] < 0 || s->name[1] < 0)
        return why_set(w, "columns", WHY_NO_OFFSET, NULL,
                       "%s: the first line must name the columns pair_id, name1 and name2", path);
    return true;
}

static enum names_schema schema_of(const struct scoring *s)
{
    struct span v = names_table_value(s->table, s->schema);

    return v.n == 0 || span_eq_str(v, "Person") ? NAMES_PERSON : NAMES_ORGANIZATION;
}

/* The better of what was found and all names that the two texts hold. */
static bool compare_texts(const struct scoring *s, struct span rest, struct span others,
                          struct names_match *best, struct why *w)
{
    struct span one, other, more;
    struct names_name a, b;
    struct names_match m;

    while (names_next(&rest, &one)) {
        more = others;
        while (names_next(&more, &other)) {
            if (!names_read(s->t, one, schema_of(s), &a, w) || !names_read(s->t, other, schema_of(s), &b, w))
                return false;
            names_compare(s->t, s->seen, schema_of(s), &a, &b, &m);
            if (m.score > best->score)
                *best = m;
        }
    }
    return true;
}

/* The main names, and where the table has them all names of both. */
static bool compare(const struct scoring *s, struct names_match *best, struct why *w)
{
    struct span side[2][2];

    *best = (struct names_match){ 0 };
    for (int i = 0; i < 2; i++) {
        side[i][0] = names_table_value(s->table, s->name[i]);
        side[i][1] = names_table_value(s->table, s->all[i]);
    }
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            if (best->score < 1 && !compare_texts(s, side[0][i], side[1][k], best, w))
                return false;
    return true;
}

static bool count(struct scoring *s, struct why *w)
{
    struct names_name n;
    bool more;

    while (names_table_next(s->table, &more, w) && more)
        for (int i = 0; i < 2; i++) {
            if (!names_read(s->t, names_table_value(s->table, s->name[i]), schema_of(s), &n, w))
                return false;
            names_frequency_add(s->seen, &n);
        }
    return w->reason == NULL;
}

static bool score(struct scoring *s, struct why *w)
{
    struct names_match m;
    struct span id;
    bool more;

    while (names_table_next(s->table, &more, w) && more) {
        if (!compare(s, &m, w))
            return false;
        id = names_table_value(s->table, s->id);
        (void)printf("%.*s\t%.4f", (int)id.n, (const char *)id.p, (double)m.score);
        for (size_t i = 0; s->features && i < NAMES_FEATURES; i++)
            (void)printf("\t%.5f", (double)m.feature[i]);
        (void)putchar('\n');
    }
    return w->reason == NULL;
}

/* Twice through the file: how rare a word is decides what it is worth. */
static bool run(struct scoring *s, const char *path, struct why *w)
{
    s->t = names_open(w);
    if (!s->t || !open_table(s, path, w))
        return false;
    s->seen = names_frequency_new();
    if (!count(s, w))
        return false;
    names_table_close(s->table);
    s->table = NULL;
    return open_table(s, path, w) && score(s, w);
}

int names_score_command(int argc, char **argv)
{
    static const struct option options[] = { { "features", no_argument, NULL, 'f' },
                                             { "main", no_argument, NULL, 'm' },
                                             { 0 } };
    struct scoring s = { 0 };
    struct why w = { 0 };
    bool ok;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c != 'f' && c != 'm')
            return cli_bad_option("names");
        s.features |= c == 'f';
        s.main = true; /* weights are learned from main names */
    }
    if (optind + 1 != argc || strcmp(argv[optind], "-") == 0)
        return cli_usage("names", "score wants one file; it is read twice");
    ok = run(&s, argv[optind], &w);
    if (!ok)
        cli_why("names", argv[optind], &w);
    names_table_close(s.table);
    names_frequency_free(s.seen);
    names_close(s.t);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}
