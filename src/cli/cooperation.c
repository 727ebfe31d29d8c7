#include "cli/cooperation.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/ask.h"
#include "cli/desk_call.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { MEMORY = 96 << 20, REQUEST = 2 * LIMIT_COOPERATION, KEY = 40 };

enum value { TEXT, NUMBER, LIST };

static const struct {
    const char *name;
    enum value value;
} options[] = {
    { "office", TEXT },     { "tlp", TEXT },          { "to", LIST },          { "capability", TEXT },
    { "languages", LIST },  { "from", TEXT },         { "until", TEXT },       { "places", NUMBER },
    { "zone", NUMBER },     { "contact", TEXT },      { "text", TEXT },        { "conditions", TEXT },
    { "urgency", TEXT },    { "answer-by", TEXT },    { "request", TEXT },     { "answer", TEXT },
    { "reason", TEXT },     { "offer", TEXT },        { "reply", TEXT },       { "subject", TEXT },
    { "outcome", TEXT },    { "evaluation", NUMBER }, { "remark", TEXT },      { "state", TEXT },
    { "language", TEXT },   { "confirmed", TEXT },    { "playbook-id", TEXT }, { "owner", TEXT },
    { "version", TEXT },    { "used", TEXT },         { "minutes", NUMBER },   { "activity", TEXT },
    { "words", TEXT },      { "id", TEXT },           { "year", NUMBER },      { "with", NUMBER },
    { "parameter", TEXT },  { "level", NUMBER },      { "evidence", TEXT },    { "digest", TEXT },
    { "scope", TEXT },      { "reviewers", LIST },    { "consent", TEXT },     { "profile", TEXT },
    { "assessment", TEXT }, { "verdict", TEXT },      { "format", TEXT },      { "purpose", TEXT },
    { "drill", TEXT },      { "inject", TEXT },       { "said", TEXT },        { "role", TEXT },
    { "phone", TEXT },      { "mail", TEXT },         { "fingerprint", TEXT }, { "page", TEXT },
    { "hours", TEXT },      { "out-of-hours", TEXT }, { "tested", TEXT },      { "channel", TEXT },
    { "within", NUMBER },   { "test", TEXT },         { "code", TEXT },
};

enum { OPTIONS = sizeof options / sizeof *options };

struct call {
    const char *url, *value[OPTIONS];
    bool json;
};

static bool read_options(struct call *k, int argc, char **argv)
{
    struct option o[OPTIONS + 3] = { 0 };
    int c;

    for (size_t i = 0; i < OPTIONS; i++)
        o[i] = (struct option){ options[i].name, required_argument, NULL, 256 + (int)i };
    o[OPTIONS] = (struct option){ "url", required_argument, NULL, 'u' };
    o[OPTIONS + 1] = (struct option){ "json", no_argument, NULL, 'j' };
    while ((c = getopt_long(argc, argv, "", o, NULL)) != -1) {
        if (c >= 256)
            k->value[c - 256] = optarg;
        else if (c == 'u')
            k->url = optarg;
        else if (c == 'j')
            k->json = true;
        else
            return false;
    }
    return true;
}

static void put_list(struct json_writer *j, const char *key, const char *value)
{
    struct span rest = span_str(value);

    jw_array(j, key);
    while (rest.n) {
        const uint8_t *comma = memchr(rest.p, ',', rest.n);
        size_t n = comma ? (size_t)(comma - rest.p) : rest.n;

        jw_text(j, NULL, span_sub(rest, 0, n));
        rest = span_sub(rest, n + 1, rest.n);
    }
    jw_array_end(j);
}

static bool put_number(struct json_writer *j, const char *key, const char *value)
{
    char *end;
    long long n = strtoll(value, &end, 10);

    if (!*value || *end)
        return false;
    jw_int(j, key, n);
    return true;
}

static bool put_options(struct json_writer *j, const struct call *k)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        char key[KEY];

        (void)snprintf(key, sizeof key, "%s", options[i].name);
        for (char *s = strchr(key, '-'); s; s = strchr(s, '-'))
            *s = '_';
        if (strcmp(key, "page") == 0) /* --url is the node's */
            (void)snprintf(key, sizeof key, "url");
        if (!k->value[i] || (strcmp(key, "to") == 0 && strcmp(k->value[i], "all") == 0))
            continue;
        if (options[i].value == LIST)
            put_list(j, key, k->value[i]);
        else if (options[i].value == TEXT)
            jw_str(j, key, k->value[i]);
        else if (!put_number(j, key, k->value[i]))
            return false;
    }
    return true;
}

