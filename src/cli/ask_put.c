/*
 * serai ask put, answer, reply: questions of any topic, for people and programs of an agency. Each works on a
 * node's folder, or through a node that runs.
 */
#include <curl/curl.h>
#include <getopt.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/ask_command.h"
#include "cli/options.h"
#include "node/ask_put.h"
#include "node/desks.h"
#include "node/instance.h"
#include "wire/json_write.h"

enum { MOST_WAIT = 3600, ROOM = 64 << 20 };

struct options {
    const char *node, *url, *to, *topic, *purpose, *article, *role, *reference, *subject, *within, *body,
        *wait, *out, *from, *said, *reason;
    bool json;
};

/* How a question stands, from wherever it was asked. */
struct standing {
    char state[24], reference[80], reason[80];
    struct span body;
};

static bool read_body(const struct options *o, struct arena *a, struct span *out, struct why *w)
{
    *out = (struct span){ NULL, 0 };
    if (!o->body)
        return true;
    if (!cli_read(o->body, a, out, w))
        return false;
    return out->n <= LIMIT_ASK_LARGE ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a body has at most %d bytes", LIMIT_ASK_LARGE);
}

static void keep(char *out, size_t room, struct span s)
{
    (void)snprintf(out, room, "%.*s", (int)(s.n < room ? s.n : room - 1), (const char *)s.p);
}

static void standing_of(const struct ask_outcome *got, struct standing *out)
{
    keep(out->state, sizeof out->state, span_str(ask_state_word(got->state)));
    keep(out->reference, sizeof out->reference, got->reference);
    keep(out->reason, sizeof out->reason, got->reason);
    out->body = got->body;
}

static void standing_called(const struct ask_called *got, struct standing *out)
{
    memcpy(out->state, got->state, sizeof out->state);
    memcpy(out->reference, got->reference, sizeof out->reference);
    memcpy(out->reason, got->reason, sizeof out->reason);
    out->body = got->status == 200 ? got->body : (struct span){ NULL, 0 };
}

/* ---- put ---- */

static bool put_at_node(const struct options *o, struct span body, struct arena *a, struct standing *out,
                        struct why *w)
{
    static struct instance node;
    const struct ask_put p = { .to = span_str(o->to),
                               .topic = span_str(o->topic),
                               .purpose = span_str(o->purpose),
                               .article = span_str(o->article),
                               .role = span_str(o->role),
                               .reference = span_str(o->reference),
                               .subject = span_str(o->subject),
                               .within = o->within ? atoll(o->within) : 0,
                               .body = body };
    struct ask_outcome got;
    bool ok;

    if (!instance_open(o->node, INSTANCE_STORE, &node, w))
        return false;
    ok = ask_put(&node.office, &p, cli_now(), a, &got, w);
    if (ok)
        standing_of(&got, out);
    instance_close(&node);
    return ok;
}

static bool put_by_url(const struct options *o, struct span body, struct arena *a, struct standing *out,
                       struct why *w)
{
    const struct ask_call q = { .path = "/v1/ask",
                                .type = "application/octet-stream",
                                .n = 8,
                                .header = { { "Serai-To", o->to },
                                            { "Serai-Topic", o->topic },
                                            { "Serai-Purpose", o->purpose },
                                            { "Serai-Article", o->article },
                                            { "Serai-Role", o->role },
                                            { "Serai-Reference", o->reference },
                                            { "Serai-Subject", o->subject },
                                            { "Serai-Within", o->within } },
                                .body = body };
    struct ask_called got;

    if (!ask_call(o->url, &q, a, &got, w))
        return false;
    standing_called(&got, out);
    return true;
}

/* ---- answer ---- */

static bool look_at_node(const struct options *o, struct arena *a, struct standing *out, struct why *w)
{
    static struct instance node;
    struct ask_outcome got;
    bool ok, found = false;

    if (!instance_open(o->node, INSTANCE_STORE, &node, w))
        return false;
    ok = ask_look(&node.office, span_str(o->to), span_str(o->reference), cli_now(), a, &found, &got, w) &&
         (found || why_set(w, "no-question", WHY_NO_OFFSET, NULL, "nothing was asked under this reference"));
    if (ok)
        standing_of(&got, out);
    instance_close(&node);
    return ok;
}

