#include "cli/cyber_release.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/desk_call.h"
#include "wire/json_write.h"

static const char command[] = "cyber";

enum { REQUEST = 4 << 20, MEMORY = 64 << 20, TYPES = 64, CONFIRMED = 1000 };

struct call {
    const char *path;
    const char *url, *officer, *reason, *collection, *after, *to, *group, *embargo, *most, *act, *before;
    const char *type[TYPES], *confirm[CONFIRMED];
    size_t n_types, n_confirm;
    bool exercise, json;
};

static const struct {
    const char *name;
    size_t at;
} texts[] = {
    { "url", offsetof(struct call, url) },           { "officer", offsetof(struct call, officer) },
    { "reason", offsetof(struct call, reason) },     { "collection", offsetof(struct call, collection) },
    { "added-after", offsetof(struct call, after) }, { "to", offsetof(struct call, to) },
    { "group", offsetof(struct call, group) },       { "embargo", offsetof(struct call, embargo) },
    { "most", offsetof(struct call, most) },         { "act", offsetof(struct call, act) },
    { "before", offsetof(struct call, before) },
};

enum { TEXTS = sizeof texts / sizeof *texts };

static bool read_options(struct call *k, int argc, char **argv)
{
    struct option o[TEXTS + 5] = { 0 };
    int c;

    for (size_t i = 0; i < TEXTS; i++)
        o[i] = (struct option){ texts[i].name, required_argument, NULL, 256 + (int)i };
    o[TEXTS] = (struct option){ "type", required_argument, NULL, 't' };
    o[TEXTS + 1] = (struct option){ "exercise", no_argument, NULL, 'x' };
    o[TEXTS + 2] = (struct option){ "json", no_argument, NULL, 'j' };
    o[TEXTS + 3] = (struct option){ "confirm", required_argument, NULL, 'c' };
    while ((c = getopt_long(argc, argv, "", o, NULL)) != -1) {
        if (c >= 256)
            *(const char **)(void *)((char *)k + texts[c - 256].at) = optarg;
        else if (c == 't' && k->n_types < TYPES)
            k->type[k->n_types++] = optarg;
        else if (c == 'c' && k->n_confirm < CONFIRMED)
            k->confirm[k->n_confirm++] = optarg;
        else if (c == 'x')
            k->exercise = true;
        else if (c == 'j')
            k->json = true;
        else
            return false;
    }
    return true;
}

/* "all", or "KZ,TR" as a list. */
static void put_to(struct json_writer *j, const char *to)
{
    struct span rest = span_str(to);

    if (!to || strcmp(to, "all") == 0) {
        if (to)
            jw_str(j, "to", to);
        return;
    }
    jw_array(j, "to");
    while (rest.n) {
        const uint8_t *comma = memchr(rest.p, ',', rest.n);
        size_t n = comma ? (size_t)(comma - rest.p) : rest.n;

        jw_text(j, NULL, span_sub(rest, 0, n));
        rest = span_sub(rest, n + 1, rest.n);
    }
    jw_array_end(j);
}

static void put_list(struct json_writer *j, const char *name, const char *const *item, size_t n)
{
    if (!n)
        return;
    jw_array(j, name);
    for (size_t i = 0; i < n; i++)
        jw_str(j, NULL, item[i]);
    jw_array_end(j);
}

static void put_text(struct json_writer *j, const char *name, const char *value)
{
    if (value)
        jw_str(j, name, value);
}

static void request_of(const struct call *k, char *const *id, size_t n, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    put_text(&j, "officer", k->officer);
    put_text(&j, "reason", k->reason);
    put_text(&j, "collection", k->collection);
    put_text(&j, "added_after", k->after);
    put_text(&j, "group", k->group);
    put_text(&j, "embargo", k->embargo);
    put_text(&j, "most", k->most);
    put_to(&j, k->to);
    put_list(&j, "types", k->type, k->n_types);
    put_list(&j, "confirm", k->confirm, k->n_confirm);
    put_list(&j, "ids", (const char *const *)id, n);
    if (k->exercise)
        jw_bool(&j, "exercise", true);
    jw_object_end(&j);
}

/* Refused by the rules, as opposed to not understood or not reached. */
static int ended(const struct why *w)
{
    static const char *const negative[] = { "refused", "nothing",    "owner",   "creator",
                                            "group",   "not-agreed", "embargo", "unversioned",
                                            "doubt",   "whole",      "required" };

    for (size_t i = 0; w->reason && i < sizeof negative / sizeof *negative; i++)
        if (strcmp(w->reason, negative[i]) == 0)
            return CLI_NEGATIVE;
    return CLI_USAGE;
}

static int send(const struct call *k, struct span request)
{
    struct span got = { NULL, 0 };
    struct why w = { 0 };
    char path[300];
    struct arena a;
    bool ok;
    int rc = CLI_POSITIVE;

    arena_init(&a, MEMORY);
    if (request.n) {
        ok = ask_post(k->url, k->path, request, &a, &got, &w);
    } else {
        (void)snprintf(path, sizeof path, "%s?x=1%s%s%s%s", k->path, k->act ? "&act=" : "",
                       k->act ? k->act : "", k->before ? "&before=" : "", k->before ? k->before : "");
        ok = ask_get(k->url, path, &a, &got, &w);
    }
    if (ok) {
        desk_print(got, k->json);
    } else {
        ask_why(command, k->url, &w);
        rc = ended(&w);
    }
    arena_free(&a);
    return rc;
}

static int run(const char *path, bool choice, int argc, char **argv)
{
    struct call k = { .path = path };
    struct buffer request;
    size_t n;
    int rc;

    if (!read_options(&k, argc, argv))
        return cli_bad_option(command);
    n = (size_t)(argc - optind);
    if (!k.url)
        return cli_usage(command, "say --url URL of the running node");
    if (choice && !k.officer)
        return cli_usage(command, "say --officer ID: who does it");
    if (!choice && n)
        return cli_usage(command, "too many arguments");
    buf_init(&request, REQUEST);
    if (choice)
        request_of(&k, argv + optind, n, &request);
    rc = buf_ok(&request) ? send(&k, buf_span(&request)) : cli_usage(command, "too many ids");
    buf_free(&request);
    return rc;
}

int cyber_preview_command(int argc, char **argv)
{
    return run("/v1/cyber/preview", true, argc, argv);
}

int cyber_release_command(int argc, char **argv)
{
    return run("/v1/cyber/release", true, argc, argv);
}

int cyber_recall_command(int argc, char **argv)
{
    return run("/v1/cyber/recall", true, argc, argv);
}

int cyber_copy_command(int argc, char **argv)
{
    return run("/v1/cyber/copy", true, argc, argv);
}

int cyber_releases_command(int argc, char **argv)
{
    return run("/v1/cyber/releases", false, argc, argv);
}
