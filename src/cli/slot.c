/* serai slot: slots of time at posts, at a desk and at the barrier, and the public list worked out. */
#include <getopt.h>
#include <stdio.h>

#include "base/text.h"
#include "check/slots.h"
#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/subcommand.h"
#include "log/checkpoint.h"
#include "service/travel/slots_audit.h"
#include "wire/json.h"

static const char command[] = "slot";

enum { ANSWER = 64 << 20, MEMORY = 512 << 20 };

struct options {
    const char *node, *url, *code, *place, *start, *state, *kind, *number, *plate, *office, *day, *posts,
        *key, *member, *list;
    int64_t persons, days;
    bool json, use;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    const char *persons = NULL, *days = NULL;
    const struct cli_text texts[] = {
        { "node", &o->node },     { "url", &o->url },     { "place", &o->place },
        { "start", &o->start },   { "state", &o->state }, { "kind", &o->kind },
        { "number", &o->number }, { "plate", &o->plate }, { "office", &o->office },
        { "persons", &persons },  { "day", &o->day },     { "days", &days },
        { "posts", &o->posts },   { "key", &o->key },     { "member", &o->member },
        { "list", &o->list },     { NULL, NULL }
    };
    const struct cli_flag flags[] = { { "json", &o->json }, { "use", &o->use }, { NULL, NULL } };

    *o = (struct options){ .days = 1 };
    if (!cli_options(argc, argv, texts, flags) ||
        !cli_number(command, "persons", persons, LIMIT_SLOT_GROUP, &o->persons) ||
        !cli_number(command, "days", days, 31, &o->days))
        return false;
    o->code = optind < argc ? argv[optind] : NULL;
    return true;
}

/* What is no fault of input or machine. */
static int code_of(const struct why *w)
{
    return w->reason && (strncmp(w->reason, "slot-", 5) == 0 || strcmp(w->reason, "too-early") == 0 ||
                         strcmp(w->reason, "too-late") == 0 || strcmp(w->reason, "no-slot") == 0 ||
                         strcmp(w->reason, "refused") == 0)
               ? CLI_NEGATIVE
               : CLI_USAGE;
}

/* A running node, or its folder while it does not run. */
static bool ask_either(const struct options *o, slots_op *op, const char *path, struct span request,
                       struct arena *a, struct buffer *answer, struct span *got, struct why *w)
{
    static struct instance node;
    bool ok;

    if (o->url)
        return ask_post(o->url, path, request, a, got, w);
    if (!desk_open(o->node, true, &node, w))
        return false;
    ok = node.posts ? op(&(struct slots_desk){ { node.store, node.posts, node.signer,
                                                 span_str(node.config.member), cli_now() },
                                               NULL },
                         request, a, answer, w)
                    : why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no post-file");
    desk_close(&node);
    *got = buf_span(answer);
    return ok;
}

/* exit: what the answer means; NULL: it is positive. */
static int send(const struct options *o, slots_op *op, const char *path, const struct desk_text *t, size_t n,
                int64_t persons, int (*exit)(struct span answer, struct arena *a))
{
    struct buffer request, answer;
    struct span got = { NULL, 0 };
    struct why w = { 0 };
    struct arena a;
    int rc;

    if (!o->node == !o->url)
        return cli_usage(command, "say --node FOLDER or --url URL");
    arena_init(&a, MEMORY);
    buf_init(&request, 1 << 20);
    buf_init(&answer, ANSWER);
    desk_request(t, n, &request);
    if (persons) { /* a number, where the others are texts */
        request.n--;
        buf_printf(&request, ",\"persons\":%lld}", (long long)persons);
    }
    if (ask_either(o, op, path, buf_span(&request), &a, &answer, &got, &w)) {
        desk_print(got, o->json);
        rc = exit ? exit(got, &a) : CLI_POSITIVE;
    } else {
        ask_why(command, o->url ? o->url : o->node, &w);
        rc = code_of(&w);
    }
    buf_free(&request);
    buf_free(&answer);
    arena_free(&a);
    return rc;
}

