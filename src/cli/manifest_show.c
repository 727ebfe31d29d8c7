/* serai manifest list, show, results, erase */
#include <unistd.h>

#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/manifest.h"
#include "cli/options.h"
#include "wire/json.h"

enum { ANSWER = 16 << 20 };

struct shown {
    struct manifest_call call;
    const char *command, *reference;
    struct instance *node;
    struct arena a;
    unix_time now;
};

static bool read_options(int argc, char **argv, const char *command, bool one, bool office, struct shown *s,
                         int *code)
{
    static struct instance node;
    const struct cli_text texts[] = { { "node", &s->call.node },     { "url", &s->call.url },
                                      { "office", &s->call.office }, { "only", &s->call.only },
                                      { "out", &s->call.out },       { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &s->call.json },
                                      { "organiser", &s->call.organiser },
                                      { NULL, NULL } };

    *s = (struct shown){ .command = command, .node = &node, .now = cli_now() };
    if (!cli_options(argc, argv, texts, flags))
        return *code = cli_bad_option(command), false;
    if (!s->call.node == !s->call.url || argc - optind != one)
        return *code = cli_usage(command, "say --node FOLDER or --url URL%s",
                                 one ? _(", and the id of one list") : ""),
               false;
    if (office && !s->call.office)
        return *code = cli_usage(command, "say for which --office"), false;
    if (one && (!argv[optind][0] ||
                strspn(argv[optind], "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != strlen(argv[optind])))
        return *code = cli_usage(command, "an id is of capital letters and digits"), false;
    s->reference = one ? argv[optind] : NULL;
    return true;
}

/* Opens what is needed, runs, tells what is wrong. */
static int with(struct shown *s, bool write,
                bool (*run)(struct shown *s, const struct check_context *c, int *code, struct why *w))
{
    struct why w = { 0 };
    int code = CLI_POSITIVE;
    bool ok = false;

    arena_init(&s->a, 256 << 20);
    if (s->call.url) {
        ok = run(s, NULL, &code, &w);
    } else if (desk_open(s->call.node, write, s->node, &w)) {
        s->node->check.store = s->node->store;
        ok = run(s, &s->node->check, &code, &w);
        desk_close(s->node);
    }
    if (!ok) {
        ask_why(s->command, s->call.url ? s->call.url : s->call.node, &w);
        code = CLI_USAGE;
    }
    arena_free(&s->a);
    return code;
}

static bool run_list(struct shown *s, const struct check_context *c, int *code, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    struct span got;
    bool ok;

    (void)code;
    buf_init(&b, ANSWER);
    j = json_to(&b);
    ok = c ? manifest_list(c, 0, &s->a, &j, w) : ask_get(s->call.url, "/v1/manifests", &s->a, &got, w);
    if (c)
        got = buf_span(&b);
    if (ok)
        desk_print(got, s->call.json);
    buf_free(&b);
    return ok;
}

static bool run_show(struct shown *s, const struct check_context *c, int *code, struct why *w)
{
    struct span known, state;
    struct json j;

    if (!manifest_known(&s->call, c, s->reference, &s->a, &known, w) || !json_parse(known, &s->a, &j, w))
        return false;
    if (s->call.json)
        printf("%.*s\n", (int)known.n, (const char *)known.p);
    else
        manifest_print(known);
    if (json_text_of(&j, json_member(&j, JSON_ROOT, "state"), &s->a, &state) && !span_eq_str(state, "done"))
        *code = CLI_UNDETERMINED;
    return true;
}

static bool run_results(struct shown *s, const struct check_context *c, int *code, struct why *w)
{
    (void)code;
    return manifest_write_results(&s->call, c, s->reference, s->now, w);
}

static bool run_erase(struct shown *s, const struct check_context *c, int *code, struct why *w)
{
    const struct desk_text t[] = { { "office", s->call.office } };
    struct buffer b;
    struct span got;
    char path[128];
    bool ok;

    (void)code;
    if (c)
        return store_erase_manifest(c->store, span_str(s->reference), span_str(s->call.office), s->now, w);
    buf_init(&b, 4096);
    desk_request(t, 1, &b);
    (void)snprintf(path, sizeof path, "/v1/manifests/%.64s/erase", s->reference);
    ok = ask_post(s->call.url, path, buf_span(&b), &s->a, &got, w);
    buf_free(&b);
    return ok;
}

int manifest_list_command(int argc, char **argv)
{
    struct shown s;
    int code;

    return read_options(argc, argv, "manifest list", false, false, &s, &code) ? with(&s, false, run_list)
                                                                              : code;
}

int manifest_show_command(int argc, char **argv)
{
    struct shown s;
    int code;

    return read_options(argc, argv, "manifest show", true, false, &s, &code) ? with(&s, false, run_show)
                                                                             : code;
}

int manifest_results_command(int argc, char **argv)
{
    struct shown s;
    int code;

    return read_options(argc, argv, "manifest results", true, true, &s, &code) ? with(&s, true, run_results)
                                                                               : code;
}

int manifest_erase_command(int argc, char **argv)
{
    struct shown s;
    int code;

    return read_options(argc, argv, "manifest erase", true, true, &s, &code) ? with(&s, true, run_erase)
                                                                             : code;
}
