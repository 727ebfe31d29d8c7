#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "cli/cli.h"
#include "node/instance.h"
#include "node/node.h"

static const char help[] =
    "usage: serai serve [--quiet] FOLDER\n"
    "\n"
    "Runs the node whose folder this is until it gets SIGTERM or SIGINT; requests under way are finished.\n"
    "What serai trust changes in the folder counts within a second; SIGHUP makes it look at once.\n"
    "What cannot be read leaves in force what was, and is said.\n"
    "The first line on standard output is the address; then a line for each answered request goes to\n"
    "standard error: method, route, status, microseconds, bytes in and out. No line holds\n"
    "anything about a traveller.\n"
    "\n"
    "  --quiet   no line per request\n"
    "\n"
    "Exit 0 stopped as asked, 2 could not start.\n";

static unix_time now(void *ctx)
{
    (void)ctx;
    return cli_now();
}

static void log_line(void *ctx, const struct access_line *l)
{
    char at[TIME_TEXT];

    (void)ctx;
    (void)fprintf(stderr, "%s %s %s %u %llu us %zu %zu%s%s\n", time_format(cli_now(), at), l->method,
                  l->route, l->status, (unsigned long long)l->took_us, l->received, l->sent,
                  l->reason ? " " : "", l->reason ? l->reason : "");
}

static void say_passed_over(const struct beliefs *b)
{
    for (size_t k = 0; k < b->findings.n; k++)
        if (b->findings.item[k].severity == FINDING_WARNING)
            (void)fprintf(stderr, "serai serve: anchors: %s\n", b->findings.item[k].why.detail);
}

/* By the keeper's thread. */
static void say_change(void *ctx, const struct beliefs *b, const struct why *w)
{
    char at[TIME_TEXT];

    (void)ctx;
    (void)time_format(cli_now(), at);
    if (w) {
        (void)fprintf(stderr,
                      "%s serai serve: what changed is not taken: %s; what was believed stays in force\n", at,
                      w->detail);
        return;
    }
    (void)fprintf(stderr, "%s serai serve: what is believed was read anew: %zu anchors, %zu acts\n", at,
                  anchor_set_count(b->anchors), b->acts.n_acts);
    say_passed_over(b);
}

/* What a start that went well should still tell: lists that were passed over, an empty trust store. */
static void say_findings(const struct instance *i)
{
    say_passed_over(i->beliefs);
    if (!agreement_is_party(i->agreement, span_str(i->config.member)))
        (void)fprintf(stderr,
                      "serai serve: %s is no party of the agreement: every traveller will be referred\n",
                      i->config.member);
    if (anchor_set_count(i->anchors) == 0)
        (void)fputs(
            "serai serve: no trust anchors: every seal will end as no-anchor; see serai trust import\n",
            stderr);
}

/*
 * A clock that stands before the newest record would admit on days that are over and count stays wrong. A few
 * minutes are what clocks differ by.
 */
static bool clock_plausible(const struct instance *i, struct why *w)
{
    enum { DRIFT = 600 };
    char now_text[TIME_TEXT], then[TIME_TEXT];
    struct store_stats st;

    if (!store_stats(i->store, &st, w))
        return false;
    if (cli_now() + DRIFT >= st.newest_check)
        return true;
    return why_set(w, "clock", WHY_NO_OFFSET, NULL,
                   "the clock of this machine says %s, but the store holds a check of %s: set the clock, "
                   "then start again",
                   time_format(cli_now(), now_text), time_format(st.newest_check, then));
}

/* Blocked before any thread starts, so that only the first one takes them. */
static void block_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static void wait_for_end(const sigset_t *set, struct keeper *k)
{
    int sig = SIGHUP;

    while (sig == SIGHUP) {
        (void)sigwait(set, &sig);
        if (sig == SIGHUP)
            keeper_poke(k);
    }
}

static int run(struct instance *i, bool quiet, const sigset_t *signals)
{
    const char *data = getenv("SERAI_DATA"), *colon = strchr(i->config.host, ':');
    const struct keeper_options keep = { .from = instance_beliefs_from(i), .now = now, .told = say_change };
    struct node_options o = { .config = &i->config,
                              .check = &i->check,
                              .agreement_text = i->agreement_text,
                              .data = data ? data : SERAI_DATADIR,
                              .reader = i->config.reader != NULL,
                              .now = now,
                              .log = quiet ? NULL : log_line };
    struct node *n;
    struct why w = { 0 };

    if (!keeper_start(&keep, instance_hand_beliefs(i), &o.keeper, &w) || !node_start(&o, &n, &w)) {
        keeper_stop(o.keeper);
        cli_why("serve", NULL, &w);
        return CLI_USAGE;
    }
    printf("%s://%s%s%s:%u/\n", i->config.tls_certificate ? "https" : "http", colon ? "[" : "",
           i->config.host, colon ? "]" : "", node_port(n));
    (void)fflush(stdout);
    wait_for_end(signals, o.keeper);
    node_stop(n);
    keeper_stop(o.keeper);
    return CLI_POSITIVE;
}

int cmd_serve(int argc, char **argv)
{
    static const struct option options[] = { { "quiet", no_argument, NULL, 'q' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    static struct instance i;
    struct why w = { 0 };
    bool quiet = false;
    sigset_t signals;
    int c, code;

    while ((c = getopt_long(argc, argv, "qh", options, NULL)) != -1) {
        if (c != 'q')
            return c == 'h' ? cli_help(help) : cli_bad_option("serve");
        quiet = true;
    }
    if (optind + 1 != argc)
        return cli_usage("serve", "name the folder of one node");
    /* Keys are in memory: no core file, and no reading by other processes of the same user. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    block_signals(&signals);
    if (!instance_open(argv[optind], INSTANCE_STORE | INSTANCE_SERVED, &i, &w)) {
        cli_why("serve", argv[optind], &w);
        return CLI_USAGE;
    }
    say_findings(&i);
    if (clock_plausible(&i, &w)) {
        code = run(&i, quiet, &signals);
    } else {
        cli_why("serve", argv[optind], &w);
        code = CLI_USAGE;
    }
    instance_close(&i);
    return code;
}
