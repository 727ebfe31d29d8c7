/* serai sync: replicas of the other members' logs, their age, and a stick where no link leads. */
#include <dirent.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/subcommand.h"
#include "crypto/digest.h"
#include "log/body_files.h"
#include "log/forks.h"
#include "log/roster_policy.h"
#include "node/instance.h"
#include "sync/stick.h"
#include "wire/json_write.h"

struct sync_options {
    const char *node, *out;
    bool json;
};

static int options(int argc, char **argv, struct sync_options *o)
{
    static const struct option known[] = { { "node", required_argument, NULL, 'n' },
                                           { "out", required_argument, NULL, 'o' },
                                           { "json", no_argument, NULL, 'j' },
                                           { 0 } };
    int c;

    *o = (struct sync_options){ .out = "-" };
    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (c == 'n')
            o->node = optarg;
        else if (c == 'o')
            o->out = optarg;
        else if (c == 'j')
            o->json = true;
        else
            return cli_bad_option("sync");
    }
    return o->node ? CLI_POSITIVE : cli_usage("sync", "--node names the node's folder");
}

static bool open_store_of(const char *node, struct instance *i, struct store **s)
{
    struct why w = { 0 };

    if (!instance_open(node, 0, i, &w)) {
        cli_why("sync", node, &w);
        return false;
    }
    if (store_open(&(struct store_options){ .path = i->config.store, .read_only = true }, s, &w))
        return true;
    cli_why("sync", i->config.store, &w);
    instance_close(i);
    return false;
}

static bool take_counts(void *ctx, const struct replica_line *l, struct why *w)
{
    uint64_t *n = ctx;

    (void)w;
    n[0] = (uint64_t)l->a;
    n[1] = (uint64_t)l->b;
    return true;
}

static void say_row(const struct replica_row *r, const uint64_t counts[2], unix_time now)
{
    (void)printf(_("%.*s: %llu of %llu entries, %llu witnessed, %llu bodies"), (int)r->origin.n,
                 (const char *)r->origin.p, (unsigned long long)r->held, (unsigned long long)r->accepted_size,
                 (unsigned long long)replica_witnessed(r), (unsigned long long)r->bodies);
    if (counts[0])
        (void)printf(_(" (%llu missing)"), (unsigned long long)counts[0]);
    if (counts[1])
        (void)printf(_(", %llu erasures to carry out"), (unsigned long long)counts[1]);
    if (r->looked)
        (void)printf(_("; looked at %lld s ago"), (long long)(now - r->looked));
    else
        (void)printf(_("; never looked at"));
    if (r->fork.n)
        (void)printf(_("; STOPPED"));
    if (r->reason.n) {
        (void)printf("; %.*s: ", (int)r->reason.n, (const char *)r->reason.p);
        cli_put(stdout, (const char *)r->detail.p);
    }
    (void)putchar('\n');
}

static void put_row(struct json_writer *j, const struct replica_row *r, const uint64_t counts[2])
{
    jw_object(j, NULL);
    jw_text(j, "origin", r->origin);
    jw_int(j, "held", (int64_t)r->held);
    jw_int(j, "size", (int64_t)r->accepted_size);
    jw_int(j, "witnessed", (int64_t)replica_witnessed(r));
    jw_int(j, "bodies", (int64_t)r->bodies);
    jw_int(j, "missing", (int64_t)counts[0]);
    jw_int(j, "erasures", (int64_t)counts[1]);
    jw_int(j, "looked", r->looked);
    jw_int(j, "grown", r->grown);
    jw_bool(j, "stopped", r->fork.n > 0);
    if (r->reason.n) {
        jw_text(j, "reason", r->reason);
        jw_text(j, "detail", r->detail);
    }
    jw_object_end(j);
}

/* 0: all follow; 1: a log has two histories; 3: one stands still. */
static int say_rows(struct store *s, const struct sync_options *o, const struct replica_row *row, size_t n,
                    struct arena *a)
{
    static const struct replica_op none;
    int code = CLI_POSITIVE;
    struct json_writer j;
    struct buffer b;
    struct why w = { 0 };

