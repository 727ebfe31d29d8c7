/* serai hit: what is like a notice or an entry of a list, compared and closed by a person. */
#include "cli/hit.h"

#include <getopt.h>
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/subcommand.h"
#include "wire/json_write.h"

static const char command[] = "hit";

enum { REQUEST = 64 * 1024, ANSWER = 8 << 20, COMMON = 4 };

struct call {
    const struct hit_command *h;
    const char *node, *url, *at;
    bool json;
    const char *value[HIT_VALUES];
};

static bool read_options(struct call *k, int argc, char **argv)
{
    struct option o[HIT_VALUES + COMMON + 1] = { { "node", required_argument, NULL, 'n' },
                                                 { "url", required_argument, NULL, 'u' },
                                                 { "at", required_argument, NULL, 't' },
                                                 { "json", no_argument, NULL, 'j' } };
    int c, index = 0;

    for (size_t i = 0; k->h->option[i].name; i++)
        o[i + COMMON] = (struct option){ k->h->option[i].name,
                                         k->h->option[i].type == HIT_YES ? no_argument : required_argument,
                                         NULL, 256 + (int)i };
    while ((c = getopt_long(argc, argv, "", o, &index)) != -1) {
        if (c == 'n')
            k->node = optarg;
        else if (c == 'u')
            k->url = optarg;
        else if (c == 't')
            k->at = optarg;
        else if (c == 'j')
            k->json = true;
        else if (c >= 256)
            k->value[c - 256] = optarg ? optarg : "true";
        else
            return false;
    }
    return true;
}

static bool is_number(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s) && strlen(s) < 10;
}

static bool put_value(struct json_writer *j, const struct hit_option *o, const char *value)
{
    if (o->type == HIT_NUMBER && !is_number(value))
        return false;
    if (o->type == HIT_TEXT)
        jw_str(j, o->name, value);
    else
        jw_raw(j, o->name, span_str(value));
    return true;
}

/* False: a number is none. */
static bool request_of(const struct call *k, const char *first, const char *second, struct buffer *b)
{
    struct json_writer j = json_to(b);
    bool ok = true;

    jw_object(&j, NULL);
    if (k->h->first && first)
        jw_str(&j, k->h->first, first);
    if (k->h->second && second)
        jw_str(&j, k->h->second, second);
    for (size_t i = 0; k->h->option[i].name; i++)
        if (k->value[i])
            ok = put_value(&j, &k->h->option[i], k->value[i]) && ok;
    jw_object_end(&j);
    return ok;
}

static bool by_folder(const struct call *k, struct span request, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    static struct instance i;
    struct hits_call c = { .now = now };
    struct hit_rules rules = hit_defaults;
    struct hit_desk looks;
    bool ok;

    if (!desk_open(k->node, k->h->writes, &i, w))
        return false;
    looks = (struct hit_desk){
        .store = i.store, .member = span_str(i.config.member), .agreement = i.agreement, .rules = &rules
    };
    c.desk = i.check.hits ? i.check.hits : &looks;
    ok = k->h->op(&c, request, a, out, w);
    desk_close(&i);
    return ok;
}

static int ended(const struct why *w)
{
    static const char *const negative[] = { "same-officer", "hit-state",    "hit-unknown", "hit-erased",
                                            "task-unknown", "case-unknown", "case-state",  "officer",
                                            "refused",      "purpose" };

    for (size_t i = 0; w->reason && i < sizeof negative / sizeof *negative; i++)
        if (strcmp(w->reason, negative[i]) == 0)
            return CLI_NEGATIVE;
    return CLI_USAGE;
}