static int book(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.place || !o.start || !o.state || !o.number)
        return cli_usage(command, "say --place, --start, --state and --number");
    return send(&o, slots_book, "/v1/slots",
                (struct desk_text[]){ { "place", o.place },
                                      { "start", o.start },
                                      { "state", o.state },
                                      { "kind", o.kind },
                                      { "number", o.number },
                                      { "plate", o.plate } },
                6, o.persons, NULL);
}

static int by_code(int argc, char **argv, slots_op *op, const char *path)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.code)
        return cli_usage(command, "say the code of the slot");
    return send(&o, op, path, (struct desk_text[]){ { "code", o.code } }, 1, 0, NULL);
}

static int show(int argc, char **argv)
{
    return by_code(argc, argv, slots_show, "/v1/slots/show");
}

static int cancel(int argc, char **argv)
{
    return by_code(argc, argv, slots_cancel, "/v1/slots/cancel");
}

static int change(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.code || !o.state || !o.number || !o.plate)
        return cli_usage(command, "say the code, --state, --number and the new --plate");
    return send(&o, slots_change, "/v1/slots/change",
                (struct desk_text[]){ { "code", o.code },
                                      { "state", o.state },
                                      { "kind", o.kind },
                                      { "number", o.number },
                                      { "plate", o.plate } },
                5, 0, NULL);
}

/* ---- the barrier ---- */

static int exit_of_answer(struct span answer, struct arena *a)
{
    struct span word = { NULL, 0 };
    struct json j;

    if (!json_parse(answer, a, &j, NULL))
        return CLI_USAGE;
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m))
        if (json_text_is(&j, m, "answer"))
            if (!json_text_of(&j, json_value_of(&j, m), a, &word))
                return CLI_USAGE;
    return span_eq_str(word, "good") ? CLI_POSITIVE : CLI_NEGATIVE;
}

/* By the member's key alone, where there is no node to ask. */
static int check_alone(const struct options *o)
{
    const struct slot_shown s = { .token = span_str(o->code),
                                  .place = span_str(o->place),
                                  .holder = { span_str(o->state), span_str(o->kind ? o->kind : "passport"),
                                              span_str(o->number), span_str(o->plate) } };
    struct slot_said said = { 0 };
    struct note_key key;
    struct posts posts;
    struct why w = { 0 };
    struct arena a;
    bool ok;

    if (!o->posts || !o->member)
        return cli_usage(command, "--key goes with --posts FILE and --member STATE");
    arena_init(&a, 16 << 20);
    ok = note_key_parse(span_str(o->key), &key, &w) && posts_load(o->posts, &a, &posts, &w) &&
         slot_check_offline(&posts, span_str(o->member), key.pub, &s, cli_now(), &a, &said, &w);
    if (ok)
        (void)printf("%s\n%s", slot_answer_word(said.answer),
                     said.answer == SLOT_GOOD ? _("whether it was used or given back is not known here\n")
                                              : "");
    else
        cli_why(command, _("the token"), &w);
    arena_free(&a);
    return !ok ? CLI_USAGE : said.answer == SLOT_GOOD ? CLI_UNDETERMINED : CLI_NEGATIVE;
}

static int check(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.code || !o.state || !o.number)
        return cli_usage(command, "say the token or code, --state and --number");
    if (o.key)
        return check_alone(&o);
    return send(&o, slots_check, "/v1/slots/check",
                (struct desk_text[]){ { "token", o.code },
                                      { "place", o.place },
                                      { "state", o.state },
                                      { "kind", o.kind },
                                      { "number", o.number },
                                      { "plate", o.plate },
                                      { "office", o.office },
                                      { "use", o.use ? "true" : NULL } },
                8, 0, exit_of_answer);
}

/* ---- what only looks, also while the node runs ---- */

