/* serai cyber inbox, alert: what is new for an officer of a running node, and what its detectors found. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/cyber_release.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "files/durable.h"

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"

enum { MEMORY = 64 << 20, REQUEST = 8 << 20, PATH = 16 * 1024, FIELDS = 8 };

struct call {
    const char *command, *url, *path;
    bool get, json;
    struct desk_text field[FIELDS];
    size_t n;
};

static void add(struct call *k, const char *name, const char *value)
{
    k->field[k->n++] = (struct desk_text){ name, value };
}

static void put_path(const struct call *k, struct buffer *b)
{
    char between = '?';

    buf_str(b, k->path);
    for (size_t i = 0; i < k->n; i++) {
        if (!k->field[i].value)
            continue;
        buf_printf(b, "%c%s=", between, k->field[i].name);
        between = '&';
        for (const char *p = k->field[i].value; *p; p++) {
            if (strchr(PLAIN, *p))
                buf_u8(b, (uint8_t)*p);
            else
                buf_printf(b, "%%%02X", (uint8_t)*p);
        }
    }
}

static int answered(const struct call *k, bool ok, struct span got, const struct why *w)
{
    if (ok) {
        desk_print(got, k->json);
        return CLI_POSITIVE;
    }
    ask_why(k->command, k->url, w);
    return w->reason && (strcmp(w->reason, "unknown") == 0 || strcmp(w->reason, "closed") == 0 ||
                         strcmp(w->reason, "taken") == 0)
               ? CLI_NEGATIVE
               : CLI_USAGE;
}

static int call(const struct call *k)
{
    struct span got = { NULL, 0 };
    struct buffer b;
    struct why w = { 0 };
    struct arena a;
    bool ok;
    int rc;

    arena_init(&a, MEMORY);
    buf_init(&b, PATH);
    if (k->get)
        put_path(k, &b);
    else
        desk_request(k->field, k->n, &b);
    if (!buf_ok(&b)) {
        rc = cli_usage(k->command, "an argument is too long");
    } else {
        ok = k->get ? ask_get(k->url, buf_cstr(&b), &a, &got, &w)
                    : ask_post(k->url, k->path, buf_span(&b), &a, &got, &w);
        rc = answered(k, ok, got, &w);
    }
    buf_free(&b);
    arena_free(&a);
    return rc;
}

int cyber_inbox_command(int argc, char **argv)
{
    struct call k = { .command = "cyber inbox", .path = "/v1/cyber/inbox" };
    const char *officer = NULL, *kind = NULL, *type = NULL, *words = NULL, *next = NULL, *most = NULL;
    const char *upto = NULL, *done = NULL;
    const struct cli_text text[] = { { "url", &k.url }, { "officer", &officer }, { "kind", &kind },
                                     { "type", &type }, { "words", &words },     { "next", &next },
                                     { "most", &most }, { "upto", &upto },       { "done", &done },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &k.json }, { NULL, NULL } };

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(k.command);
    if (!k.url || !officer || optind < argc || (upto && done))
        return cli_usage(k.command, "say --url URL of the running node and --officer ID; --upto or --done");
    k.get = !upto && !done;
    add(&k, "officer", officer);
    if (k.get) {
        add(&k, "kind", kind);
        add(&k, "type", type);
        add(&k, "words", words);
        add(&k, "next", next);
        add(&k, "most", most);
    } else {
        add(&k, "upto", upto);
        add(&k, "item", done);
    }
    return call(&k);
}

/* ---- alerts ---- */

struct alert_options {
    const char *officer, *from, *state, *indicator, *before, *most, *outcome, *reason, *opinion, *explanation;
    const char *tlp;
};

static int report(const struct call *k, const struct alert_options *o)
{
    struct span got = { NULL, 0 }, lines = { NULL, 0 };
    struct buffer request;
    struct why w = { 0 };
    struct arena a;
    bool ok, there = false;
    int rc;

    arena_init(&a, MEMORY);
    buf_init(&request, REQUEST);
    if (!file_read(o->from, REQUEST, &a, &lines, &there, &w) || !there) {
        if (!there)
            (void)why_set(&w, "io", WHY_NO_OFFSET, NULL, "there is no such file");
        cli_why(k->command, o->from, &w);
        rc = CLI_USAGE;
    } else if (!cyber_sighting_request(o->officer, NULL, lines, &request)) {
        rc = cli_usage(k->command, "%s is too long", o->from);
    } else {
        ok = ask_post(k->url, k->path, buf_span(&request), &a, &got, &w);
        rc = answered(k, ok, got, &w);
    }
    arena_free(&a);
    buf_free(&request);
    return rc;
}

static int list(struct call *k, const struct alert_options *o)
{
    k->get = true;
    add(k, "officer", o->officer);
    add(k, "state", o->state);
    add(k, "indicator", o->indicator);
    add(k, "before", o->before);
    add(k, "most", o->most);
    return call(k);
}

static int step(struct call *k, const struct alert_options *o, const char *path, const char *alert)
{
    k->path = path;
    add(k, "officer", o->officer);
    add(k, "alert", alert);
    add(k, "outcome", o->outcome);
    add(k, "reason", o->reason);
    add(k, "opinion", o->opinion);
    add(k, "explanation", o->explanation);
    add(k, "tlp", o->tlp);
    return call(k);
}

int cyber_alert_command(int argc, char **argv)
{
    struct call k = { .command = "cyber alert", .path = "/v1/cyber/alerts" };
    struct alert_options o = { 0 };
    const char *verb = argc > 1 ? argv[1] : "";
    const struct cli_text text[] = { { "url", &k.url },
                                     { "officer", &o.officer },
                                     { "from", &o.from },
                                     { "state", &o.state },
                                     { "indicator", &o.indicator },
                                     { "before", &o.before },
                                     { "most", &o.most },
                                     { "outcome", &o.outcome },
                                     { "reason", &o.reason },
                                     { "opinion", &o.opinion },
                                     { "explanation", &o.explanation },
                                     { "tlp", &o.tlp },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &k.json }, { NULL, NULL } };
    const char *alert;

    if (argc < 2 || !cli_options(argc - 1, argv + 1, text, flag))
        return cli_bad_option(k.command);
    if (!k.url || !o.officer)
        return cli_usage(k.command, "say --url URL of the running node and --officer ID");
    alert = optind < argc - 1 ? argv[1 + optind] : NULL;
    if (strcmp(verb, "list") == 0)
        return list(&k, &o);
    if (strcmp(verb, "add") == 0)
        return o.from ? report(&k, &o) : cli_usage(k.command, "say --from FILE");
    if (!alert)
        return cli_usage(k.command, "say list, add, take, close or opinion; of the last three, which alert");
    if (strcmp(verb, "take") == 0)
        return step(&k, &o, "/v1/cyber/alerts/take", alert);
    if (strcmp(verb, "close") == 0)
        return step(&k, &o, "/v1/cyber/alerts/close", alert);
    if (strcmp(verb, "opinion") == 0)
        return step(&k, &o, "/v1/cyber/alerts/opinion", alert);
    return cli_usage(k.command, "say list, add, take, close or opinion");
}