static int send(const struct call *k, struct span request, unix_time now, const char *late_word)
{
    struct span got = { NULL, 0 };
    struct why w = { 0 };
    struct buffer answer;
    struct arena a;
    bool ok;
    int rc;

    arena_init(&a, 64 << 20);
    buf_init(&answer, ANSWER);
    if (k->url) {
        ok = ask_post(k->url, k->h->path, request, &a, &got, &w);
    } else {
        ok = by_folder(k, request, now, &a, &answer, &w);
        got = buf_span(&answer);
    }
    rc = ok ? CLI_POSITIVE : ended(&w);
    if (!ok)
        ask_why(command, k->url ? k->url : k->node, &w);
    else
        desk_print(got, k->json);
    if (ok && late_word && memmem(got.p, got.n, late_word, strlen(late_word)))
        rc = CLI_NEGATIVE;
    buf_free(&answer);
    arena_free(&a);
    return rc;
}

int hit_run(const struct hit_command *h, int argc, char **argv, const char *late_word)
{
    struct call k = { .h = h };
    struct buffer request;
    unix_time now;
    int rc;

    if (!read_options(&k, argc, argv))
        return cli_bad_option(command);
    if (!k.node == !k.url)
        return cli_usage(command, "say --node FOLDER or --url URL");
    if (argc - optind != (h->first != NULL) + (h->second != NULL))
        return cli_usage(command, h->first ? _("something is missing, or too much: serai hit --help")
                                           : _("too many arguments"));
    if (!cli_time(k.at, &now))
        return cli_usage(command, "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    buf_init(&request, REQUEST);
    if (request_of(&k, h->first ? argv[optind] : NULL, h->second ? argv[optind + 1] : NULL, &request))
        rc = send(&k, buf_span(&request), now, late_word);
    else
        rc = cli_usage(command, "a number is none");
    buf_free(&request);
    return rc;
}

static const struct cli_subcommand commands[] = {
    { "list", hit_list_command,
      "list (--node FOLDER | --url URL) [--state S] [--late | --within HOURS] [--json]",
      N_("hits, newest first, without names. Exit 1 when one is past what is due") },
    { "show", hit_show_command,
      "show (--node FOLDER | --url URL) ID --officer ID --purpose P [--office O] [--json]",
      N_("why it matched, side by side in three scripts; the look leaves an entry") },
    { "close", hit_close_command,
      "close (--node FOLDER | --url URL) ID --officer ID --purpose P [--office O] --outcome OUTCOME --reason "
      "T "
      "[--consent]",
      N_("with an outcome: \"no match\", possible or confirmed; these two ask the owner. --consent: the "
         "traveller agrees that others are told it is somebody else") },
    { "task", hit_task_command,
      "task list|show|answer (--node FOLDER | --url URL) [MEMBER REFERENCE] [--late] [--within HOURS] "
      "[--officer ID --purpose P --office O --says SAYS --text T]",
      N_("questions between members about hits. SAYS: \"the person\", \"not the person\", \"cannot say\". "
         "Exit 1 when one is overdue") },
    { "statistics", hit_statistics_command,
      "statistics (--node FOLDER | --url URL) [--from DAY] [--to DAY] [--json]",
      N_("hits, outcomes, false ones and time to close, by owner and kind; nobody's data") },
};

static const struct cli_family family = {
    "hit",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER    a node's folder; what changes or leaves an entry needs that its node does not "
       "run\n"
       "  --url URL        a running node, from its own machine\n"
       "  --officer ID     who looks; --office: of the agreement, as border-office\n"
       "  --purpose P      border-check, investigation, data-subject-request, complaint\n"
       "\n"
       "A hit is a lead: it asks for a second look by a person, and nothing else follows from it.\n"
       "\n"
       "Exit 0 done, 1 not so (no such hit, another state, not by this officer, something is late), 2 usage\n"
       "or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai hit list --url http://127.0.0.1:7312 --state open\n"
       "  serai hit show --url http://127.0.0.1:7312 H-ABCD --officer o-17 --purpose border-check\n"
       "  serai hit close --url http://127.0.0.1:7312 H-ABCD --officer o-17 --purpose border-check \\\n"
       "      --outcome \"no match\" --reason \"born in another year, another face\"\n"),
};

int cmd_hit(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
