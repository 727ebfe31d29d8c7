/* serai licence ask: the status of a licence, from the member that issued it. */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/licence.h"
#include "node/instance.h"
#include "service/licence/status.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char command[] = "licence ask";

enum { SECONDS = 10, MOST_SECONDS = 3600, MOST_SECONDS_URL = 60, ANSWER = 1 << 20 };

struct options {
    const char *node, *url, *to, *number, *digest, *birth, *purpose, *role, *reference, *seconds;
    bool json;
};

/* The number from standard input, for those who do not want it in the list of processes. */
static bool read_number(const struct options *o, struct arena *a, struct span *out, struct why *w)
{
    struct span text;

    if (!o->number || strcmp(o->number, "-") != 0) {
        *out = span_str(o->number);
        return true;
    }
    if (!cli_read("-", a, &text, w))
        return false;
    *out = text_trim(text);
    return true;
}

static bool read_licence(const struct options *o, struct arena *a, struct licence_named *l, struct why *w)
{
    struct span digest = { NULL, 0 };

    *l = (struct licence_named){ .issuer = span_str(o->to), .role = span_str(o->role) };
    if (o->birth && !date_parse(span_str(o->birth), &l->birth))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "--birth wants a day such as 1990-05-14");
    if (o->digest && (!hex_decode(span_str(o->digest), a, &digest) || digest.n != LICENCE_DIGEST))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "--digest wants 64 hexadecimal digits");
    l->digest = digest.p;
    return read_number(o, a, &l->number, w);
}

static bool put_question(const struct options *o, const struct instance *node, int64_t seconds,
                         struct arena *a, struct licence_status *s, struct why *w)
{
    struct licence_named l;
    bool found = false;

    if (o->reference)
        return licence_status_look(&node->office, span_str(o->to), span_str(o->reference), cli_now(), a,
                                   &found, s, w) &&
               (found || why_set(w, "no-question", WHY_NO_OFFSET, NULL,
                                 "that member was not asked under this reference"));
    return read_licence(o, a, &l, w) && licence_status_ask(&node->office, &l, span_str(o->purpose), cli_now(),
                                                           cli_now() + seconds, a, s, w);
}

/* The answer of the interface (POST /v1/licence/question). */
static bool put_answer(const struct licence_status *s, struct arena *a, struct span *out, struct why *w)
{
    struct span fact = licence_status_fact(s, (struct span){ NULL, 0 });
    struct json_writer j;
    struct buffer b;
    bool ok;

    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    licence_status_json(&j, "status", s);
    if (fact.n)
        jw_text(&j, "fact", fact);
    else
        jw_null(&j, "fact");
    jw_object_end(&j);
    ok = buf_ok(&b);
    *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is longer than an answer may be");
}

static bool ask_folder(const struct options *o, int64_t seconds, struct arena *a, struct span *answer,
                       struct why *w)
{
    static struct instance node;
    struct licence_status s = { .state = ASK_OPEN };
    bool ok;

    if (!instance_open(o->node, INSTANCE_STORE, &node, w))
        return false;
    ok = put_question(o, &node, seconds, a, &s, w) && put_answer(&s, a, answer, w);
    instance_close(&node);
    return ok;
}

static void put_member(struct json_writer *j, const char *name, struct span s)
{
    if (s.n)
        jw_text(j, name, s);
}

/* The request as the interface takes it (schema LicenceQuestion). */
static bool ask_url(const struct options *o, int64_t seconds, struct arena *a, struct span *answer,
                    struct why *w)
{
    struct json_writer j;
    struct span number;
    struct buffer b;
    bool ok;

    if (!read_number(o, a, &number, w))
        return false;
    buf_init(&b, ANSWER);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "to", o->to);
    put_member(&j, "number", number);
    put_member(&j, "digest", span_str(o->digest));
    put_member(&j, "reference", span_str(o->reference));
    put_member(&j, "purpose", span_str(o->purpose));
    put_member(&j, "role", span_str(o->role));
    put_member(&j, "birth", span_str(o->birth));
    jw_int(&j, "seconds", seconds);
    jw_object_end(&j);
    ok = ask_post(o->url, "/v1/licence/question", buf_span(&b), a, answer, w);
    buf_free(&b);
    return ok;
}

/* --- for people --- */

static struct span text_of(const struct json *j, json_ref object, const char *name, struct arena *a)
{
    struct span s;

    return json_text_of(j, json_member(j, object, name), a, &s) ? s : (struct span){ NULL, 0 };
}

static void put_some(struct buffer *b, const char *label, struct span s)
{
    if (!s.n)
        return;
    buf_str(b, label);
    text_put_plain(b, s);
    buf_u8(b, '\n');
}

