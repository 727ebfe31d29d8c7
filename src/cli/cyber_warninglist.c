/* serai cyber warninglist check: which warning lists values are on. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cyber.h"
#include "cli/cyber_intel.h"
#include "cli/options.h"
#include "intel/warninglist.h"

#define COMMAND "cyber warninglist"

enum { NAMED = 32 };

/* "--lists A,B,C" and each value behind "check". */
static bool load(const char *paths, struct warninglist *list, size_t *n, struct arena *a)
{
    struct span rest = span_str(paths), one;
    char path[4096];

    while (text_split(&rest, ',', &one)) {
        struct why w = { 0 };
        struct buffer b;
        struct span text;

        if (one.n == 0 || one.n >= sizeof path || *n == LIMIT_WARNINGLISTS)
            continue;
        memcpy(path, one.p, one.n);
        path[one.n] = 0;
        if (!cyber_read_file(path, &b, &w)) {
            cli_why(COMMAND, path, &w);
            return false;
        }
        text = arena_copy(a, buf_span(&b));
        buf_free(&b);
        if (!warninglist_read(text, NULL, a, &list[*n], &w)) {
            cli_why(COMMAND, path, &w);
            return false;
        }
        ++*n;
    }
    return true;
}

/* 1: on a list, 0: on none, -1: no value. */
static int check_one(const struct warninglists *l, const char *text)
{
    struct intel_value v;
    struct why w = { 0 };
    uint16_t found[NAMED];
    size_t n;

    if (!intel_read_value(span_str(text), INTEL_NONE, &v, &w)) {
        cli_why(COMMAND, text, &w);
        return -1;
    }
    n = warninglist_check(l, v.kind, intel_value_span(&v), found, NAMED);
    printf("%.*s: %s", (int)v.n, (const char *)v.text, n ? "" : _("on no list"));
    for (size_t i = 0; i < n && i < NAMED; i++) {
        struct span name = warninglists_name(l, found[i]);

        printf("%s%.*s", i ? "; " : "", (int)name.n, (const char *)name.p);
    }
    puts("");
    return n > 0;
}

int cyber_warninglist_command(int argc, char **argv)
{
    static struct warninglist list[LIMIT_WARNINGLISTS];
    const char *lists = NULL;
    bool help = false;
    const struct cli_text text[] = { { "lists", &lists }, { NULL, NULL } };
    const struct cli_flag flag[] = { { "help", &help }, { NULL, NULL } };
    struct warninglists *l = NULL;
    struct why w = { 0 };
    struct arena a;
    size_t n = 0;
    int code = CLI_USAGE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(COMMAND);
    if (!lists || argc - optind < 2 || strcmp(argv[optind], "check") != 0)
        return cli_usage(COMMAND, "check --lists FILE,FILE VALUE...");
    arena_init(&a, LIMIT_INTEL_OUT);
    if (!load(lists, list, &n, &a))
        goto out;
    if (!warninglists_new(list, n, NULL, &l, &w)) {
        cli_why(COMMAND, "lists", &w);
        goto out;
    }
    code = CLI_POSITIVE;
    for (int i = optind + 1; i < argc; i++) {
        int r = check_one(l, argv[i]);

        code = cli_gravest(code, r < 0 ? CLI_USAGE : r ? CLI_NEGATIVE : CLI_POSITIVE);
    }
out:
    warninglists_free(l);
    arena_free(&a);
    return code;
}
