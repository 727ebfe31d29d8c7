#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/notify.h"
#include "files/durable.h"
#include "node/backup.h"
#include "node/events.h"
#include "node/federation.h"
#include "node/instance.h"
#include "node/maintenance.h"
#include "node/manifest_runner.h"
#include "node/node.h"
#include "node/node_log.h"
#include "node/proving.h"
#include "node/sign_in.h"
#include "service/cyber/exposure_live.h"

static const char help[] = N_(
    "usage: serai serve [--quiet] FOLDER\n"
    "\n"
    "Runs the node whose folder this is until it gets SIGTERM or SIGINT; requests under way are finished.\n"
    "What serai trust changes in the folder counts within a second; SIGHUP makes it look at once.\n"
    "What cannot be read leaves in force what was, and is said.\n"
    "With a store in PostgreSQL a second node on it waits, and serves when the first is gone.\n"
    "While a file `maintenance` stands in the folder, everything but health, readiness and metrics is\n"
    "answered with 503.\n"
    "The first line on standard output is the address; then a line for each answered request goes to\n"
    "standard error: method, route, status, microseconds, bytes in and out; with `log = json` in\n"
    "node.conf one JSON object. No line holds anything about a traveller.\n"
    "With a transport-key in node.conf it talks to the other members' nodes (doc/federation.md); with\n"
    "peer-listen a second line on standard output says where they reach it.\n"
    "Under systemd it says when it is ready (Type=notify).\n"
    "\n"
    "  --quiet   no line per request\n"
    "\n"
    "Exit 0 stopped as asked, 2 could not start.\n");

/* How this node says what happens. */
struct journal {
    enum log_form form;
    enum log_level level;
    bool quiet, recovered;
    struct events *events;
};

enum { LINE_BYTES = 4096, AGAIN = -1, GIVE_BACK = 10 };

static unix_time now(void *ctx)
{
    (void)ctx;
    return cli_now();
}

/* One line in one write: lines of several threads do not mix. */
static void out(struct buffer *b)
{
    if (buf_ok(b))
        (void)fwrite(b->p, 1, b->n, stderr);
}

static void log_line(void *ctx, const struct access_line *l)
{
    const struct journal *to = ctx;
    uint8_t mem[LINE_BYTES];
    struct buffer b;

    if (to->quiet || log_level_of(l) > to->level)
        return;
    buf_init_fixed(&b, mem, sizeof mem);
    log_request(to->form, cli_now(), l, &b);
    out(&b);
}

