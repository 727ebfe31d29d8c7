/*
 * STIX patterns: reading, evaluating over JSON, and a watch of 10,000 patterns that are no plain equalities
 * against asking every bracket of them, on the same records, none of which has a literal of theirs.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "stix/pattern_index.h"
#include "stix/pattern_watch.h"

enum { PATTERNS = 10000, RECORDS = 256 };

static const char *const paths[] = { "domain-name:value",
                                     "url:value",
                                     "file:name",
                                     "network-traffic:dst_port",
                                     "process:command_line",
                                     "network-traffic:dst_ref.value",
                                     "file:size",
                                     "ipv4-addr:value" };
static const struct pattern_fields fields = { paths, 8 };

struct all {
    struct arena a;
    struct span text[PATTERNS];
    struct pattern *p;
    struct pattern_code *code[PATTERNS];
    const struct pattern_code *const_code[PATTERNS];
    struct pattern_work *work;
    struct pattern_watch *watch;
    struct pattern_fact fact[RECORDS][8];
    struct pattern_facts facts[RECORDS];
    struct pattern_observation o[RECORDS];
    size_t at, hits;
    struct arena parse;
};

static struct span text_of(struct arena *a, const char *fmt, unsigned i)
{
    char room[300];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)snprintf(room, sizeof room, fmt, i * 2654435761u, i);
#pragma GCC diagnostic pop
    return arena_copy(a, span_str(room));
}

static void make_patterns(struct all *x)
{
    static const char *const forms[] = {
        "[url:value LIKE '%%/gate%08x.php%%' AND network-traffic:dst_port > 1]",
        "[url:value MATCHES '^https?://[^/]+/drop-%08x/[a-z]+$']",
        "([domain-name:value = 'c2-%08x.example'] FOLLOWEDBY [file:name LIKE '%%stage-%u.bin']) WITHIN 300 "
        "SECONDS",
        "[process:command_line MATCHES 'rundll32 .*evil%08x[.]dll' OR file:name = 'evil%u.exe'] REPEATS 3 "
        "TIMES",
        "[file:name LIKE 'invoice-%08x%%' AND file:size > 1000]",
    };
    struct why w = { 0 };

    x->p = calloc(PATTERNS, sizeof *x->p);
    for (unsigned i = 0; i < PATTERNS; i++) {
        x->text[i] = text_of(&x->a, forms[i % 5], i);
        if (!x->p || !pattern_parse(x->text[i], &x->a, &x->p[i], &w) ||
            !pattern_compile(&x->p[i], &fields, &x->a, &x->code[i], &w)) {
            (void)fprintf(stderr, "%s\n", w.detail);
            exit(1);
        }
        x->const_code[i] = x->code[i];
    }
}

static void put(struct all *x, unsigned r, uint32_t object, uint32_t field, const char *fmt, unsigned i)
{
    struct pattern_fact *f = &x->fact[r][x->facts[r].n++];

    *f = (struct pattern_fact){ .object = object, .field = field };
    f->value = (struct pattern_value){ .kind = PATTERN_VALUE_TEXT, .text = text_of(&x->a, fmt, i) };
}

static void make_records(struct all *x)
{
    for (unsigned r = 0; r < RECORDS; r++) {
        struct pattern_fact *port = &x->fact[r][0];

        x->facts[r] = (struct pattern_facts){ &fields, x->fact[r], 1 };
        *port = (struct pattern_fact){ .object = 0, .field = 3 };
        port->value = (struct pattern_value){ .kind = PATTERN_VALUE_INTEGER, .integer = 443 };
        put(x, r, 1, 0, "www.host-%08x.example", r);
        put(x, r, 2, 1, "https://www.host-%08x.example/index/%u/page.html?x=1", r);
        put(x, r, 3, 2, "document-%08x.pdf", r);
        put(x, r, 4, 7, "host-%u-%u", r);
        x->o[r] = pattern_observation_of(&x->facts[r], (struct pattern_time){ 1000 + r, 0 });
    }
}

static void parse(void *ctx, size_t n)
{
    struct all *x = ctx;
    struct pattern p;

    for (size_t i = 0; i < n; i++) {
        arena_reset(&x->parse);
        if (!pattern_parse(x->text[x->at++ % PATTERNS], &x->parse, &p, NULL))
            exit(1);
    }
}

static void on_hit(const struct pattern_hit *h, void *arg)
{
    struct all *x = arg;

    (void)h;
    x->hits++;
}

static void watch(void *ctx, size_t n)
{
    struct all *x = ctx;

    for (size_t i = 0; i < n; i++) {
        struct pattern_observation *o = &x->o[x->at++ % RECORDS];

        o->first = o->last = (struct pattern_time){ (int64_t)x->at, 0 };
        (void)pattern_watch_see(x->watch, o, 0, x->work, on_hit, x);
    }
}

static void loop(void *ctx, size_t n)
{
    struct all *x = ctx;

    for (size_t i = 0; i < n; i++)
        for (unsigned k = 0; k < PATTERNS; k++)
            for (uint32_t b = 0; b < x->p[k].brackets; b++)
                x->hits +=
                    pattern_bracket(x->code[k], b, &x->o[x->at % RECORDS], x->work, NULL) == PATTERN_MATCH;
}

static void evaluate(void *ctx, size_t n)
{
    struct all *x = ctx;

    for (size_t i = 0; i < n; i++, x->at++)
        x->hits += pattern_bracket(x->code[x->at % PATTERNS], 0, &x->o[x->at % RECORDS], x->work, NULL) ==
                   PATTERN_MATCH;
}

int main(int argc, char **argv)
{
    static struct all x;
    struct pattern_watch_set set = { .late = { 5, 0 }, .keep = { 3600, 0 } };
    struct pattern_watch_state told;
    double ns;

    bench_init(argc, argv);
    arena_init(&x.a, (size_t)1 << 31);
    arena_init(&x.parse, 1 << 24);
    x.work = pattern_work_new();
    make_patterns(&x);
    make_records(&x);
    x.watch = pattern_watch_new(x.const_code, PATTERNS, &set);
    ns = bench_time("read a pattern", parse, &x);
    bench_figure("patterns read", 1000 / ns, "M/s");
    ns = bench_time("one bracket on one record", evaluate, &x);
    bench_figure("brackets evaluated", 1000 / ns, "M/s");
    (void)bench_ratio("watch of 10,000 on a record", watch, &x, "every bracket asked", loop, &x, 100);
    pattern_watch_told(x.watch, &told);
    bench_figure("brackets evaluated a record", told.seen ? (double)told.evaluated / (double)told.seen : 0,
                 "");
    bench_figure("hits", (double)x.hits, "");
    pattern_watch_free(x.watch);
    for (unsigned i = 0; i < PATTERNS; i++)
        pattern_code_free(x.code[i]);
    pattern_work_free(x.work);
    free(x.p);
    arena_free(&x.parse);
    arena_free(&x.a);
    return 0;
}