    buf_init(&b, 16 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_array(&j, "logs");
    for (size_t i = 0; i < n; i++) {
        struct replica_row r = row[i];
        uint64_t counts[2] = { 0 };
        const char *detail = arena_str(a, r.detail);

        if (!detail || !store_replica_look(s, REPLICA_COUNTS, r.id, &none, take_counts, counts, &w)) {
            cli_why("sync", "store", &w);
            code = CLI_USAGE;
            break;
        }
        r.detail = span_str(detail);
        if (o->json)
            put_row(&j, &r, counts);
        else
            say_row(&r, counts, time(NULL));
        if (r.fork.n)
            code = CLI_NEGATIVE;
        else if (r.reason.n && code == CLI_POSITIVE)
            code = CLI_UNDETERMINED;
    }
    jw_array_end(&j);
    jw_object_end(&j);
    if (o->json)
        (void)puts(buf_cstr(&b));
    else if (n == 0)
        (void)puts(_("no log of another member is here yet"));
    buf_free(&b);
    return code;
}

static int status(int argc, char **argv)
{
    const struct replica_row *row = NULL;
    struct store *s = NULL;
    struct sync_options o;
    struct instance i;
    struct why w = { 0 };
    struct arena a;
    size_t n = 0;
    int code = options(argc, argv, &o);

    if (code != CLI_POSITIVE || !open_store_of(o.node, &i, &s))
        return CLI_USAGE;
    arena_init(&a, 64 << 20);
    if (replica_list(s, &a, &row, &n, &w)) {
        code = say_rows(s, &o, row, n, &a);
    } else {
        cli_why("sync", i.config.store, &w);
        code = CLI_USAGE;
    }
    arena_free(&a);
    store_close(s);
    instance_close(&i);
    return code;
}

static bool export_replicas(struct store *s, const char *to, struct stick_counts *n, struct why *w)
{
    const struct replica_row *row = NULL;
    struct arena a;
    size_t rows = 0;
    bool ok;

    arena_init(&a, 64 << 20);
    ok = replica_list(s, &a, &row, &rows, w);
    for (size_t i = 0; ok && i < rows; i++) {
        struct replica_files files = { s, row[i].origin };
        struct log_source from = replica_source(&files);

        ok = row[i].complete_size == 0 || stick_write(&from, to, n, w);
    }
    arena_free(&a);
    return ok;
}

/* OWN/STREAM/AUDIENCE/SHARD, as they are published; depth counts the folders below OWN. */
static bool export_own(const char *folder, unsigned depth, const char *to, struct stick_counts *n,
                       struct why *w)
{
    struct log_source from = body_folder(folder);
    const struct dirent *e;
    char below[LIMIT_LOG_PATH];
    bool ok = true;
    DIR *d;