static void say(const struct journal *to, enum log_level level, const char *event, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

static void say(const struct journal *to, enum log_level level, const char *event, const char *fmt, ...)
{
    char detail[1024];
    uint8_t mem[LINE_BYTES];
    struct buffer b;
    va_list ap;

    if (level > to->level)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    buf_init_fixed(&b, mem, sizeof mem);
    log_event(to->form, cli_now(), level, event, detail, &b);
    out(&b);
}

static void say_passed_over(const struct journal *to, const struct beliefs *b)
{
    for (size_t k = 0; k < b->findings.n; k++)
        if (b->findings.item[k].severity == FINDING_WARNING)
            say(to, LEVEL_WARNING, "passed-over", "anchors: %s", b->findings.item[k].why.detail);
}

/* By the keeper's thread. */
static void say_change(void *ctx, const struct beliefs *b, const struct why *w)
{
    const struct journal *to = ctx;

    if (w) {
        say(to, LEVEL_ERROR, "trust-not-taken",
            "what changed is not taken: %s; what was believed stays in force", w->detail);
        return;
    }
    events_tell(to->events, EVENTS_TRUST | EVENTS_LANE | EVENTS_FEDERATION);
    say(to, LEVEL_INFO, "trust-read", "what is believed was read anew: %zu anchors, %zu acts",
        anchor_set_count(b->anchors), b->acts.n_acts);
    say_passed_over(to, b);
}

/* What a start that went well should still tell: lists that were passed over, an empty trust store. */
static void say_findings(const struct journal *to, const struct instance *i)
{
    say_passed_over(to, i->beliefs);
    if (!agreement_is_party(i->agreement, span_str(i->config.member)))
        say(to, LEVEL_WARNING, "no-party",
            "%s is no party of the agreement: every traveller will be referred", i->config.member);
    if (anchor_set_count(i->anchors) == 0)
        say(to, LEVEL_WARNING, "no-anchors",
            "no trust anchors: every seal will end as no-anchor; see serai trust import");
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

/* A second, or a signal: which; 0: none. */
static int wait_a_second(const sigset_t *set)
{
    const struct timespec second = { .tv_sec = 1 };
    int sig = sigtimedwait(set, NULL, &second);

    return sig > 0 ? sig : 0;
}

/* True: as asked. False: another node has taken the store over. */
static bool wait_for_end(const sigset_t *set, struct keeper *k, const struct store *s)
{
    for (unsigned seconds = 1;; seconds++) {
        int sig = wait_a_second(set);

        if (seconds % GIVE_BACK == 0)
            (void)malloc_trim(0); /* what large requests left behind */
        if (sig == SIGHUP)
            keeper_poke(k);
        else if (sig)
            return true;
        else if (store_fenced(s))
            return false;
    }
}

static struct journal journal_of(const struct node_config *c, bool quiet)
{
    return (struct journal){
        .form = strcmp(c->log, "json") == 0  ? LOG_AS_JSON
                : strcmp(c->log, "off") == 0 ? LOG_NOTHING
                                             : LOG_AS_TEXT,
        .level = strcmp(c->log_level, "error") == 0     ? LEVEL_ERROR
                 : strcmp(c->log_level, "warning") == 0 ? LEVEL_WARNING
                                                        : LEVEL_INFO,
        .quiet = quiet,
    };
}

/* By the threads that work with other members. */
static void say_federation(void *ctx, const char *part, const struct why *w)
{
    if (w)
        say(ctx, LEVEL_WARNING, "federation", "%s: %s", part, w->detail);
    else
        say(ctx, LEVEL_INFO, "federation", "%s: all is well again", part);
}

/* The other members have said what this node signed before it was restored: it begins anew. */
static void begin_anew(void *ctx)
{
    struct journal *j = ctx;

    j->recovered = true;
    say(j, LEVEL_INFO, "recovered", "the other members have said what was signed: this node signs again");
    (void)kill(getpid(), SIGTERM);
}

static void say_manifests(void *ctx, const struct why *w)
{
    if (w)
        say(ctx, LEVEL_WARNING, "manifests", "a list of travellers is not worked on: %s", w->detail);
    else
        say(ctx, LEVEL_INFO, "manifests", "lists of travellers are worked on again");
}

/* True also where no list can be taken. */
static bool start_manifests(const struct instance *i, const char *maintenance, struct exposure_live *exposure,
                            struct journal *journal, struct manifest_runner **ret, struct why *w)
{
    const struct manifest_runner_options o = { .check = &i->check,
                                               .maintenance = maintenance,
                                               .exposure = exposure,
                                               .now = now,
                                               .told = say_manifests,
                                               .ctx = journal };

    return !i->check.store || !i->check.agreement || manifest_runner_start(&o, ret, w);
}

/* True also when node.conf names no transport key: then *ret stays NULL. */
static bool start_federation(const struct instance *i, const char *folder, const char *maintenance,
                             struct keeper *k, struct journal *journal, struct federation **ret,
                             struct why *w)
{
    static char restored[4096];
    const struct federation_options o = { .instance = i,
                                          .keeper = k,
                                          .now = now,
                                          .told = say_federation,
                                          .restored = restored,
                                          .maintenance = maintenance,
                                          .recovered = begin_anew,
                                          .events = journal->events,
                                          .ctx = journal };

    (void)snprintf(restored, sizeof restored, "%s/" RESTORED_FILE, folder);
    if (backup_is_restored(folder))
        say(journal, LEVEL_WARNING, "restored",
            "this node was restored: it signs no log and no cosignature before it has asked the others");
    return !i->config.transport_key || federation_start(&o, ret, w);
}

static void say_address(const char *scheme, const char *host, uint16_t port, const char *what)
{
    bool v6 = strchr(host, ':') != NULL;

    printf("%s%s://%s%s%s:%u%s\n", what, scheme, v6 ? "[" : "", host, v6 ? "]" : "", port, *what ? "" : "/");
}

/* Of the journal of a service others may read: there the link is asked for. */
static void say_link(const struct instance *i, uint16_t port, const char *link)
{
    bool v6 = strchr(i->config.host, ':') != NULL;

    if (getenv("JOURNAL_STREAM"))
        printf(_("nobody can sign in yet: serai person link --node FOLDER first\n"));
    else
        printf(_("sign in, once and within %d minutes: %s://%s%s%s:%u/signin.html#%s\n"),
               PERSON_LINK_SECONDS / 60, i->config.tls_certificate ? "https" : "http", v6 ? "[" : "",
               i->config.host, v6 ? "]" : "", port, link);
}

/* True also where nobody signs in. */
static bool start_sign_in(const struct instance *i, const char *folder, struct sign_in **ret, struct why *w)
{
    const struct sign_in_options o = { .store = i->store,
                                       .folder = folder,
                                       .idle_minutes = i->config.sign_in_minutes,
                                       .hours = i->config.sign_in_hours,
                                       .tls = i->config.tls_certificate != NULL };

    return !i->config.sign_in || sign_in_open(&o, ret, w);
}

static bool first_link(const struct instance *i, struct sign_in *s, uint16_t port, struct why *w)
{
    char link[PERSON_SECRET];
    bool made = false, ok = !s || sign_in_first(s, cli_now(), &made, link, w);

    if (ok && made)
        say_link(i, port, link);
    wipe(link, sizeof link);
    return ok;
}

static bool maintained(void *ctx)
{
    return maintenance_on(ctx);
}

/* Numbers of events go on from start to start as the clock does: more than a thousand events a second would
 * have to be told for two starts to give out the same one. */
static bool start_events(struct maintenance *m, struct journal *journal, struct why *w)
{
    const struct events_options o = { .first = (uint64_t)cli_now() * 1000,
                                      .most = LIMIT_EVENT_STREAMS,
                                      .most_each = LIMIT_EVENT_STREAMS_EACH,
                                      .gather_ms = LIMIT_EVENT_GATHER_MS,
                                      .heartbeat_ms = LIMIT_EVENT_HEARTBEAT_MS,
                                      .shut = maintained,
                                      .ctx = m };

    return events_start(&o, &journal->events, w);
}

static int run(struct instance *i, const char *folder, struct journal *journal, const sigset_t *signals)
{
    const struct keeper_options keep = {
        .from = instance_beliefs_from(i), .now = now, .told = say_change, .ctx = journal
    };
    char maintenance[4096];
    struct maintenance shut = { .path = maintenance };
    struct node_options o = { .config = &i->config,
                              .check = &i->check,
                              .instance = i,
                              .taxii = i->taxii,
                              .lists = i->lookups ? lookups_lists(i->lookups) : NULL,
                              .agreement_text = i->agreement_text,
                              .data = cli_data(),
                              .folder = folder,
                              .maintenance = maintenance,
                              .reader = i->config.reader != NULL,
                              .exposure = exposure_live_new(),
                              .now = now,
                              .log = journal->quiet || journal->form == LOG_NOTHING ? NULL : log_line,
                              .ctx = journal };
    struct manifest_runner *manifests = NULL;
    struct node *n = NULL;
    struct why w = { 0 };
    bool kept, asked;

    (void)snprintf(maintenance, sizeof maintenance, "%s/" MAINTENANCE_FILE, folder);
    kept = start_events(&shut, journal, &w) && keeper_start(&keep, instance_hand_beliefs(i), &o.keeper, &w);
    o.events = journal->events;
    i->keeper = o.keeper;
    if (!kept || !start_sign_in(i, folder, &o.sign_in, &w) ||
        !proving_open(i->config.sign_in ? i->config.prove : NULL, &o.proving, &w) ||
        !start_federation(i, folder, maintenance, o.keeper, journal, &o.federation, &w) ||
        !node_start(&o, &n, &w) || !start_manifests(i, maintenance, o.exposure, journal, &manifests, &w)) {
        node_stop(n);
        federation_stop(o.federation);
        keeper_stop(o.keeper);
        events_free(journal->events);
        exposure_live_free(o.exposure);
        proving_close(o.proving);
        sign_in_close(o.sign_in);
        cli_why("serve", NULL, &w);
        return CLI_USAGE;
    }
    say_address(i->config.tls_certificate ? "https" : "http", i->config.host, node_port(n), "");
    if (node_peer_port(n))
        say_address("https", i->config.peer_host, node_peer_port(n), "members: ");
    if (!first_link(i, o.sign_in, node_port(n), &w))
        say(journal, LEVEL_WARNING, "sign-in", "no link was made: %s", w.detail);
    (void)fflush(stdout);
    if (journal->form == LOG_AS_JSON)
        say(journal, LEVEL_INFO, "started", "serai %s, member %s", SERAI_VERSION, i->config.member);
    cli_notify("READY=1");
    asked = wait_for_end(signals, o.keeper, i->store);
    if (asked)
        cli_notify("STOPPING=1");
    federation_quiesce(o.federation);
    manifest_runner_stop(manifests);
    node_stop(n);
    federation_stop(o.federation);
    keeper_stop(o.keeper);
    events_free(journal->events);
    journal->events = NULL;
    exposure_live_free(o.exposure);
    proving_close(o.proving);
    sign_in_close(o.sign_in);
    if (!asked)
        say(journal, LEVEL_ERROR, "taken-over", "another node has taken the store over: this one stands by");
    else if (journal->form == LOG_AS_JSON)
        say(journal, LEVEL_INFO, "stopped", "as asked");
    return asked ? CLI_POSITIVE : AGAIN;
}

/* Another node has the store, or there is no leader that takes writes: it may come. A file is not waited for.
 */
static bool waits_for(const char *folder, const struct why *w)
{
    static const char *const passing[] = { "store-locked", "store-unreachable", "store-unconfirmed" };
    struct node_config config = { 0 };
    char path[4096];
    struct arena a;
    bool server;

    (void)snprintf(path, sizeof path, "%s/node.conf", folder);
    arena_init(&a, 1 << 20);
    server = config_load(path, &a, &config, NULL) && store_is_server(config.store);
    arena_free(&a);
    (void)snprintf(path, sizeof path, "%s/" STORE_KEY_FILE ".lock", folder);
    if (file_is_locked(path)) /* by a process of this very folder */
        return false;
    for (size_t i = 0; i < sizeof passing / sizeof *passing && server; i++)
        if (strcmp(w->reason, passing[i]) == 0)
            return true;
    return false;
}

/* Opens the node; while its store is another's it stands by. CLI_POSITIVE: open. AGAIN: the end was asked
 * for. */
static int open_node(const char *folder, struct instance *i, const struct journal *journal,
                     const sigset_t *set)
{
    char said[WHY_DETAIL] = "";
    struct why w = { 0 };

    while (!instance_open(folder, INSTANCE_STORE | INSTANCE_SERVED | INSTANCE_ISSUES, i, &w)) {
        int sig = SIGHUP;

        if (!w.reason || !waits_for(folder, &w)) {
            cli_why("serve", folder, &w);
            return CLI_USAGE;
        }
        if (strcmp(said, w.detail) != 0) {
            say(journal, LEVEL_WARNING, "stands-by", "%s", w.detail);
            (void)snprintf(said, sizeof said, "%s", w.detail);
            cli_notify("READY=1\nSTATUS=stands by");
        }
        why_clear(&w);
        while (sig == SIGHUP)
            sig = wait_a_second(set);
        if (sig)
            return AGAIN;
    }
    return CLI_POSITIVE;
}

/* AGAIN: another node has taken over, or this one was restored and may sign from now on. */
static int serve_once(const char *folder, bool quiet, const sigset_t *signals)
{
    static struct instance i;
    struct journal journal = { .form = LOG_AS_TEXT, .level = LEVEL_INFO };
    struct why w = { 0 };
    int code = open_node(folder, &i, &journal, signals);

    if (code != CLI_POSITIVE)
        return code == AGAIN ? CLI_POSITIVE : code;
    journal = journal_of(&i.config, quiet);
    say_findings(&journal, &i);
    if (clock_plausible(&i, &w)) {
        code = run(&i, folder, &journal, signals);
    } else {
        cli_why("serve", folder, &w);
        code = CLI_USAGE;
    }
    instance_close(&i);
    return code == CLI_POSITIVE && journal.recovered ? AGAIN : code;
}

int cmd_serve(int argc, char **argv)
{
    static const struct option options[] = { { "quiet", no_argument, NULL, 'q' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
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
    why_words(NULL); /* what it records and answers others read too */
    /* Keys are in memory: no core file, and no reading by other processes of the same user. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    block_signals(&signals);
    /* Large bodies and pages go back to the system when they are done with. */
    (void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    do {
        code = serve_once(argv[optind], quiet, &signals);
    } while (code == AGAIN);
    return code;
}