static int look(const struct options *o, bool write,
                bool (*f)(const struct options *, const struct slots_desk *, struct arena *, struct buffer *,
                          int64_t *, struct why *))
{
    static struct instance node;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    int64_t found = 0;
    int rc = CLI_USAGE;

    if (!o->node)
        return cli_usage(command, "say --node FOLDER");
    if (!desk_open(o->node, write, &node, &w)) {
        cli_why(command, o->node, &w);
        return CLI_USAGE;
    }
    arena_init(&a, MEMORY);
    buf_init(&b, ANSWER);
    if (!node.posts)
        (void)why_set(&w, "config", WHY_NO_OFFSET, NULL, "node.conf names no post-file");
    if (node.posts &&
        f(o,
          &(struct slots_desk){
              { node.store, node.posts, node.signer, span_str(node.config.member), cli_now() }, NULL },
          &a, &b, &found, &w)) {
        desk_print(buf_span(&b), o->json);
        rc = found ? CLI_NEGATIVE : CLI_POSITIVE;
    } else {
        cli_why(command, o->node, &w);
    }
    buf_free(&b);
    arena_free(&a);
    desk_close(&node);
    return rc;
}

static bool audit_node(const struct options *o, const struct slots_desk *d, struct arena *a, struct buffer *b,
                       int64_t *found, struct why *w)
{
    (void)o;
    return slots_audited(d, a, b, found, w);
}

/* A list somebody saved from the member's log or from /v1/slots/events: a line an entry. */
static int audit_list(const struct options *o)
{
    struct span text, line, *body;
    struct slot_audit x = { 0 };
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    size_t n = 0, lines = 1;
    bool ok;

    arena_init(&a, MEMORY);
    buf_init(&b, ANSWER);
    ok = cli_read(o->list, &a, &text, &w);
    for (size_t i = 0; ok && i < text.n; i++)
        lines += text.p[i] == '\n';
    body = ok ? arena_array(&a, lines, sizeof *body) : NULL;
    while (body && text.n) {
        (void)text_split(&text, '\n', &line);
        if (text_trim(line).n)
            body[n++] = text_trim(line);
    }
    ok = body && slot_audit_run(body, n, true, &a, &x, &w);
    if (ok) {
        slot_audit_json(&x, &b);
        desk_print(buf_span(&b), o->json);
    } else {
        cli_why(command, o->list, &w);
    }
    buf_free(&b);
    arena_free(&a);
    return !ok ? CLI_USAGE : x.n_findings ? CLI_NEGATIVE : CLI_POSITIVE;
}

static int audit(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    return o.list ? audit_list(&o) : look(&o, false, audit_node);
}

static bool list_node(const struct options *o, const struct slots_desk *d, struct arena *a, struct buffer *b,
                      int64_t *found, struct why *w)
{
    (void)found;
    return slots_list(d, span_str(o->place), span_str(o->day ? o->day : ""), o->days, a, b, w);
}

static int list(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.place)
        return cli_usage(command, "say --place such as sarakhs/exit/lorry");
    return look(&o, true, list_node);
}

static bool tidy_node(const struct options *o, const struct slots_desk *d, struct arena *a, struct buffer *b,
                      int64_t *found, struct why *w)
{
    struct json_writer j = json_to(b);
    struct slot_turned t;
    int64_t n = 0;

    (void)o;
    (void)found;
    if (!slot_turn(&d->slots, a, &t, w) || !slot_forget(&d->slots, &n, w))
        return false;
    jw_object(&j, NULL);
    jw_int(&j, "drawn", (int64_t)t.drawn);
    jw_int(&j, "missed", (int64_t)t.missed);
    jw_int(&j, "undrawn", (int64_t)t.undrawn);
    jw_int(&j, "erased", n);
    jw_object_end(&j);
    return true;
}

static int tidy(int argc, char **argv)
{
    struct options o;

    return read_options(argc, argv, &o) ? look(&o, true, tidy_node) : cli_bad_option(command);
}

