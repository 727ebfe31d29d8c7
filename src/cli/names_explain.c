#include <getopt.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/names.h"
#include "cli/spoken.h"
#include "names/explain.h"
#include "wire/json_write.h"

struct explaining {
    enum names_schema schema;
    const char *language; /* NULL: the locale's */
    bool json;
    float score;
    size_t n;
    struct names_reason reason[NAMES_REASONS];
    struct spoken spoken;
};

/* In columns, by letters and not by bytes. */
static void put_column(struct span s)
{
    struct reader r = rd_of(s);
    size_t width = 0;

    while (utf8_next(&r) != UTF8_BAD)
        width++;
    (void)printf("%.*s%*s", (int)s.n, (const char *)s.p, width < 26 ? (int)(26 - width) : 0, "");
}

static const char *told(const struct explaining *e, const struct names_reason *r)
{
    const char *said = tongue_said(&e->spoken.t, "name-rule", r->key);

    return said ? said : r->text;
}

static void put_text(const struct explaining *e)
{
    (void)printf(_("score %.3f\n"), (double)e->score);
    for (size_t i = 0; i < e->n; i++) {
        const struct names_reason *r = &e->reason[i];

        (void)fputs("  ", stdout);
        put_column(r->query);
        put_column(r->candidate);
        if (r->likeness > 0)
            (void)printf("%.2f  %s\n", (double)r->likeness, told(e, r));
        else
            (void)printf("      %s\n", told(e, r));
    }
}

/* {"score", "words": [{"query", "candidate", "rule", "why", "likeness"}]}: null where there is no
 * counterpart. */
static void put_json(const struct explaining *e)
{
    struct buffer b;
    struct json_writer w = json_to(&b);

    buf_init(&b, LIMIT_NAMES_EXPLAINED);
    jw_object(&w, NULL);
    jw_real(&w, "score", (double)e->score);
    jw_array(&w, "words");
    for (size_t i = 0; i < e->n; i++) {
        const struct names_reason *r = &e->reason[i];

        jw_object(&w, NULL);
        if (r->query.n)
            jw_text(&w, "query", r->query);
        else
            jw_null(&w, "query");
        if (r->candidate.n)
            jw_text(&w, "candidate", r->candidate);
        else
            jw_null(&w, "candidate");
        jw_str(&w, "rule", r->key);
        jw_str(&w, "why", told(e, r));
        jw_real(&w, "likeness", (double)r->likeness);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    (void)puts(buf_cstr(&b));
    buf_free(&b);
}

static int explain(const struct names *t, struct explaining *e, char **name)
{
    struct names_name n[2];
    struct names_match m;
    struct why w = { 0 };
    struct arena a;

    for (int i = 0; i < 2; i++)
        if (!names_read(t, span_str(name[i]), e->schema, &n[i], &w)) {
            cli_why("names", i ? _("second name") : _("first name"), &w);
            return CLI_USAGE;
        }
    names_compare(t, NULL, e->schema, &n[0], &n[1], &m);
    arena_init(&a, LIMIT_NAMES_EXPLAINED);
    e->score = m.score;
    e->n = names_explain(&a, &n[0], &n[1], &m, e->reason);
    spoken_init(&e->spoken, cli_language(e->language, e->json));
    if (e->json)
        put_json(e);
    else
        put_text(e);
    spoken_free(&e->spoken);
    arena_free(&a);
    return CLI_POSITIVE;
}

int names_explain_command(int argc, char **argv)
{
    static const struct option options[] = { { "organization", no_argument, NULL, 'o' },
                                             { "language", required_argument, NULL, 'l' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    struct explaining e = { .schema = NAMES_PERSON };
    struct why w = { 0 };
    struct names *t;
    int c, rc;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'o')
            e.schema = NAMES_ORGANIZATION;
        else if (c == 'j')
            e.json = true;
        else if (c == 'l')
            e.language = optarg;
        else
            return cli_bad_option("names");
    }
    if (optind + 2 != argc)
        return cli_usage("names", "explain wants two names");
    t = names_open(&w);
    if (!t) {
        cli_why("names", "tables", &w);
        return CLI_USAGE;
    }
    rc = explain(t, &e, argv + optind);
    names_close(t);
    return rc;
}
