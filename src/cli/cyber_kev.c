/* serai cyber kev diff: what changed between two catalogues of known exploited vulnerabilities. */
#include <getopt.h>
#include <stdio.h>

#include "base/limits.h"
#include "cli/cyber.h"
#include "cli/cyber_intel.h"
#include "cli/options.h"
#include "intel/kev.h"
#include "wire/json_write.h"

#define COMMAND "cyber kev"

static void print_line(const struct kev_change *c)
{
    const struct kev_entry *e = c->new ? c->new : c->old;

    if (!e) /* one of them stands */
        return;
    printf("%s %.*s", c->old ? c->new ? _("changed") : _("removed") : _("added  "), (int)e->cve.n,
           (const char *)e->cve.p);
    if (c->fields) {
        for (unsigned f = 0; f < KEV_FIELDS; f++)
            if (c->fields >> f & 1)
                printf(" %s", kev_field_name((enum kev_field)f));
    } else {
        printf(" %.*s %.*s", (int)e->field[KEV_VENDOR].n, (const char *)e->field[KEV_VENDOR].p,
               (int)e->field[KEV_PRODUCT].n, (const char *)e->field[KEV_PRODUCT].p);
    }
    puts("");
}

static void put_change(struct json_writer *j, const struct kev_change *c)
{
    const struct kev_entry *e = c->new ? c->new : c->old;

    if (!e)
        return;
    jw_object(j, NULL);
    jw_text(j, "cve", e->cve);
    jw_str(j, "change", c->old ? c->new ? "changed" : "removed" : "added");
    jw_object(j, "fields");
    for (unsigned f = 0; c->old && c->new &&f < KEV_FIELDS; f++) {
        if (!(c->fields >> f & 1))
            continue;
        jw_array(j, kev_field_name((enum kev_field)f));
        jw_text(j, NULL, c->old->field[f]);
        jw_text(j, NULL, c->new->field[f]);
        jw_array_end(j);
    }
    jw_object_end(j);
    jw_object_end(j);
}

struct telling {
    struct json_writer *j; /* NULL: lines */
};

static bool on_change(void *ctx, const struct kev_change *c)
{
    const struct telling *t = ctx;

    if (t->j)
        put_change(t->j, c);
    else
        print_line(c);
    return true;
}

static int diff(struct span old_text, struct span new_text, bool json)
{
    struct kev_catalogue old, new;
    struct telling t = { NULL };
    struct json_writer j;
    struct kev_delta d;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    int code = CLI_USAGE;

    arena_init(&a, LIMIT_INTEL_OUT);
    buf_init(&b, LIMIT_INTEL_FILE);
    if (!kev_read(old_text, NULL, &a, &old, &w) || !kev_read(new_text, NULL, &a, &new, &w)) {
        cli_why(COMMAND, "diff", &w);
        goto out;
    }
    j = json_to(&b);
    if (json) {
        t.j = &j;
        jw_object(&j, NULL);
        jw_array(&j, "changes");
    }
    (void)kev_compare(&old, &new, on_change, &t, &d);
    if (json) {
        jw_array_end(&j);
        jw_int(&j, "added", (int64_t)d.added);
        jw_int(&j, "changed", (int64_t)d.changed);
        jw_int(&j, "removed", (int64_t)d.removed);
        jw_int(&j, "same", (int64_t)d.same);
        jw_object_end(&j);
        puts(buf_cstr(&b));
    } else {
        printf(_("%zu added, %zu changed, %zu removed, %zu the same\n"), d.added, d.changed, d.removed,
               d.same);
    }
    code = d.added || d.changed || d.removed ? CLI_NEGATIVE : CLI_POSITIVE;
out:
    buf_free(&b);
    arena_free(&a);
    return code;
}

int cyber_kev_command(int argc, char **argv)
{
    bool json = false, help = false;
    const struct cli_text text[] = { { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { "help", &help }, { NULL, NULL } };
    struct buffer old, new;
    struct why w = { 0 };
    int code;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(COMMAND);
    if (argc - optind != 3 || strcmp(argv[optind], "diff") != 0)
        return cli_usage(COMMAND, "diff OLD NEW");
    if (!cyber_read_file(argv[optind + 1], &old, &w)) {
        cli_why(COMMAND, argv[optind + 1], &w);
        return CLI_USAGE;
    }
    if (!cyber_read_file(argv[optind + 2], &new, &w)) {
        cli_why(COMMAND, argv[optind + 2], &w);
        buf_free(&old);
        return CLI_USAGE;
    }
    code = diff(buf_span(&old), buf_span(&new), json);
    buf_free(&old);
    buf_free(&new);
    return code;
}
