/* serai agreement coverage: what no example reaches, and examples worth adding. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement/coverage.h"
#include "agreement/what_if.h"
#include "cli/agreement_say.h"

enum { MEMORY = 512 * 1024 * 1024 };

struct wanted {
    const char *file;
    bool json;
    unsigned suggestions;
};

static void put_target(const struct wanted *o, const struct coverage_target *t, struct json_writer *w,
                       struct buffer *out)
{
    const char *side = t->branch ? (t->wanted ? ": so" : _(": not so")) : "";

    if (!o->json) {
        buf_printf(out, _("%s:%u:1: note: article %s: no example reaches: %s%s\n"), o->file, t->line,
                   t->article->number, t->label, side);
        return;
    }
    jw_object(w, NULL);
    jw_int(w, "line", t->line);
    jw_str(w, "article", t->article->number);
    jw_str(w, "what", t->label);
    if (t->branch)
        jw_bool(w, "holds", t->wanted);
    jw_object_end(w);
}

static void put_sums(const struct coverage *x, struct json_writer *w, bool json, struct buffer *out)
{
    size_t n[2] = { 0 }, hit[2] = { 0 };

    for (size_t i = 0; i < x->n; i++) {
        n[x->target[i].branch]++;
        hit[x->target[i].branch] += x->target[i].reached;
    }
    if (json) {
        jw_int(w, "rules", (int64_t)n[0]);
        jw_int(w, "rules_reached", (int64_t)hit[0]);
        jw_int(w, "branches", (int64_t)n[1]);
        jw_int(w, "branches_reached", (int64_t)hit[1]);
    } else {
        buf_printf(
            out,
            _("%zu of %zu ways, rows, exceptions, reservations, requirements and duties reached by examples\n"
              "%zu of %zu sides of comparisons reached by examples\n"),
            hit[0], n[0], hit[1], n[1]);
    }
}

static void suggest(const struct wanted *o, struct coverage *x, struct arena *arena, struct json_writer *w,
                    struct buffer *out)
{
    static struct cases c;
    static struct suggestion s;
    const struct agreement *one = x->a;
    size_t at = 0;

    if (!cases_of(&c, arena, &one, 1, agreement_day(x->a)))
        return;
    if (o->json)
        jw_array(w, "suggestions");
    for (unsigned i = 0; i < o->suggestions && coverage_suggest(x, &c, &at, &s); i++) {
        struct buffer b;

        buf_init(&b, 65536);
        suggestion_put(x->a, &s, &b);
        if (o->json) {
            jw_object(w, NULL);
            jw_str(w, "article", s.target->article->number);
            jw_text(w, "example", buf_span(&b));
            jw_object_end(w);
        } else {
            buf_printf(out, "%s# under article %s\n%.*s", i ? "" : _("\nExamples worth adding:\n"),
                       s.target->article->number, (int)b.n, (const char *)b.p);
        }
        buf_free(&b);
    }
    if (o->json)
        jw_array_end(w);
}

static int coverage(const struct wanted *o)
{
    static struct coverage x;
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct arena arena;
    struct buffer out;
    struct json_writer w = json_to(&out);
    size_t missed = 0;
    int rc = agreement_file_load(o->file, false, &a, &faults);

    if (rc != CLI_POSITIVE)
        return rc;
    arena_init(&arena, MEMORY);
    buf_init(&out, AGREEMENT_OUTPUT);
    if (!coverage_of(a, &arena, &x)) {
        agreement_free(a);
        buf_free(&out);
        return cli_usage("agreement", "%s is too large", o->file);
    }
    if (o->json) {
        jw_object(&w, NULL);
        jw_array(&w, "missed");
    }
    for (size_t i = 0; i < x.n; i++) {
        if (x.target[i].reached)
            continue;
        missed++;
        put_target(o, &x.target[i], &w, &out);
    }
    if (o->json)
        jw_array_end(&w);
    put_sums(&x, &w, o->json, &out);
    if (missed)
        suggest(o, &x, &arena, &w, &out);
    if (o->json) {
        jw_object_end(&w);
        buf_u8(&out, '\n');
    }
    arena_free(&arena);
    agreement_free(a);
    return agreement_put(&out, missed ? CLI_NEGATIVE : CLI_POSITIVE);
}

int agreement_coverage_command(int argc, char **argv)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' },
                                             { "suggest", required_argument, NULL, 's' },
                                             { 0 } };
    struct wanted o = { .suggestions = 10 };
    char *end;
    int c;

    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c == 'j') {
            o.json = true;
        } else if (c == 's') {
            o.suggestions = (unsigned)strtoul(optarg, &end, 10);
            if (*optarg < '0' || *optarg > '9' || *end || o.suggestions > COVERAGE_TARGETS)
                return cli_usage("agreement", "--suggest takes a number up to %d", COVERAGE_TARGETS);
        } else {
            return cli_bad_option("agreement");
        }
    }
    o.file = agreement_one_file(argc, argv);
    return o.file ? coverage(&o) : CLI_USAGE;
}
