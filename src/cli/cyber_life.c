/* serai cyber indicator, sighting: the register of indicators of a running node. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/cyber_release.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "files/durable.h"
#include "wire/json_write.h"

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."

enum { MEMORY = 64 << 20, REQUEST = 8 << 20, PATH = 6 * 1024 };

static int answered(const char *command, const char *url, bool ok, struct span got, bool json, struct why *w)
{
    if (ok) {
        desk_print(got, json);
        return CLI_POSITIVE;
    }
    ask_why(command, url, w);
    return w->reason && strcmp(w->reason, "nothing") == 0 ? CLI_NEGATIVE : CLI_USAGE;
}

/* The bytes of a query parameter, all but letters and digits as %XX. */
static void put_query(struct buffer *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(b, "&%s=", name);
    for (const char *p = value; *p; p++) {
        if (strchr(PLAIN, *p))
            buf_u8(b, (uint8_t)*p);
        else
            buf_printf(b, "%%%02X", (uint8_t)*p);
    }
}

static int get(const char *command, const char *url, struct buffer *path, bool json)
{
    struct span got = { NULL, 0 };
    struct why w = { 0 };
    struct arena a;
    bool ok;
    int rc;

    if (!buf_ok(path))
        return cli_usage(command, "an argument is too long");
    arena_init(&a, MEMORY);
    ok = ask_get(url, buf_cstr(path), &a, &got, &w);
    rc = answered(command, url, ok, got, json, &w);
    arena_free(&a);
    return rc;
}

static int indicator_list(int argc, char **argv)
{
    const char *url = NULL, *state = NULL, *value = NULL, *most = NULL, *before = NULL;
    bool json = false;
    const struct cli_text text[] = { { "url", &url },   { "state", &state },   { "value", &value },
                                     { "most", &most }, { "before", &before }, { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { NULL, NULL } };
    struct buffer path;
    int rc;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("cyber indicator");
    if (!url || optind < argc)
        return cli_usage("cyber indicator", "say --url URL of the running node, and no further argument");
    buf_init(&path, PATH);
    buf_str(&path, "/v1/cyber/indicators?x=1");
    put_query(&path, "state", state);
    put_query(&path, "value", value);
    put_query(&path, "most", most);
    put_query(&path, "before", before);
    rc = get("cyber indicator", url, &path, json);
    buf_free(&path);
    return rc;
}

static int indicator_show(int argc, char **argv)
{
    const char *url = NULL;
    bool json = false;
    const struct cli_text text[] = { { "url", &url }, { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { NULL, NULL } };
    struct buffer path;
    int rc;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("cyber indicator");
    if (!url || optind + 1 != argc)
        return cli_usage("cyber indicator", "say --url URL of the running node, and one indicator's id");
    buf_init(&path, PATH);
    buf_str(&path, "/v1/cyber/indicator?x=1");
    put_query(&path, "id", argv[optind]);
    rc = get("cyber indicator", url, &path, json);
    buf_free(&path);
    return rc;
}

int cyber_indicator_command(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return indicator_list(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "show") == 0)
        return indicator_show(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "withdraw") == 0)
        return cyber_recall_command(argc - 1, argv + 1);
    return cli_usage("cyber indicator", "say list, show or withdraw");
}

bool cyber_sighting_request(const char *officer, const char *tlp, struct span lines, struct buffer *b)
{
    struct json_writer j = json_to(b);
    struct span line;

    jw_object(&j, NULL);
    jw_str(&j, "officer", officer);
    if (tlp)
        jw_str(&j, "tlp", tlp);
    jw_array(&j, "sightings");
    while (text_split(&lines, '\n', &line))
        if (text_trim(line).n)
            jw_raw(&j, NULL, text_trim(line));
    jw_array_end(&j);
    jw_object_end(&j);
    return buf_ok(b);
}

static int send(const char *url, const char *officer, const char *tlp, const char *from, bool json)
{
    struct span got = { NULL, 0 }, lines = { NULL, 0 };
    struct buffer request;
    struct why w = { 0 };
    struct arena a;
    bool ok, there = false;
    int rc;

    arena_init(&a, MEMORY);
    buf_init(&request, REQUEST);
    if (!file_read(from, REQUEST, &a, &lines, &there, &w) || !there) {
        if (!there)
            (void)why_set(&w, "io", WHY_NO_OFFSET, NULL, "there is no such file");
        cli_why("cyber sighting", from, &w);
        rc = CLI_USAGE;
    } else if (!cyber_sighting_request(officer, tlp, lines, &request)) {
        rc = cli_usage("cyber sighting", "%s is too long", from);
    } else {
        ok = ask_post(url, "/v1/cyber/sightings", buf_span(&request), &a, &got, &w);
        rc = answered("cyber sighting", url, ok, got, json, &w);
    }
    arena_free(&a);
    buf_free(&request);
    return rc;
}

int cyber_sighting_command(int argc, char **argv)
{
    const char *url = NULL, *officer = NULL, *from = NULL, *tlp = NULL;
    bool json = false, add = argc > 1 && strcmp(argv[1], "add") == 0;
    const struct cli_text text[] = {
        { "url", &url }, { "officer", &officer }, { "from", &from }, { "tlp", &tlp }, { NULL, NULL }
    };
    const struct cli_flag flag[] = { { "json", &json }, { NULL, NULL } };

    if (!add)
        return cli_usage("cyber sighting", "say add");
    if (!cli_options(argc - 1, argv + 1, text, flag))
        return cli_bad_option("cyber sighting");
    if (!url || !officer || !from || optind < argc - 1)
        return cli_usage("cyber sighting", "say --url URL, --officer ID and --from FILE");
    return send(url, officer, tlp, from, json);
}