    if (depth == 3)
        return stick_write(&from, to, n, w);
    d = opendir(folder);
    while (d && ok && (e = readdir(d)) != NULL)
        if (e->d_name[0] != '.' &&
            snprintf(below, sizeof below, "%s/%s", folder, e->d_name) < (int)sizeof below)
            ok = export_own(below, depth + 1, to, n, w);
    if (d)
        (void)closedir(d);
    return ok;
}

static int export(int argc, char **argv)
{
    struct stick_counts n = { 0 };
    struct store *s = NULL;
    struct sync_options o;
    struct instance i;
    struct why w = { 0 };
    char own[LIMIT_LOG_PATH];
    int code = options(argc, argv, &o);
    bool ok;

    if (code == CLI_POSITIVE && optind + 1 != argc)
        code = cli_usage("sync", "name one folder to write to");
    if (code != CLI_POSITIVE || !open_store_of(o.node, &i, &s))
        return CLI_USAGE;
    ok = export_replicas(s, argv[optind], &n, &w);
    if (ok && i.config.logs && snprintf(own, sizeof own, "%s/own", i.config.logs) < (int)sizeof own)
        ok = export_own(own, 0, argv[optind], &n, &w);
    if (ok)
        (void)printf(_("%llu logs with %llu entries: %llu files, %llu bytes written\n"),
                     (unsigned long long)n.logs, (unsigned long long)n.entries, (unsigned long long)n.files,
                     (unsigned long long)n.bytes);
    else
        cli_why("sync", argv[optind], &w);
    store_close(s);
    instance_close(&i);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

/* All that the stick has of one log. */
static bool import_steps(const struct instance *i, const struct pull_options *opt, const char *root,
                         uint64_t *entries, struct why *w)
{
    struct log_source from = body_folder(root);
    struct pull_report r = { .end = PULL_MORE };
    bool ok = true;

    while (ok && r.end == PULL_MORE) {
        struct findings f;
        struct arena a;

        findings_init(&f);
        arena_init(&a, 64 << 20);
        ok = sync_pull(i->store, &from, opt, time(NULL), &a, &r, &f, w);
        for (size_t k = 0; k < f.n; k++)
            cli_why("sync", root, &f.item[k].why);
        *entries += r.entries;
        arena_free(&a);
    }
    return ok;
}

static int import_log(const struct instance *i, const char *folder, const char *log, struct arena *a)
{
    const struct roster *roster = i->beliefs->roster;
    struct policy *policy = arena_alloc(a, sizeof *policy);
    const struct roster_member *m;
    struct pull_options opt = { .member = span_str(i->config.member),
                                .bodies = true,
                                .budget = { 1 << 20, 256 << 20 } };
    struct why w = { 0 };
    char root[LIMIT_LOG_PATH];
    const char *reason;
    uint64_t entries = 0;
    bool ok;

    (void)snprintf(root, sizeof root, "%s/%s", folder, log);
    ok = (policy || why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this")) &&
         stick_origin(folder, log, a, &opt.origin, &w);
    m = ok && roster ? roster_of_origin(roster, opt.origin) : NULL;
    if (ok && m && span_eq_str(m->state, i->config.member))
        return CLI_POSITIVE; /* our own came back */
    if (ok && (!m || !roster_counts(m)))
        ok = why_set(&w, "no-anchor", WHY_NO_OFFSET, NULL, "the log is none of a member that counts");
    if (ok && !roster_policy(roster, opt.origin, a, policy, &w) && strcmp(w.reason, "quorum") != 0)
        ok = false;
    if (ok && m) {
        why_clear(&w);
        opt.owner = m->state;
        opt.policy = policy;
        ok = import_steps(i, &opt, root, &entries, &w);
    }
    if (ok) {
        (void)printf(_("%.*s: %llu new entries\n"), (int)opt.origin.n, (const char *)opt.origin.p,
                     (unsigned long long)entries);
        return CLI_POSITIVE;
    }
    reason = w.reason ? w.reason : "";
    if (strcmp(reason, "audience") == 0)
        return CLI_POSITIVE; /* carried for somebody else */
    cli_why("sync", root, &w);
    return strcmp(reason, "no-anchor") == 0 || strcmp(reason, "quorum") == 0 ? CLI_UNDETERMINED
           : strcmp(reason, "io") == 0 || strncmp(reason, "store", 5) == 0   ? CLI_USAGE
                                                                             : CLI_NEGATIVE;
}

static int import(int argc, char **argv)
{
    struct sync_options o;
    struct instance i;
    struct why w = { 0 };
    const struct dirent *e;
    int code = options(argc, argv, &o);
    DIR *d;

    if (code == CLI_POSITIVE && optind + 1 != argc)
        code = cli_usage("sync", "name one folder to read from");
    if (code != CLI_POSITIVE)
        return code;
    d = opendir(argv[optind]);
    if (!d)
        return cli_usage("sync", "the folder cannot be read");
    if (!instance_open(o.node, INSTANCE_STORE, &i, &w)) {
        cli_why("sync", o.node, &w);
        (void)closedir(d);
        return CLI_USAGE;
    }
    while ((e = readdir(d)) != NULL) {
        struct arena a;

        if (strlen(e->d_name) != 64)
            continue;
        arena_init(&a, 16 << 20);
        code = cli_gravest(code, import_log(&i, argv[optind], e->d_name, &a));
        arena_free(&a);
    }
    (void)closedir(d);
    instance_close(&i);
    return code;
}

/* The proof that a log has two histories, as it was kept when the log was stopped. */
static int fork_out(struct store *s, const char *logs, const char *origin, const char *out)
{
    struct span proof = { 0 };
    struct digest d;
    char forks[4096];
    struct replica_row row;
    struct why w = { 0 };
    struct arena a;
    bool found = false, ok;
    int code = CLI_POSITIVE;

    arena_init(&a, 64 << 20);
    ok = replica_find(s, span_str(origin), &found, &a, &row, &w);
    if (ok && found)
        proof = row.fork;
    /* Of a log that this node may not read, or signs itself, the others may have found it. */
    digest_of(DIGEST_SHA256, span_str(origin), &d);
    if (ok && !proof.n && logs && (size_t)snprintf(forks, sizeof forks, "%s/forks", logs) < sizeof forks)
        ok = forks_read(forks, d.b, &a, &proof, &w);
    if (ok && !proof.n && !found)
        code = cli_usage("sync", "nothing is kept here of the log %s", origin);
    else if (ok && !proof.n)
        code = CLI_NEGATIVE;
    else
        ok = ok && cli_write(out, proof, 0644, &w);
    if (!ok) {
        cli_why("sync", origin, &w);
        code = CLI_USAGE;
    } else if (code == CLI_NEGATIVE) {
        (void)fprintf(stderr, _("serai sync: no two histories of %s are known here\n"), origin);
    }
    arena_free(&a);
    return code;
}

static int fork_command(int argc, char **argv)
{
    struct store *s = NULL;
    struct sync_options o;
    struct instance i;
    int code = options(argc, argv, &o);

    if (code == CLI_POSITIVE && optind + 1 != argc)
        code = cli_usage("sync", "name the origin of one log");
    if (code != CLI_POSITIVE || !open_store_of(o.node, &i, &s))
        return CLI_USAGE;
    code = fork_out(s, i.config.logs, argv[optind], o.out);
    store_close(s);
    instance_close(&i);
    return code;
}

static const struct cli_subcommand commands[] = {
    { "status", status, "status --node FOLDER [--json]",
      N_("what is here of each log of the other members, how old it is, and why one stands still") },
    { "export", export, "export --node FOLDER STICK",
      N_("writes the node's own logs and its replicas into a folder, as the files that go over HTTP; what is "
         "there already is not written again") },
    { "import", import, "import --node FOLDER STICK",
      N_("takes in what such a folder has of other members' logs: verified exactly as what comes over a "
         "link. "
         "The node must not be running") },
    { "fork", fork_command, "fork --node FOLDER [--out FILE] ORIGIN",
      N_("the proof that this log has two histories, for everybody to check (serai log check-fork); exit 1: "
         "none is known here") },
};

static const struct cli_family family = {
    "sync",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER   the node's folder\n"
       "  --json          one JSON object\n"
       "  --out FILE      where a proof goes; standard output by default\n"
       "\n"
       "Exit 0 all is well, 1 a log has two histories or does not hold, 2 usage or input/output, 3 a log\n"
       "stands still, or its member is not known.\n"),
};

int cmd_sync(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
