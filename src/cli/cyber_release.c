#include "cli/cyber_release.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
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
    const char *label, *confidence, *until, *article, *review, *id, *days, *step; /* of rules */
    const char *type[TYPES], *confirm[CONFIRMED];
    size_t n_types, n_confirm;
    bool exercise, dry, all, json;
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
    { "before", offsetof(struct call, before) },     { "label", offsetof(struct call, label) },
    { "until", offsetof(struct call, until) },       { "confidence", offsetof(struct call, confidence) },
    { "article", offsetof(struct call, article) },   { "review", offsetof(struct call, review) },
    { "days", offsetof(struct call, days) },
};

enum { TEXTS = sizeof texts / sizeof *texts };

static bool read_options(struct call *k, int argc, char **argv)
{
    struct option o[TEXTS + 7] = { 0 };
    int c;

    for (size_t i = 0; i < TEXTS; i++)
        o[i] = (struct option){ texts[i].name, required_argument, NULL, 256 + (int)i };
    o[TEXTS] = (struct option){ "type", required_argument, NULL, 't' };
    o[TEXTS + 1] = (struct option){ "exercise", no_argument, NULL, 'x' };
    o[TEXTS + 2] = (struct option){ "json", no_argument, NULL, 'j' };
    o[TEXTS + 3] = (struct option){ "confirm", required_argument, NULL, 'c' };
    o[TEXTS + 4] = (struct option){ "dry", no_argument, NULL, 'd' };
    o[TEXTS + 5] = (struct option){ "all", no_argument, NULL, 'a' };
    while ((c = getopt_long(argc, argv, "", o, NULL)) != -1) {
        if (c >= 256)
            *(const char **)(void *)((char *)k + texts[c - 256].at) = optarg;
        else if (c == 't' && k->n_types < TYPES)
            k->type[k->n_types++] = optarg;
        else if (c == 'c' && k->n_confirm < CONFIRMED)
            k->confirm[k->n_confirm++] = optarg;
        else if (c == 'x')
            k->exercise = true;
        else if (c == 'd')
            k->dry = true;
        else if (c == 'a')
            k->all = true;
        else if (c == 'j')
            k->json = true;
        else
            return false;
    }
    return true;
}

/* "KZ,TR" as a list. */
static void put_words(struct json_writer *j, const char *name, const char *words)
{
    struct span rest = span_str(words);

    if (!words)
        return;
    jw_array(j, name);
    while (rest.n) {
        const uint8_t *comma = memchr(rest.p, ',', rest.n);
        size_t n = comma ? (size_t)(comma - rest.p) : rest.n;

        jw_text(j, NULL, span_sub(rest, 0, n));
        rest = span_sub(rest, n + 1, rest.n);
    }
    jw_array_end(j);
}

static void put_to(struct json_writer *j, const char *to)
{
    if (to && strcmp(to, "all") == 0)
        jw_str(j, "to", to);
    else
        put_words(j, "to", to);
}

static void put_number(struct json_writer *j, const char *name, const char *value)
{
    if (value)
        jw_int(j, name, atoll(value)); /* what is no number is 0, which the node refuses */
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
    put_words(&j, "labels", k->label);
    put_number(&j, "confidence", k->confidence);
    put_number(&j, "days", k->days);
    put_text(&j, "until", k->until);
    put_text(&j, "article", k->article);
    put_text(&j, "review", k->review);
    put_text(&j, "id", k->id);
    put_text(&j, "step", k->step);
    if (k->dry)
        jw_bool(&j, "dry", true);
    if (k->all)
        jw_bool(&j, "all", true);
    if (k->exercise)
        jw_bool(&j, "exercise", true);
    jw_object_end(&j);
}

/* Refused by the rules, as opposed to not understood or not reached. */
static int ended(const struct why *w)
{
    static const char *const negative[] = { "refused",    "nothing", "owner",       "creator", "group",
                                            "not-agreed", "embargo", "unversioned", "doubt",   "whole",
                                            "required",   "rule",    "article",     "expiry",  "same-officer",
                                            "state",      "too-many" };

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

int cyber_recalls_command(int argc, char **argv)
{
    return run("/v1/cyber/recalls", false, argc, argv);
}

/* A rule is named by one id behind the options. */
static int rule(const char *path, const char *step, bool named, int argc, char **argv)
{
    struct call k = { .path = path, .step = step };
    struct buffer request;
    int n, rc;

    if (!read_options(&k, argc, argv))
        return cli_bad_option(command);
    n = argc - optind;
    if (!k.url || !k.officer)
        return cli_usage(command, "say --url URL of the running node and --officer ID");
    if (n > 1 || (!named && n) || (step && !k.all && n != 1))
        return cli_usage(command, "say which rule: one id");
    k.id = n ? argv[optind] : NULL;
    buf_init(&request, REQUEST);
    request_of(&k, NULL, 0, &request);
    rc = send(&k, buf_span(&request));
    buf_free(&request);
    return rc;
}

int cyber_rule_command(int argc, char **argv)
{
    static const char *const steps[] = { "confirm", "suspend", "review", "remove" };
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "add") == 0)
        return rule("/v1/cyber/rules", NULL, false, argc - 1, argv + 1);
    if (strcmp(what, "list") == 0)
        return run("/v1/cyber/rules", false, argc - 1, argv + 1);
    if (strcmp(what, "preview") == 0)
        return rule("/v1/cyber/rule-preview", NULL, true, argc - 1, argv + 1);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(what, steps[i]) == 0)
            return rule("/v1/cyber/rule", steps[i], true, argc - 1, argv + 1);
    return cli_usage("cyber rule", "say add, list, preview, confirm, suspend, review or remove");
}