static void put_categories(const struct json *j, json_ref list, struct arena *a, struct buffer *b)
{
    for (json_ref c = json_first(j, list); c != JSON_NONE; c = json_after(j, list, c)) {
        struct span codes = text_of(j, c, "codes", a);
        bool yes = false, entitled = json_boolean(j, json_member(j, c, "entitled"), &yes) && yes;

        buf_str(b, _("category    "));
        text_put_plain(b, text_of(j, c, "category", a));
        buf_str(b, entitled ? _(" entitled") : _(" not entitled"));
        buf_str(b, codes.n ? ", " : "");
        text_put_plain(b, codes);
        buf_u8(b, '\n');
    }
}

static void put_text(const struct json *j, struct arena *a, struct buffer *b)
{
    json_ref s = json_member(j, JSON_ROOT, "status"), list = json_member(j, s, "categories");
    struct span state = text_of(j, s, "state", a), word = text_of(j, s, "word", a);

    if (span_eq_str(state, "unknown")) {
        buf_str(b, _("unknown: that member has issued no such licence, or the birth date is another\n"));
    } else {
        text_put_plain(b, state);
        buf_str(b, word.n ? ": " : "");
        text_put_plain(b, word);
        buf_u8(b, '\n');
    }
    put_some(b, _("reason      "), text_of(j, s, "reason", a));
    put_some(b, _("since       "), text_of(j, s, "since", a));
    put_some(b, _("until       "), text_of(j, s, "until", a));
    if (json_is(j, list, JSON_KIND_ARRAY))
        put_categories(j, list, a, b);
    put_some(b, _("authority   "), text_of(j, s, "authority", a));
    put_some(b, _("as of       "), text_of(j, s, "as_of", a));
    put_some(b, _("from        "), text_of(j, s, "from", a));
    put_some(b, _("reference   "), text_of(j, s, "reference", a));
}

static int say(const struct options *o, struct span answer, struct arena *a)
{
    struct buffer b;
    struct json j;
    json_ref fact;

    if (!json_parse(answer, a, &j, NULL))
        return CLI_USAGE;
    buf_init(&b, ANSWER);
    if (o->json) {
        buf_put(&b, answer);
        buf_u8(&b, '\n');
    } else {
        put_text(&j, a, &b);
    }
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    fact = json_member(&j, JSON_ROOT, "fact");
    if (!json_is(&j, fact, JSON_KIND_STRING))
        return CLI_UNDETERMINED;
    return json_text_is(&j, fact, "valid") ? CLI_POSITIVE : CLI_NEGATIVE;
}

static int run(const struct options *o, int64_t seconds)
{
    struct span answer = { NULL, 0 };
    struct why w = { 0 };
    struct arena a;
    int rc = CLI_USAGE;

    arena_init(&a, 64 << 20);
    if (o->url ? ask_url(o, seconds, &a, &answer, &w) : ask_folder(o, seconds, &a, &answer, &w))
        rc = say(o, answer, &a);
    else
        ask_why(command, o->url ? o->url : o->node, &w);
    arena_free(&a);
    return rc;
}

int licence_ask_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },    { "url", required_argument, NULL, 'l' },
        { "to", required_argument, NULL, 't' },      { "number", required_argument, NULL, 'u' },
        { "digest", required_argument, NULL, 'd' },  { "birth", required_argument, NULL, 'b' },
        { "purpose", required_argument, NULL, 'p' }, { "role", required_argument, NULL, 'R' },
        { "seconds", required_argument, NULL, 's' }, { "reference", required_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },          { 0 },
    };
    struct options o = { 0 };
    const struct {
        int c;
        const char **at;
    } texts[] = { { 'n', &o.node },      { 'l', &o.url },   { 't', &o.to },      { 'u', &o.number },
                  { 'd', &o.digest },    { 'b', &o.birth }, { 'p', &o.purpose }, { 's', &o.seconds },
                  { 'r', &o.reference }, { 'R', &o.role } };
    long seconds = SECONDS, most;
    char *end;
    int c;

    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        size_t i = 0;

        while (i < sizeof texts / sizeof *texts && texts[i].c != c)
            i++;
        if (i < sizeof texts / sizeof *texts)
            *texts[i].at = optarg;
        else if (c == 'j')
            o.json = true;
        else
            return cli_bad_option(command);
    }
    if (o.seconds)
        seconds = strtol(o.seconds, &end, 10);
    most = o.url ? MOST_SECONDS_URL : MOST_SECONDS;
    if (seconds < 1 || seconds > most || (o.seconds && *end))
        return cli_usage(command, "--seconds wants a number from 1 to %ld", most);
    if (optind != argc || !o.node == !o.url || !o.to ||
        (o.number != NULL) + (o.digest != NULL) + (o.reference != NULL) != 1)
        return cli_usage(command, "say --node or --url, --to, and one of --number, --digest, --reference");
    return run(&o, seconds);
}
