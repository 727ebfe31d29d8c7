/* serai wait: how long one waits at a post, the hours ahead, and counts by hand or by a counter. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "check/slots.h"
#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/subcommand.h"

static const char command[] = "wait";

enum { ANSWER = 16 << 20, MEMORY = 256 << 20, HOURS = 24 };

struct options {
    const char *node, *url, *post, *at;
    int64_t hours, arrived, gone, queue;
    bool json, has_queue;
};

static bool read_options(int argc, char **argv, struct options *o)
{
    const char *hours = NULL, *arrived = NULL, *gone = NULL, *queue = NULL;
    const struct cli_text texts[] = { { "node", &o->node }, { "url", &o->url },      { "at", &o->at },
                                      { "hours", &hours },  { "arrived", &arrived }, { "gone", &gone },
                                      { "queue", &queue },  { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &o->json }, { NULL, NULL } };

    *o = (struct options){ .hours = HOURS };
    if (!cli_options(argc, argv, texts, flags) ||
        !cli_number(command, "hours", hours, WAITING_AHEAD, &o->hours) ||
        !cli_number(command, "arrived", arrived, LIMIT_WAITING_COUNT, &o->arrived) ||
        !cli_number(command, "gone", gone, LIMIT_WAITING_COUNT, &o->gone) ||
        !cli_number(command, "queue", queue, LIMIT_WAITING_COUNT, &o->queue))
        return false;
    o->has_queue = queue != NULL;
    o->post = optind < argc ? argv[optind] : NULL;
    return true;
}

/* The board of a post, from a running node or beside it. */
static bool board(const struct options *o, int64_t hours, struct arena *a, struct buffer *b, struct span *got,
                  struct why *w)
{
    static struct instance node;
    char path[128];
    bool ok;

    if (o->url) {
        (void)snprintf(path, sizeof path, "/v1/posts/%.64s/waiting?hours=%lld", o->post, (long long)hours);
        return ask_get(o->url, path, a, got, w);
    }
    if (!desk_open(o->node, false, &node, w))
        return false;
    ok = node.posts ? slots_waiting(&(struct slots_desk){ { node.store, node.posts, NULL,
                                                            span_str(node.config.member), cli_now() },
                                                          NULL },
                                    span_str(o->post), hours, a, b, w)
                    : why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no post-file");
    desk_close(&node);
    *got = buf_span(b);
    return ok;
}

static int run_board(int argc, char **argv, bool ahead)
{
    struct span got = { NULL, 0 };
    struct options o;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    bool ok;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.post || !o.node == !o.url)
        return cli_usage(command, "say the post, and --node FOLDER or --url URL");
    arena_init(&a, MEMORY);
    buf_init(&b, ANSWER);
    ok = board(&o, ahead ? o.hours : 0, &a, &b, &got, &w);
    if (ok)
        desk_print(got, o.json);
    else
        ask_why(command, o.url ? o.url : o.node, &w);
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : w.reason && strcmp(w.reason, "no-post") == 0 ? CLI_NEGATIVE : CLI_USAGE;
}

static int show(int argc, char **argv)
{
    return run_board(argc, argv, false);
}

static int forecast(int argc, char **argv)
{
    return run_board(argc, argv, true);
}

static void put_count(const struct options *o, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_str(&j, "place", o->post);
    jw_int(&j, "arrived", o->arrived);
    jw_int(&j, "gone", o->gone);
    if (o->has_queue)
        jw_int(&j, "queue", o->queue);
    if (o->at)
        jw_str(&j, "at", o->at);
    jw_object_end(&j);
}

static bool count_it(const struct options *o, struct span request, struct arena *a, struct buffer *answer,
                     struct span *got, struct why *w)
{
    static struct instance node;
    bool ok;

    if (o->url)
        return ask_post(o->url, "/v1/waiting", request, a, got, w);
    if (!desk_open(o->node, true, &node, w))
        return false;
    ok = node.posts ? slots_count(&(struct slots_desk){ { node.store, node.posts, NULL,
                                                          span_str(node.config.member), cli_now() },
                                                        NULL },
                                  request, a, answer, w)
                    : why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no post-file");
    desk_close(&node);
    *got = buf_span(answer);
    return ok;
}

static int count(int argc, char **argv)
{
    struct buffer request, answer;
    struct span got = { NULL, 0 };
    struct options o;
    struct why w = { 0 };
    struct arena a;
    bool ok;

    if (!read_options(argc, argv, &o))
        return cli_bad_option(command);
    if (!o.post || !o.node == !o.url)
        return cli_usage(command, "say the place such as sarakhs/exit/lorry, and --node FOLDER or --url URL");
    arena_init(&a, MEMORY);
    buf_init(&request, 1 << 16);
    buf_init(&answer, 1 << 16);
    put_count(&o, &request);
    ok = count_it(&o, buf_span(&request), &a, &answer, &got, &w);
    if (ok)
        desk_print(got, o.json);
    else
        ask_why(command, o.url ? o.url : o.node, &w);
    buf_free(&request);
    buf_free(&answer);
    arena_free(&a);
    return ok ? CLI_POSITIVE : w.reason && strcmp(w.reason, "no-post") == 0 ? CLI_NEGATIVE : CLI_USAGE;
}

static const struct cli_subcommand commands[] = {
    { "show", show, "show (--node FOLDER | --url URL) POST [--json]",
      N_("how long one waits now, here, over there and together; a silent side is unknown since its last "
         "count") },
    { "forecast", forecast, "forecast (--node FOLDER | --url URL) POST [--hours N] [--json]",
      N_("the hours ahead, at most 168, with the span in which it is four of five times") },
    { "count", count,
      "count (--node FOLDER | --url URL) PLACE [--arrived N] [--gone N] [--queue N] [--at TIME]",
      N_("adds what somebody, or a counter, saw in this quarter of an hour; 0 and 0 says that somebody "
         "looks") },
};

static const struct cli_family family = {
    "wait",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER    a node's folder; counting needs that its node does not run\n"
       "  --url URL        a running node\n"
       "\n"
       "Exit 0 done, 1 no such post, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai wait show --url http://127.0.0.1:7311 sarakhs\n"
       "  serai wait count --url http://127.0.0.1:7311 sarakhs/exit/lorry --arrived 12 --gone 9\n"
       "  serai wait forecast --node node/ sarakhs --hours 48\n"),
};

int cmd_wait(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
