/* serai agreement check: faults with their places, worked examples, articles that no example reaches. */
#include <getopt.h>
#include <stdio.h>

#include "agreement/conflict.h"
#include "agreement/what_if.h"
#include "cli/agreement_file.h"
#include "cli/agreement_say.h"

enum { MEMORY = 512 * 1024 * 1024 };

struct report {
    struct buffer *b;
    struct json_writer *w; /* NULL: text */
    size_t run;
};

static void one_example(void *ctx, const char *article, const char *example, bool ok, const char *detail)
{
    struct report *r = ctx;

    r->run++;
    if (r->w) {
        jw_object(r->w, NULL);
        jw_str(r->w, "article", article);
        jw_str(r->w, "example", example);
        jw_bool(r->w, "ok", ok);
        if (!ok)
            jw_str(r->w, "detail", detail);
        jw_object_end(r->w);
    } else if (!ok) {
        buf_printf(r->b, _("article %s, example \"%s\": %s\n"), article, example, detail);
    }
}

static void coverage(const struct agreement *a, struct report *r)
{
    static struct agreement_article list[AGREEMENT_ARTICLES];
    static bool reached[AGREEMENT_ARTICLES];
    size_t n = agreement_articles(a, list, AGREEMENT_ARTICLES), rules = 0, hit = 0;

    n = n < AGREEMENT_ARTICLES ? n : AGREEMENT_ARTICLES;
    agreement_coverage(a, reached, n);
    if (r->w)
        jw_array(r->w, "coverage");
    for (size_t i = 0; i < n; i++) {
        rules += list[i].has_rule;
        hit += list[i].has_rule && reached[i];
        if (r->w) {
            jw_object(r->w, NULL);
            jw_str(r->w, "article", list[i].number);
            jw_bool(r->w, "has_rule", list[i].has_rule);
            jw_bool(r->w, "reached", reached[i]);
            jw_object_end(r->w);
        } else if (list[i].has_rule && !reached[i]) {
            buf_printf(r->b, _("article %s (line %u): no example reaches it\n"), list[i].number,
                       list[i].line);
        }
    }
    if (r->w)
        jw_array_end(r->w);
    else
        buf_printf(r->b, _("%zu of %zu articles with rules reached by examples\n"), hit, rules);
}

/* Which misfortunes the agreement's number of witnesses survives. */
static void quorum(const struct agreement *a, struct report *r)
{
    struct agreement_quorum q;

    if (!agreement_witnesses(a, &q))
        return;
    if (!r->w) {
        buf_printf(r->b,
                   _("a record is witnessed by %u of %u: survives %u that collude with a log, and %u out of "
                     "reach\n"),
                   q.need, q.witnesses, q.collude, q.unreachable);
        return;
    }
    jw_object(r->w, "witnessed");
    jw_int(r->w, "need", q.need);
    jw_int(r->w, "of", q.witnesses);
    jw_int(r->w, "collude", q.collude);
    jw_int(r->w, "unreachable", q.unreachable);
    jw_object_end(r->w);
}

/* Contradictions and shadows stand beside the faults of the text. */
static void conflicts(const char *file, bool json, const struct agreement *a, struct agreement_faults *faults)
{
    static struct cases c;
    struct agreement_faults more = { .n = 0 };
    struct arena arena;

    arena_init(&arena, MEMORY);
    if (cases_of(&c, &arena, &a, 1, agreement_day(a)))
        agreement_conflicts(&c, &more);
    if (!json)
        agreement_file_faults(file, &more);
    for (size_t i = 0; i < more.n; i++) {
        if (faults->n < AGREEMENT_FAULTS)
            faults->item[faults->n++] = more.item[i];
        else
            faults->lost++;
    }
    arena_free(&arena);
}

static int check(const char *file, bool json)
{
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct buffer b;
    struct json_writer w = json_to(&b);
    struct report r = { &b, json ? &w : NULL, 0 };
    size_t failed = 0;
    int rc;

    if (json)
        why_words(NULL); /* programs read the messages */
    rc = agreement_file_load(file, json, &a, &faults);

    if (rc == CLI_USAGE)
        return rc;
    if (a)
        conflicts(file, json, a, &faults);
    buf_init(&b, AGREEMENT_OUTPUT);
    if (json) {
        jw_object(&w, NULL);
        jw_str(&w, "file", file);
        agreement_json_faults(&w, &faults);
    }
    if (a) {
        if (json) {
            jw_str(&w, "title", agreement_title(a));
            jw_int(&w, "version", agreement_version(a));
            jw_hex(&w, "sha256", span_of(agreement_hash(a), 32));
            jw_array(&w, "examples");
        }
        failed = agreement_run_examples(a, one_example, &r);
        if (json)
            jw_array_end(&w);
        else
            buf_printf(&b, _("%s, version %u: %zu examples, %zu failed\n"), agreement_title(a),
                       agreement_version(a), r.run, failed);
        coverage(a, &r);
        quorum(a, &r);
    }
    rc = rc == CLI_POSITIVE && failed == 0 ? CLI_POSITIVE : CLI_NEGATIVE;
    if (json) {
        jw_bool(&w, "ok", rc == CLI_POSITIVE);
        jw_object_end(&w);
        buf_u8(&b, '\n');
    }
    agreement_free(a);
    return agreement_put(&b, rc);
}

int agreement_check_command(int argc, char **argv)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' }, { 0 } };
    const char *file;
    bool json = false;
    int c;

    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c != 'j')
            return cli_bad_option("agreement");
        json = true;
    }
    file = agreement_one_file(argc, argv);
    return file ? check(file, json) : CLI_USAGE;
}
