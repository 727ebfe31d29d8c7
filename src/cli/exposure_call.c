/* serai exposure import, match, board, close, erase */
#include <unistd.h>

#include "base/limits.h"
#include "cli/ask.h"
#include "cli/cooperation.h"
#include "cli/desk_call.h"
#include "cli/exposure.h"
#include "cli/manifest.h"
#include "cli/options.h"
#include "service/cyber/exposure_desk.h"
#include "wire/json.h"

enum { ANSWER = 64 << 20, TEXTS = 10 };
enum { OFFICE, PURPOSE, LIST, ORGANISATION, SECTOR, FORMAT, KEEP, PRODUCT, ID, REASON };

static const char *const names[TEXTS] = { "office", "purpose",   "list",    "organisation", "sector",
                                          "format", "keep_days", "product", "id",           "reason" };

struct call {
    const char *command, *node, *url, *kev;
    const char *text[TEXTS];
    bool json, facing, detail, members;
    struct instance *instance;
    unix_time now;
};

static bool options(int argc, char **argv, const char *command, struct call *k, int *code)
{
    static struct instance node;
    const struct cli_text texts[] = { { "node", &k->node },
                                      { "url", &k->url },
                                      { "kev", &k->kev },
                                      { "office", &k->text[OFFICE] },
                                      { "purpose", &k->text[PURPOSE] },
                                      { "list", &k->text[LIST] },
                                      { "organisation", &k->text[ORGANISATION] },
                                      { "sector", &k->text[SECTOR] },
                                      { "format", &k->text[FORMAT] },
                                      { "keep", &k->text[KEEP] },
                                      { "product", &k->text[PRODUCT] },
                                      { "id", &k->text[ID] },
                                      { "reason", &k->text[REASON] },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &k->json },
                                      { "internet-facing", &k->facing },
                                      { "detail", &k->detail },
                                      { "members", &k->members },
                                      { NULL, NULL } };

    *k = (struct call){ .command = command, .instance = &node, .now = cli_now() };
    if (!cli_options(argc, argv, texts, flags))
        return *code = cli_bad_option(command), false;
    if (!k->node == !k->url)
        return *code = cli_usage(command, "say --node FOLDER or --url URL"), false;
    return true;
}

static bool who(const struct call *k, int *code)
{
    if (k->text[OFFICE] && k->text[PURPOSE])
        return true;
    *code = cli_usage(k->command, "say which --office does it, and --purpose: it is recorded");
    return false;
}

/* ---- one operation, here or by a running node ---- */

static bool here(const struct call *k, exposure_op *op, struct span text, struct buffer *out, struct why *w)
{
    struct exposure_desk d = { .least = BOARD_LEAST };
    struct exposure_ask q = { .text = text, .facing = k->facing };
    bool ok = true;

    for (size_t i = 0; ok && i < TEXTS; i++)
        if (k->text[i])
            ok = exposure_ask_set(&q, span_str(names[i]), span_str(k->text[i]), w);
    if (!ok || !desk_open(k->node, true, k->instance, w))
        return false;
    d.store = k->instance->store;
    d.member = span_str(k->instance->check.member);
    ok = op(&d, &q, k->now, out, w);
    desk_close(k->instance);
    return ok;
}

static bool by_url(const struct call *k, const char *path, struct span text, struct buffer *out,
                   struct why *w)
{
    struct ask_call q = { .type = "application/octet-stream", .body = text };
    struct ask_called got = { 0 };
    struct desk_text t[TEXTS];
    struct buffer b;
    struct span answer = { NULL, 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 2 * (size_t)ANSWER);
    buf_init(&b, 64 * 1024);
    if (text.p) {
        buf_str(&b, path);
        for (size_t i = 0; i < TEXTS; i++)
            manifest_put_query(&b, names[i], k->text[i]);
        manifest_put_query(&b, "internet_facing", k->facing ? "true" : NULL);
        q.path = buf_cstr(&b);
        ok = ask_call(k->url, &q, &a, &got, w);
        answer = got.body;
    } else {
        for (size_t i = 0; i < TEXTS; i++)
            t[i] = (struct desk_text){ names[i], k->text[i] };
        desk_request(t, TEXTS, &b);
        ok = ask_post(k->url, path, buf_span(&b), &a, &answer, w);
    }
    if (ok)
        buf_put(out, answer);
    buf_free(&b);
    arena_free(&a);
    return ok;
}

static bool run(const struct call *k, const char *path, exposure_op *op, struct span text, struct buffer *out,
                struct why *w)
{
    buf_init(out, ANSWER);
    return k->node ? here(k, op, text, out, w) : by_url(k, path, text, out, w);
}

static int refused(const struct call *k, const char *what, const struct why *w)
{
    ask_why(k->command, what, w);
    return w->reason && (strncmp(w->reason, "asset", 5) == 0 || strcmp(w->reason, "finding-unknown") == 0)
               ? CLI_NEGATIVE
               : CLI_USAGE;
}