static bool look_by_url(const struct options *o, struct arena *a, struct standing *out, struct why *w)
{
    char *reference = curl_easy_escape(NULL, o->reference, 0), path[400];
    struct ask_call q = { .path = path, .get = true };
    struct ask_called got;

    if (!reference)
        abort();
    (void)snprintf(path, sizeof path, "/v1/ask?reference=%s", reference);
    curl_free(reference);
    if (!ask_call(o->url, &q, a, &got, w))
        return false;
    standing_called(&got, out);
    return true;
}

/* Something may still come of it by itself. */
static bool comes(const struct standing *s)
{
    return strcmp(s->state, "open") == 0 || strcmp(s->state, "unreachable") == 0;
}

/* Looks each second, at a node that runs: it is that node that asks again. */
static bool wait_for(struct options *o, struct arena *a, struct standing *s, struct why *w)
{
    const struct timespec second = { .tv_sec = 1 };
    long left = o->wait ? strtol(o->wait, NULL, 10) : 0;

    for (; left > 0 && comes(s) && o->url; left--) {
        (void)nanosleep(&second, NULL);
        o->reference = arena_str(a, span_str(s->reference));
        if (!look_by_url(o, a, s, w))
            return false;
    }
    return true;
}

/* ---- what is said of it ---- */

static bool is_answer(const struct standing *s)
{
    return strcmp(s->state, "answered") == 0 || (strcmp(s->state, "late") == 0 && s->body.n);
}

static bool put_said(const struct options *o, const struct standing *s, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    bool ok = true;
    FILE *to = o->out || o->json ? stdout : stderr;

    if (is_answer(s) && (o->out || !o->json))
        ok = cli_write(o->out ? o->out : "-", s->body, 0600, w);
    buf_init(&b, 4096);
    if (o->json) {
        j = json_to(&b);
        jw_object(&j, NULL);
        jw_str(&j, "reference", s->reference);
        jw_str(&j, "state", s->state);
        if (s->reason[0])
            jw_str(&j, "reason", s->reason);
        jw_int(&j, "bytes", (int64_t)s->body.n);
        jw_object_end(&j);
    } else {
        buf_printf(&b, "%s%s%s  %s", s->state, s->reason[0] ? ": " : "", s->reason, s->reference);
    }
    buf_u8(&b, '\n');
    (void)fwrite(b.p, 1, b.n, to);
    buf_free(&b);
    return ok;
}

static int code_of(const struct standing *s)
{
    if (is_answer(s))
        return CLI_POSITIVE;
    return strcmp(s->state, "refused") == 0 || strcmp(s->state, "unknown") == 0 ? CLI_NEGATIVE
                                                                                : CLI_UNDETERMINED;
}

/* ---- options ---- */

static bool read_options(int argc, char **argv, struct options *o)
{
    const struct cli_text texts[] = { { "node", &o->node },
                                      { "url", &o->url },
                                      { "to", &o->to },
                                      { "topic", &o->topic },
                                      { "purpose", &o->purpose },
                                      { "article", &o->article },
                                      { "role", &o->role },
                                      { "subject", &o->subject },
                                      { "within", &o->within },
                                      { "reference", &o->reference },
                                      { "body", &o->body },
                                      { "wait", &o->wait },
                                      { "out", &o->out },
                                      { "from", &o->from },
                                      { "said", &o->said },
                                      { "reason", &o->reason },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &o->json }, { NULL, NULL } };

    return cli_options(argc, argv, texts, flags);
}

static bool number_fits(const char *text, long most)
{
    char *end;
    long n = text ? strtol(text, &end, 10) : 1;

    return !text || (*text && !*end && n >= 1 && n <= most);
}

