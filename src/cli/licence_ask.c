/* serai licence ask: the status of a licence, from the member that issued it. */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/licence.h"
#include "node/instance.h"
#include "service/licence/status.h"
#include "wire/json_write.h"

static const char command[] = "licence ask";

enum { SECONDS = 10, MOST_SECONDS = 3600 };

struct options {
    const char *node, *to, *number, *digest, *birth, *purpose, *reference, *seconds;
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

    *l = (struct licence_named){ .issuer = span_str(o->to) };
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

static void put_json(const struct licence_status *s, struct buffer *b)
{
    struct span fact = licence_status_fact(s, (struct span){ NULL, 0 });
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    licence_status_json(&j, "status", s);
    if (fact.n)
        jw_text(&j, "fact", fact);
    else
        jw_null(&j, "fact");
    jw_object_end(&j);
    buf_u8(b, '\n');
}

static void put_day(struct buffer *b, const char *label, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        buf_printf(b, "%s %s\n", label, date_format(d, text));
}

static void put_some(struct buffer *b, const char *label, struct span s)
{
    if (!s.n)
        return;
    buf_printf(b, "%s ", label);
    text_put_plain(b, s);
    buf_u8(b, '\n');
}

static void put_text(const struct licence_status *s, struct buffer *b)
{
    char time[TIME_TEXT];

    if (s->state == ASK_UNKNOWN)
        buf_str(b, "unknown: that member has issued no such licence, or the birth date is another\n");
    else
        buf_printf(b, "%s%s%s\n", ask_state_word(s->state), s->has_entry ? ": " : "",
                   s->has_entry ? licence_standing_word(s->standing) : "");
    put_some(b, "reason     ", s->has_entry ? s->reason : s->why);
    put_day(b, "since      ", s->since);
    put_day(b, "until      ", s->until);
    for (size_t i = 0; i < s->n; i++) {
        buf_str(b, "category    ");
        text_put_plain(b, s->category[i].category);
        buf_printf(b, " %s", s->category[i].entitled ? "entitled" : "not entitled");
        if (s->category[i].codes.n) {
            buf_str(b, ", ");
            text_put_plain(b, s->category[i].codes);
        }
        buf_u8(b, '\n');
    }
    put_some(b, "authority  ", s->authority);
    if (s->has_entry)
        buf_printf(b, "as of       %s\n", time_format(s->as_of, time));
    put_some(b, "from       ", s->from);
    put_some(b, "reference  ", s->reference);
}

static int say(const struct options *o, const struct licence_status *s)
{
    struct span fact = licence_status_fact(s, (struct span){ NULL, 0 });
    struct buffer b;

    buf_init(&b, 1 << 20);
    if (o->json)
        put_json(s, &b);
    else
        put_text(s, &b);
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    if (!fact.n)
        return CLI_UNDETERMINED;
    return span_eq_str(fact, "valid") ? CLI_POSITIVE : CLI_NEGATIVE;
}

static int run(const struct options *o, int64_t seconds)
{
    static struct instance node;
    struct licence_status s = { .state = ASK_OPEN };
    struct why w = { 0 };
    struct arena a;
    int rc = CLI_USAGE;

    if (!instance_open(o->node, INSTANCE_STORE, &node, &w)) {
        cli_why(command, o->node, &w);
        return CLI_USAGE;
    }
    arena_init(&a, 64 << 20);
    if (put_question(o, &node, seconds, &a, &s, &w))
        rc = say(o, &s);
    else
        cli_why(command, o->to, &w);
    arena_free(&a);
    instance_close(&node);
    return rc;
}

int licence_ask_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },    { "to", required_argument, NULL, 't' },
        { "number", required_argument, NULL, 'u' },  { "digest", required_argument, NULL, 'd' },
        { "birth", required_argument, NULL, 'b' },   { "purpose", required_argument, NULL, 'p' },
        { "seconds", required_argument, NULL, 's' }, { "reference", required_argument, NULL, 'r' },
        { "json", no_argument, NULL, 'j' },          { 0 },
    };
    struct options o = { 0 };
    const struct {
        int c;
        const char **at;
    } texts[] = { { 'n', &o.node },  { 't', &o.to },      { 'u', &o.number },  { 'd', &o.digest },
                  { 'b', &o.birth }, { 'p', &o.purpose }, { 's', &o.seconds }, { 'r', &o.reference } };
    long seconds = SECONDS;
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
    if (seconds < 1 || seconds > MOST_SECONDS || (o.seconds && *end))
        return cli_usage(command, "--seconds wants a number from 1 to %d", MOST_SECONDS);
    if (optind != argc || !o.node || !o.to ||
        (o.number != NULL) + (o.digest != NULL) + (o.reference != NULL) != 1)
        return cli_usage(command, "say --node, --to, and one of --number, --digest, --reference");
    return run(&o, seconds);
}