/* Parameters of a GET, percent-encoded. */
static void put_query(struct buffer *b, const struct call *k)
{
    char before = '?';

    for (size_t i = 0; i < OPTIONS; i++) {
        if (!k->value[i])
            continue;
        buf_u8(b, (uint8_t)before);
        before = '&';
        for (const char *s = options[i].name; *s; s++)
            buf_u8(b, *s == '-' ? '_' : (uint8_t)*s);
        buf_u8(b, '=');
        for (const char *s = k->value[i]; *s; s++)
            if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~", *s))
                buf_u8(b, (uint8_t)*s);
            else
                buf_printf(b, "%%%02X", (unsigned)(uint8_t)*s);
    }
}

/* Refused by the rules, as opposed to not understood or not reached. */
static int ended(struct span body, struct arena *a)
{
    static const char *const negative[] = {
        "own",     "not-asked", "not-party",     "member",      "late",          "again",
        "order",   "reply",     "offer",         "not-agreed",  "secret",        "playbook",
        "unknown", "tlp",       "withdrawn",     "version",     "not-requester", "exercise",
        "person",  "stopped",   "not-organiser", "participant", "not-running",   "audience",
        "code",    "consent",   "incomplete",    "parameter",   "too-close",     "small-cell"
    };
    struct json j;
    json_ref reason;

    if (!body.n || !json_parse(body, a, &j, NULL))
        return CLI_USAGE;
    reason = json_member(&j, json_member(&j, JSON_ROOT, "error"), "reason");
    if (reason == JSON_NONE)
        return CLI_USAGE;
    if (json_text_is(&j, reason, "refer"))
        return CLI_UNDETERMINED;
    for (size_t i = 0; i < sizeof negative / sizeof *negative; i++)
        if (json_text_is(&j, reason, negative[i]))
            return CLI_NEGATIVE;
    return CLI_USAGE;
}

/* The member that is made to be read, as it is. */
static bool put_text(struct span got, const char *name, struct arena *a)
{
    struct span text;
    struct json j;

    if (!json_parse(got, a, &j, NULL) || !json_text_of(&j, json_member(&j, JSON_ROOT, name), a, &text))
        return false;
    (void)fwrite(text.p, 1, text.n, stdout);
    return true;
}

static int send(const struct cooperation_call *c, const struct call *k, struct span request, struct arena *a)
{
    struct span got = { NULL, 0 };
    struct why w = { 0 };
    struct buffer path;
    bool ok;

    buf_init(&path, 64 * 1024);
    buf_str(&path, c->path);
    if (c->how == COOPERATION_GET)
        put_query(&path, k);
    ok = c->how == COOPERATION_GET ? ask_get(k->url, buf_cstr(&path), a, &got, &w)
                                   : ask_post(k->url, c->path, request, a, &got, &w);
    buf_free(&path);
    if (!ok) {
        ask_why(c->command, k->url, &w);
        return ended(got, a);
    }
    if (c->told)
        return c->told(got, k->json, a);
    if (!k->json && c->text && put_text(got, c->text, a))
        return CLI_POSITIVE;
    desk_print(got, k->json);
    return CLI_POSITIVE;
}

static int with_file(const struct cooperation_call *c, struct json_writer *j, const char *path,
                     struct arena *a)
{
    struct span text = { NULL, 0 };
    struct why w = { 0 };

    if (!cli_read(path, a, &text, &w)) {
        cli_why(c->command, path, &w);
        return CLI_USAGE;
    }
    jw_text(j, c->file, text);
    return CLI_POSITIVE;
}

int cooperation_run(const struct cooperation_call *c, int argc, char **argv)
{
    struct call k = { 0 };
    struct json_writer j;
    struct buffer b;
    struct arena a;
    int rc = CLI_POSITIVE;

    if (!read_options(&k, argc, argv))
        return cli_bad_option(c->command);
    if (!k.url)
        return cli_usage(c->command, "say --url URL of the running node");
    if (argc - optind != (c->file ? 1 : 0))
        return cli_usage(c->command, c->file ? _("name one file") : _("too many arguments"));
    arena_init(&a, MEMORY);
    buf_init(&b, REQUEST);
    j = json_to(&b);
    jw_object(&j, NULL);
    if (!put_options(&j, &k))
        rc = cli_usage(c->command, "a number is expected");
    if (rc == CLI_POSITIVE && c->file)
        rc = with_file(c, &j, argv[optind], &a);
    jw_object_end(&j);
    if (rc == CLI_POSITIVE)
        rc = buf_ok(&b) ? send(c, &k, buf_span(&b), &a) : cli_usage(c->command, "the request is too long");
    buf_free(&b);
    arena_free(&a);
    return rc;
}