/* Prints the answer; or says what is wrong. */
static int finish(const struct call *k, bool ok, struct buffer *out, const char *what, const struct why *w)
{
    int code = CLI_POSITIVE;

    if (ok)
        desk_print(buf_span(out), k->json);
    else
        code = refused(k, what, w);
    buf_free(out);
    return code;
}

static int with_file(const struct call *k, const char *path, exposure_op *op, const char *file, size_t most)
{
    struct why w = { 0 };
    struct buffer text, out;
    bool ok;
    int code;

    if (!cli_read_most(file, most, &text, &w)) {
        cli_why(k->command, file, &w);
        return CLI_USAGE;
    }
    ok = run(k, path, op, text.n ? buf_span(&text) : SPAN(""), &out, &w);
    code = finish(k, ok, &out, file, &w);
    buf_free(&text);
    return code;
}

static int without_file(const struct call *k, const char *path, exposure_op *op)
{
    struct why w = { 0 };
    struct buffer out;
    bool ok = run(k, path, op, (struct span){ NULL, 0 }, &out, &w);

    return finish(k, ok, &out, k->node ? k->node : k->url, &w);
}

/* ---- the commands ---- */

int exposure_import_command(int argc, char **argv)
{
    struct call k;
    int code;

    if (!options(argc, argv, "exposure import", &k, &code) || !who(&k, &code))
        return code;
    if (!k.text[LIST] || argc - optind != 1)
        return cli_usage(k.command, "say --list ID, and one file");
    return with_file(&k, "/v1/exposure/assets", exposure_take_assets, argv[optind], LIMIT_ASSETS);
}

static int exit_of_match(struct span json)
{
    struct arena a;
    struct json j;
    int64_t open = 0;
    bool ok;

    arena_init(&a, 1 << 20);
    ok = json_parse(json, &a, &j, NULL) && json_int64(&j, json_member(&j, JSON_ROOT, "open"), &open);
    arena_free(&a);
    return !ok ? CLI_USAGE : open ? CLI_NEGATIVE : CLI_POSITIVE;
}

int exposure_match_command(int argc, char **argv)
{
    struct why w = { 0 };
    struct buffer out;
    struct call k;
    int code;

    if (!options(argc, argv, "exposure match", &k, &code) || !who(&k, &code))
        return code;
    if (k.kev &&
        (code = with_file(&k, "/v1/exposure/kev", exposure_take_kev, k.kev, LIMIT_CSAF)) != CLI_POSITIVE)
        return code;
    for (int i = optind; i < argc; i++)
        if ((code = with_file(&k, "/v1/exposure/advisories", exposure_take_advisory, argv[i], LIMIT_CSAF)) !=
            CLI_POSITIVE)
            return code;
    if (!run(&k, "/v1/exposure/match", exposure_match, (struct span){ NULL, 0 }, &out, &w))
        return finish(&k, false, &out, k.node ? k.node : k.url, &w);
    code = exit_of_match(buf_span(&out));
    (void)finish(&k, true, &out, "", &w);
    return code;
}

int exposure_board_command(int argc, char **argv)
{
    struct why w = { 0 };
    struct span got = { NULL, 0 };
    struct arena a;
    struct call k;
    int code;
    bool ok;

    if (!options(argc, argv, "exposure board", &k, &code) || (k.detail && !who(&k, &code)))
        return code;
    if (k.detail)
        return without_file(&k, "/v1/exposure/detail", exposure_detail);
    if (k.node && k.members)
        return cli_usage(k.command, "--members is asked of the running node: --url URL");
    if (k.node)
        return without_file(&k, "", exposure_board);
    arena_init(&a, ANSWER);
    ok = ask_get(k.url, k.members ? "/v1/exposure/members" : "/v1/exposure/board", &a, &got, &w);
    if (ok)
        desk_print(got, k.json);
    code = ok ? CLI_POSITIVE : refused(&k, k.url, &w);
    arena_free(&a);
    return code;
}

int exposure_publish_command(int argc, char **argv)
{
    return cooperation_run(&(struct cooperation_call){ .command = "exposure publish",
                                                       .path = "/v1/exposure/publish",
                                                       .how = COOPERATION_POST },
                           argc, argv);
}

int exposure_close_command(int argc, char **argv)
{
    struct call k;
    int code;

    if (!options(argc, argv, "exposure close", &k, &code) || !who(&k, &code))
        return code;
    if (!k.text[ORGANISATION] || !k.text[PRODUCT] || !k.text[ID] || !k.text[REASON])
        return cli_usage(k.command, "say --organisation, --product, --id and --reason");
    return without_file(&k, "/v1/exposure/close", exposure_close);
}

int exposure_erase_command(int argc, char **argv)
{
    struct call k;
    int code;

    if (!options(argc, argv, "exposure erase", &k, &code) || !who(&k, &code))
        return code;
    if (!k.text[LIST])
        return cli_usage(k.command, "say which --list");
    return without_file(&k, "/v1/exposure/erase", exposure_erase);
}
