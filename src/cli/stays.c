/* serai stays: who is over, counts by day, what was recorded of one traveller, movements that were missed. */
#include <getopt.h>
#include <stdlib.h>

#include "check/stays.h"
#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/stays.h"
#include "cli/subcommand.h"

static const char command[] = "stays";

enum { ANSWER = 16 << 20, DAYS_MOST = 3650 };

struct options {
    const char *node, *url, *document, *office, *purpose, *role, *movement, *day, *at, *reason, *id;
    int64_t within;
    bool all, ask, json;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    const char *within = NULL;
    const struct cli_text texts[] = { { "node", &o->node },
                                      { "url", &o->url },
                                      { "document", &o->document },
                                      { "office", &o->office },
                                      { "purpose", &o->purpose },
                                      { "role", &o->role },
                                      { "movement", &o->movement },
                                      { "day", &o->day },
                                      { "at", &o->at },
                                      { "reason", &o->reason },
                                      { "id", &o->id },
                                      { "within", &within },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = {
        { "all", &o->all }, { "ask", &o->ask }, { "json", &o->json }, { NULL, NULL }
    };

    *o = (struct options){ 0 };
    return cli_options(argc, argv, texts, flags) &&
           cli_number(command, "within", within, DAYS_MOST, &o->within) && optind == argc;
}

static struct stays_desk desk_of(const struct instance *i)
{
    return (struct stays_desk){ .store = i->store,
                                .agreement = i->agreement,
                                .office = i->check.office,
                                .member = span_str(i->config.member),
                                .utc_offset = i->config.utc_offset,
                                .now = cli_now() };
}

static int overdue(int argc, char **argv)
{
    static struct instance node;
    struct overdue_query q = { 0 };
    struct stays_desk d;
    struct options o;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    size_t n = 0;
    int rc = CLI_USAGE;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.node)
        return cli_usage(command, "say --node FOLDER");
    if (!desk_open(o.node, false, &node, &w)) {
        cli_why(command, o.node, &w);
        return rc;
    }
    arena_init(&a, 256 << 20);
    buf_init(&b, ANSWER);
    q = (struct overdue_query){ .within = o.within, .all = o.all };
    d = desk_of(&node);
    if (stays_overdue_json(&d, &q, &a, &b, &n, &w)) {
        desk_print(buf_span(&b), o.json);
        rc = n ? CLI_NEGATIVE : CLI_POSITIVE;
    } else {
        cli_why(command, o.node, &w);
    }
    buf_free(&b);
    arena_free(&a);
    desk_close(&node);
    return rc;
}

/* "KZ:N1234567"; of "-" one line of standard input, so that it is in no list of processes. */
static bool document_of(const char *given, struct arena *a, const char **issuer, const char **number,
                        struct why *w)
{
    struct span text = span_str(given), part = { NULL, 0 };

    if (strcmp(given, "-") == 0 && !cli_read("-", a, &text, w))
        return false;
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == ' '))
        text.n--;
    for (size_t i = 0; i < text.n && !part.n; i++)
        if (text.p[i] == ':')
            part = span_sub(text, 0, i);
    if (!part.n)
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "--document is issuer and number such as KZ:N1234567");
    *issuer = arena_str(a, part);
    *number = arena_str(a, span_sub(text, part.n + 1, text.n));
    return *issuer && *number;
}

static int send(const struct options *o, bool looks, const struct desk_text *t, size_t n, struct arena *a)
{
    static struct instance node;
    struct buffer request, answer;
    struct span got = { NULL, 0 };
    struct stays_desk d;
    struct why w = { 0 };
    int over = 0;
    bool ok;

    buf_init(&request, 1 << 16);
    buf_init(&answer, ANSWER);
    desk_request(t, n, &request);
    if (o->url) {
        ok = ask_post(o->url, looks ? "/v1/stays" : "/v1/movements", buf_span(&request), a, &got, &w);
    } else {
        ok = desk_open(o->node, true, &node, &w);
        if (ok) {
            d = desk_of(&node);
            ok = looks ? stays_of_json(&d, buf_span(&request), a, &answer, &over, &w)
                       : stays_movement_json(&d, buf_span(&request), a, &answer, &w);
            desk_close(&node);
        }
        got = buf_span(&answer);
    }
    if (ok)
        desk_print(got, o->json);
    else
        ask_why(command, o->url ? o->url : o->node, &w);
    buf_free(&request);
    buf_free(&answer);
    if (!ok)
        return w.reason && strcmp(w.reason, "no-gap") == 0 ? CLI_NEGATIVE : CLI_USAGE;
    return over > 0 ? CLI_NEGATIVE : over < 0 ? CLI_UNDETERMINED : CLI_POSITIVE;
}

