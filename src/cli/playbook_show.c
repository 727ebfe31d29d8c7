#include <getopt.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/advisory.h"
#include "cli/options.h"

enum { DEEPEST = 30 };

static void put(const char *before, struct span s)
{
    (void)printf("%s", before);
    advisory_put(s, 0);
}

static void show_commands(const struct cacao *c, json_ref step, unsigned indent)
{
    json_ref list = json_member(&c->j, step, "commands");

    if (!json_is(&c->j, list, JSON_KIND_ARRAY))
        return;
    for (json_ref k = json_first(&c->j, list); k != JSON_NONE; k = json_after(&c->j, list, k)) {
        (void)printf("%*s", (int)indent, "");
        put("- ", cacao_text(c, k, "type", (struct span){ NULL, 0 }));
        advisory_put(cacao_text(c, k, "command", (struct span){ NULL, 0 }), indent + 4);
    }
}

static void show_line(const struct cacao *c, const struct cacao_line *l, struct span language)
{
    unsigned indent = 2 * (l->depth < DEEPEST ? l->depth : DEEPEST);
    const struct cacao_step *s = l->step == CACAO_NONE ? NULL : &c->step[l->step];
    struct span name;

    (void)printf("%*s", (int)indent, "");
    if (l->by && l->by->kind != CACAO_ON_COMPLETION)
        (void)printf("%s ", cacao_edge_word(l->by->kind));
    if (l->by && l->by->label.n) {
        struct buffer b;

        buf_init(&b, 1u << 16);
        text_put_plain(&b, l->by->label);
        (void)printf("\"%s\" ", buf_cstr(&b));
        buf_free(&b);
    }
    if (!s) {
        (void)puts(_("a step that is missing"));
        return;
    }
    (void)printf("%s%s: ", l->again ? _("again ") : "", cacao_step_word(s->kind));
    name = cacao_text(c, s->at, "name", language);
    advisory_put(name.n ? name : s->id, 0);
    if (l->again)
        return;
    name = cacao_text(c, s->at, "description", language);
    if (name.n)
        advisory_put(name, indent + 4);
    name = cacao_text(c, s->at, s->kind == CACAO_SWITCH ? "switch" : "condition", language);
    if (name.n) {
        (void)printf("%*s", (int)indent + 4, "");
        put(s->kind == CACAO_SWITCH ? _("by ") : _("when "), name);
    }
    show_commands(c, s->at, indent + 4);
}

static void show(const struct cacao *c, struct span language)
{
    struct why w = { 0 };
    struct cacao_line *line;
    uint32_t n;

    advisory_put(cacao_text(c, JSON_ROOT, "name", language), 0);
    if (c->revoked)
        (void)puts(_("REVOKED"));
    put(_("id       "), c->id);
    put(_("modified "), c->modified);
    advisory_put(cacao_text(c, JSON_ROOT, "description", language), 2);
    if (!cacao_flow(c, &line, &n, &w)) {
        cli_why("playbook", "flow", &w);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        show_line(c, &line[i], language);
}

/* draw: the picture instead of words. */
static int show_or_draw(int argc, char **argv, bool draw)
{
    const char *language = NULL;
    bool help = false;
    const struct cli_text text[] = { { "language", &language }, { NULL, NULL } };
    const struct cli_flag flag[] = { { "help", &help }, { NULL, NULL } };
    struct cacao c = { 0 };
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    bool ok;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("playbook");
    if (help || optind + 1 != argc)
        return cli_usage("playbook", "%s wants one file", draw ? "graph" : "show");
    buf_init(&b, 64u << 20);
    ok = playbook_read(argv[optind], &a, &c);
    if (ok && draw) {
        ok = cacao_draw(&c, span_str(language), &b, &w);
        if (ok)
            (void)printf("%s", buf_cstr(&b));
        else
            cli_why("playbook", argv[optind], &w);
    } else if (ok) {
        show(&c, span_str(language));
    }
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

int playbook_show_command(int argc, char **argv)
{
    return show_or_draw(argc, argv, false);
}

int playbook_graph_command(int argc, char **argv)
{
    return show_or_draw(argc, argv, true);
}

int playbook_diff_command(int argc, char **argv)
{
    struct cacao old = { 0 }, new = { 0 };
    struct arena a, b;
    int rc = CLI_USAGE;

    if (argc != 3 || argv[1][0] == '-')
        return cli_usage("playbook", "diff wants two files");
    arena_init(&b, LIMIT_CACAO_MEMORY);
    if (playbook_read(argv[1], &a, &old) && playbook_read(argv[2], &b, &new)) {
        if (!span_eq(old.id, new.id))
            (void)puts(_("these are two playbooks, not two versions of one"));
        else if (cacao_version_cmp(&old, &new) > 0)
            (void)puts(_("the second is the older version"));
        rc = advisory_differences(&old.j, &new.j, &b) ? CLI_NEGATIVE : CLI_POSITIVE;
    }
    arena_free(&a);
    arena_free(&b);
    return rc;
}