/* Says where a file of posts is wrong, before a node starts with it. */
static int posts(int argc, char **argv)
{
    struct options o;
    struct posts p;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    int rc = CLI_NEGATIVE;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.code)
        return cli_usage(command, "say the file of posts");
    arena_init(&a, 64 << 20);
    buf_init(&b, ANSWER);
    if (!posts_load(o.code, &a, &p, &w)) {
        cli_why(command, o.code, &w);
        rc = strcmp(w.reason, "posts") == 0 ? CLI_NEGATIVE : CLI_USAGE;
    } else if (slots_posts(&(struct slots_desk){ { NULL, &p, NULL, SPAN("--"), cli_now() }, NULL }, &b, &w)) {
        desk_print(buf_span(&b), o.json);
        rc = CLI_POSITIVE;
    }
    buf_free(&b);
    arena_free(&a);
    return rc;
}

static int release(int argc, char **argv)
{
    struct options o;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.state || !o.number || !o.office)
        return cli_usage(command, "say --state, --number and --office");
    return send(
        &o, slots_release, "/v1/slots/release",
        (struct desk_text[]){
            { "state", o.state }, { "kind", o.kind }, { "number", o.number }, { "office", o.office } },
        4, 0, NULL);
}

static const struct cli_subcommand commands[] = {
    { "posts", posts, "posts FILE [--json]",
      N_("reads a file of posts, and says the line where it is wrong") },
    { "list", list, "list --node FOLDER --place PLACE [--day DAY] [--days N] [--json]",
      N_("slots that are still given; while the node runs: GET /v1/slots") },
    { "book", book,
      "book (--node FOLDER | --url URL) --place PLACE --start TIME --state XXX --number N [--kind K] "
      "[--plate "
      "P] [--persons N]",
      N_("asks for a slot, at a desk; prints the code, and the token once it is booked") },
    { "show", show, "show (--node FOLDER | --url URL) CODE [--json]",
      N_("how a slot stands, with its token") },
    { "change", change, "change (--node FOLDER | --url URL) CODE --state XXX --number N --plate P [--kind K]",
      N_("another plate for the same document, as often as the rules allow") },
    { "cancel", cancel, "cancel (--node FOLDER | --url URL) CODE",
      N_("gives it back: the place rests and is drawn among those who waited") },
    { "check", check,
      "check (--node FOLDER | --url URL | --key VKEY --posts FILE --member STATE) TOKEN --state XXX --number "
      "N "
      "[--plate P] [--place PLACE] [--use] [--office NAME]",
      N_("at the barrier; --use marks a good one used, and with --office one that is early or late. With "
         "--key "
         "without a node: exit 3, since nobody knows there whether it was used") },
    { "release", release,
      "release (--node FOLDER | --url URL) --state XXX --number N --office NAME [--kind K]",
      N_("gives back the open slot of a document that an officer has in hand: somebody else used its number, "
         "or "
         "the code is lost") },
    { "audit", audit, "audit (--node FOLDER | --list FILE) [--json]",
      N_("the public list worked out: places that went past the rules, and figures that show who sells them. "
         "--list: its entries, a line each, from the log. Exit 1 when something went past the rules") },
    { "tidy", tidy, "tidy --node FOLDER",
      N_("draws what is due and forgets what is old; a running node does it by itself") },
};

static const struct cli_family family = {
    "slot",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER    a node's folder; changes need that its node does not run\n"
       "  --url URL        a running node\n"
       "  --place PLACE    post, direction and class of traffic: sarakhs/exit/lorry\n"
       "  --start TIME     when the slot begins, in UTC or with an offset: 2027-03-16T10:00:00+03:30\n"
       "  --kind K         passport (default), identity-card, residence-permit, travel-document, seafarer\n"
       "\n"
       "Exit 0 done, or good; 1 not given, not good, or past the rules; 2 usage or input/output; 3 good as\n"
       "far as it can be known without a node.\n"
       "\n"
       "Examples:\n"
       "  serai slot book --url http://127.0.0.1:7311 --place sarakhs/exit/lorry\n"
       "    --start 2027-03-16T06:30:00Z --state IRN --number S00000000 --plate 12A345\n"
       "  serai slot check --url http://127.0.0.1:7311 ABCD-EFGH-IJKL-MNOP --state IRN --number S00000000\n"
       "    --plate 12A345 --use\n"
       "  serai slot audit --node node/\n"),
};

int cmd_slot(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