static int with_document(int argc, char **argv, bool looks, bool repairs)
{
    const char *issuer = NULL, *number = NULL;
    struct options o;
    struct arena a;
    struct why w = { 0 };
    int rc = CLI_USAGE;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.node == !o.url || !o.document)
        return cli_usage(command, "say --node FOLDER or --url URL, and --document ISSUER:NUMBER");
    if (repairs && (!o.day || !o.office || !o.reason))
        return cli_usage(command, "say --day, --office and --reason");
    arena_init(&a, 256 << 20);
    if (!document_of(o.document, &a, &issuer, &number, &w)) {
        cli_why(command, "--document", &w);
    } else if (looks) {
        const struct desk_text t[] = { { "issuer", issuer },   { "number", number },
                                       { "office", o.office }, { "purpose", o.purpose },
                                       { "role", o.role },     { "ask", o.ask ? "true" : NULL } };

        rc = send(&o, true, t, sizeof t / sizeof *t, &a);
    } else {
        const struct desk_text t[] = {
            { "id", o.id },         { "movement", o.movement ? o.movement : "exit" },
            { "issuer", issuer },   { "number", number },
            { "at", o.at },         { "day", o.day },
            { "office", o.office }, { "reason", o.reason }
        };

        rc = send(&o, false, t, sizeof t / sizeof *t, &a);
    }
    arena_free(&a);
    return rc;
}

static int show(int argc, char **argv)
{
    return with_document(argc, argv, true, false);
}
static int left(int argc, char **argv)
{
    return with_document(argc, argv, false, false);
}
static int repair(int argc, char **argv)
{
    return with_document(argc, argv, false, true);
}

static const struct cli_subcommand commands[] = {
    { "overdue", overdue, "overdue --node FOLDER [--within DAYS] [--all] [--json]",
      N_("who is inside and past the last day of the stay, counted again under the article that admitted; "
         "--within: or reaches it in so many days; --all: also where no limit is known. Travellers are told "
         "by "
         "keyed hash alone. Also while the node runs. Exit 1 when there is one") },
    { "count", stays_count_command, "count --node FOLDER [--days N] [--json]",
      N_("stays by day and purpose as CSV, the last N days (1 to 90; 30) up to yesterday: how many were "
         "inside, "
         "came, left and were over their time. Rounded down to multiples of five; small numbers, and what "
         "would "
         "tell them, are left out") },
    { "waiting", stays_waiting_command, "waiting --node FOLDER [--days N] [--json]",
      N_("who waits for the desks, by day as CSV: applications and complaints, how many waited, came and "
         "were "
         "decided, and within how many hours half and 95 of 100 of those were, where five or more were") },
    { "show", show,
      "show (--node FOLDER | --url URL) --document ISSUER:NUMBER --office NAME --purpose WORD [--ask] "
      "[--role R] "
      "[--json]",
      N_("what was recorded of the bearer of a document, what is missing, and how the stay stands; the "
         "look-up "
         "leaves an entry. --ask: the other members too, where an article lets their count be asked") },
    { "exit", left, "exit (--node FOLDER | --url URL) --document ISSUER:NUMBER --id ID [--at TIME]",
      N_("an exit, as an exit lane records it") },
    { "repair", repair,
      "repair (--node FOLDER | --url URL) --document ISSUER:NUMBER --id ID --day DATE --office NAME --reason "
      "WORD "
      "[--movement exit|entry]",
      N_("a movement that was missed, such as an exit; recorded with office and reason") },
};

static const struct cli_family family = {
    "stays",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER    a node's folder; what is written needs that its node does not run\n"
       "  --url URL        a running node\n"
       "  --document       \"-\" reads it from standard input\n"
       "\n"
       "Exit 0 nobody over, done; 1 somebody over, or no gap to repair; 2 usage or input/output; 3 not\n"
       "determined: a member that counts did not answer, or no limit is known.\n"
       "\n"
       "Examples:\n"
       "  serai stays overdue --node node/ --within 3\n"
       "  serai stays show --node node/ --document KZ:N12345678 --office border-office --purpose stay-count "
       "--ask\n"
       "  serai stays repair --node node/ --document KZ:N12345678 --id r-1 --day 2027-03-12 --office "
       "border-office "
       "--reason exit-lane-down\n"),
};

int cmd_stays(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
