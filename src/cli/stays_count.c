/* serai stays count, serai stays waiting: counts by day, as CSV or JSON. */
#include <getopt.h>
#include <stdio.h>

#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/stays.h"
#include "cli/subcommand.h"
#include "service/travel/statistics.h"
#include "wire/json.h"

static const char command[] = "stays";

enum { ANSWER = 16 << 20, DAYS = 30 };

typedef bool statistics(const struct statistics_place *p, int64_t days, struct arena *a, struct buffer *out,
                        struct why *w);

/* A list of the answer; kind: what stands first in each line; NULL: nothing. */
struct table {
    const char *list, *kind;
};

struct count {
    statistics *count;
    const char *const *columns; /* ends with NULL */
    struct table table[2];      /* list NULL: none */
};

/* Numbers and words of the agreement, which hold no sign of CSV; null is empty. */
static void put_cell(const struct json *j, json_ref v, struct arena *a)
{
    struct span text;
    int64_t n;

    if (json_int64(j, v, &n))
        (void)printf("%lld", (long long)n);
    else if (json_text_of(j, v, a, &text))
        (void)printf("%.*s", (int)text.n, (const char *)text.p);
}

static void put_table(const struct json *j, const struct table *t, const char *const *columns,
                      struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, t->list);

    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r)) {
        if (t->kind)
            (void)printf("%s,", t->kind);
        for (size_t i = 0; columns[i]; i++) {
            if (i)
                (void)putchar(',');
            put_cell(j, json_member(j, r, columns[i]), a);
        }
        (void)fputs("\r\n", stdout);
    }
}

static bool put_csv(struct span answer, const struct count *c, struct arena *a, struct why *w)
{
    struct json j;

    if (!json_parse(answer, a, &j, w))
        return false;
    if (c->table[0].kind)
        (void)fputs("queue,", stdout);
    for (size_t i = 0; c->columns[i]; i++)
        (void)printf("%s%s", i ? "," : "", c->columns[i]);
    (void)fputs("\r\n", stdout);
    for (size_t i = 0; i < 2 && c->table[i].list; i++)
        put_table(&j, &c->table[i], c->columns, a);
    return true;
}

static int run(int argc, char **argv, const struct count *c)
{
    static struct instance node;
    const char *folder = NULL, *given = NULL;
    const struct cli_text texts[] = { { "node", &folder }, { "days", &given }, { NULL, NULL } };
    bool json = false;
    const struct cli_flag flags[] = { { "json", &json }, { NULL, NULL } };
    struct statistics_place p;
    int64_t days = DAYS;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    bool ok;

    if (!cli_options(argc, argv, texts, flags) ||
        !cli_number(command, "days", given, LIMIT_STATISTICS_DAYS, &days) || optind != argc)
        return cli_bad_option(command);
    if (!folder)
        return cli_usage(command, "say --node FOLDER");
    if (!desk_open(folder, false, &node, &w)) {
        cli_why(command, folder, &w);
        return CLI_USAGE;
    }
    arena_init(&a, 256 << 20);
    buf_init(&b, ANSWER);
    p = (struct statistics_place){ node.store, node.agreement, span_str(node.config.member),
                                   node.config.utc_offset, cli_now() };
    ok = c->count(&p, days, &a, &b, &w);
    if (ok && json)
        desk_print(buf_span(&b), true);
    else if (ok)
        ok = put_csv(buf_span(&b), c, &a, &w);
    if (!ok)
        cli_why(command, folder, &w);
    buf_free(&b);
    arena_free(&a);
    desk_close(&node);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

int stays_count_command(int argc, char **argv)
{
    static const char *const columns[] = { "day", "purpose", "inside", "came", "left", "over", NULL };
    static const struct count c = { stay_statistics, columns, { { "stays", NULL } } };

    return run(argc, argv, &c);
}

int stays_waiting_command(int argc, char **argv)
{
    static const char *const columns[] = { "day",          "waiting",    "came", "decided",
                                           "middle_hours", "slow_hours", NULL };
    static const struct count c = { queue_statistics,
                                    columns,
                                    { { "applications", "applications" }, { "complaints", "complaints" } } };

    return run(argc, argv, &c);
}
