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

/* What a start that went well should still tell: lists that were passed over, an empty trust store. */
static void say_findings(const struct instance *i)
{
    for (size_t k = 0; k < i->trust_findings.n; k++)
        if (i->trust_findings.item[k].severity == FINDING_WARNING)
            (void)fprintf(stderr, "serai serve: anchors: %s\n", i->trust_findings.item[k].why.detail);
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

static int run(struct instance *i, bool quiet)
{
    const char *data = getenv("SERAI_DATA");
    const struct node_options o = { .config = &i->config,
                                    .check = &i->check,
                                    .list = i->list.n_members ? &i->list : NULL,
                                    .agreement_text = i->agreement_text,
                                    .data = data ? data : SERAI_DATADIR,
                                    .reader = i->config.reader != NULL,
                                    .now = now,
                                    .log = quiet ? NULL : log_line };
    const char *colon = strchr(i->config.host, ':');
    struct node *n;
    struct why w = { 0 };
    sigset_t stop;
    int sig;

    /* Blocked before any thread starts, so that only this one takes them. */
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &stop, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    if (!node_start(&o, &n, &w)) {
        cli_why("serve", NULL, &w);
        return CLI_USAGE;
    }
    printf("%s://%s%s%s:%u/\n", i->config.tls_certificate ? "https" : "http", colon ? "[" : "",
           i->config.host, colon ? "]" : "", node_port(n));
    (void)fflush(stdout);
    (void)sigwait(&stop, &sig);
    node_stop(n);
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
    if (!instance_open(argv[optind], INSTANCE_STORE, &i, &w)) {
        cli_why("serve", argv[optind], &w);
        return CLI_USAGE;
    }
    say_findings(&i);
    if (clock_plausible(&i, &w)) {
        code = run(&i, quiet);
    } else {
        cli_why("serve", argv[optind], &w);
        code = CLI_USAGE;
    }
    instance_close(&i);
    return code;
}