static int finish(const char *command, struct options *o, bool put)
{
    struct standing s = { .state = "" };
    struct span body = { NULL, 0 };
    struct why w = { 0 };
    struct arena a;
    int rc = CLI_USAGE;
    bool ok;

    arena_init(&a, ROOM);
    if (put)
        ok = read_body(o, &a, &body, &w) &&
             (o->url ? put_by_url(o, body, &a, &s, &w) : put_at_node(o, body, &a, &s, &w));
    else
        ok = o->url ? look_by_url(o, &a, &s, &w) : look_at_node(o, &a, &s, &w);
    ok = ok && wait_for(o, &a, &s, &w) && put_said(o, &s, &w);
    if (ok)
        rc = code_of(&s);
    else
        ask_why(command, o->url ? o->url : o->node, &w);
    arena_free(&a);
    return rc;
}

int ask_put_command(int argc, char **argv)
{
    static const char command[] = "ask put";
    struct options o = { 0 };

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.node == !o.url || optind != argc || !o.to || !o.topic || !o.purpose)
        return cli_usage(command, "say --node or --url, --to, --topic and --purpose");
    if (!number_fits(o.within, LIMIT_ASK_SECONDS) || !number_fits(o.wait, MOST_WAIT) || (o.wait && o.node))
        return cli_usage(command, "--within wants seconds to the deadline, --wait 1 to %d seconds and --url",
                         MOST_WAIT);
    return finish(command, &o, true);
}

int ask_answer_command(int argc, char **argv)
{
    static const char command[] = "ask answer";
    struct options o = { 0 };

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.node == !o.url || optind + 1 != argc || !number_fits(o.wait, MOST_WAIT) || (o.wait && o.node))
        return cli_usage(command, "say --node or --url, and a reference; --wait goes with --url");
    o.reference = argv[optind];
    return finish(command, &o, false);
}

/* ---- an answer that comes later ---- */

static bool reply_at_node(const struct options *o, struct span body, struct arena *a, bool *repeated,
                          struct why *w)
{
    static struct instance node;
    struct ask_reply reply;
    bool ok;

    if (!ask_reply_read(span_str(o->said), span_str(o->reason), a, &reply, w) ||
        !instance_open(o->node, INSTANCE_STORE, &node, w))
        return false;
    if (reply.said == ASK_SAID_ANSWERED)
        reply.body = body;
    ok = ask_reply_later(desks_own(node.desks), span_str(o->from), span_str(o->reference), &reply, cli_now(),
                         a, repeated, w);
    instance_close(&node);
    return ok;
}

static bool reply_by_url(const struct options *o, struct span body, struct arena *a, bool *repeated,
                         struct why *w)
{
    const struct ask_call q = { .path = "/v1/ask/reply",
                                .type = "application/octet-stream",
                                .n = 4,
                                .header = { { "Serai-From", o->from },
                                            { "Serai-Reference", o->reference },
                                            { "Serai-Said", o->said },
                                            { "Serai-Reason", o->reason } },
                                .body = body };
    struct ask_called got;

    if (!ask_call(o->url, &q, a, &got, w))
        return false;
    *repeated = memmem(got.body.p, got.body.n, "\"repeated\":true", 15) != NULL;
    return true;
}

int ask_reply_command(int argc, char **argv)
{
    static const char command[] = "ask reply";
    struct options o = { 0 };
    struct span body = { NULL, 0 };
    struct why w = { 0 };
    struct arena a;
    bool ok, repeated = false;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.node == !o.url || !o.from || optind + 1 != argc)
        return cli_usage(command, "say --node or --url, --from MEMBER and the reference");
    o.reference = argv[optind];
    arena_init(&a, ROOM);
    ok = read_body(&o, &a, &body, &w) &&
         (o.url ? reply_by_url(&o, body, &a, &repeated, &w) : reply_at_node(&o, body, &a, &repeated, &w));
    if (ok)
        puts(repeated ? _("answered before: that answer stands") : _("recorded, and delivered by the node"));
    else
        ask_why(command, o.url ? o.url : o.node, &w);
    arena_free(&a);
    return !ok ? CLI_USAGE : repeated ? CLI_NEGATIVE : CLI_POSITIVE;
}
