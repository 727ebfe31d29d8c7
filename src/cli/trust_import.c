#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/folder.h"
#include "cli/trust.h"
#include "node/status_folder.h"
#include "trust/import.h"
#include "wire/json_write.h"

struct telling {
    bool lines, terminal, json, shown;
    int64_t last; /* milliseconds of the last line of progress */
    int code;
    size_t tokens; /* status tokens that are new */
};

static int64_t milliseconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void clear(struct telling *t)
{
    if (t->shown)
        (void)fputs("\r\033[K", stderr);
    t->shown = false;
}

/* Four times a second on a terminal; a line a second for scripts. */
static void progress(void *ctx, const char *file, const struct trust_import_counts *n)
{
    struct telling *t = ctx;
    int64_t now = milliseconds();

    if ((!t->terminal && !t->lines) || now - t->last < (t->lines ? 1000 : 250))
        return;
    t->last = now;
    if (t->lines) {
        (void)fprintf(stderr,
                      "progress files=%zu certificates=%zu lists=%zu crls=%zu already=%zu refused=%zu\n",
                      n->files, n->certificates, n->lists, n->crls, n->already, n->refused);
        return;
    }
    clear(t);
    (void)fprintf(stderr, _("%zu files, %zu new certificates, %zu known before  "), n->files, n->certificates,
                  n->already);
    cli_put(stderr, strlen(file) > 40 ? file + strlen(file) - 40 : file);
    t->shown = true;
    (void)fflush(stderr);
}

static void refused(void *ctx, const struct trust_refusal *r)
{
    struct telling *t = ctx;
    char what[4400];

    clear(t);
    (void)snprintf(what, sizeof what, "%s%s%s: %s", r->file, r->what[0] ? ": " : "", r->what, r->why.reason);
    cli_why("trust import", what, &r->why);
    (void)fprintf(stderr, "    %s\n", r->advice);
    t->code = cli_gravest(t->code, strcmp(r->why.reason, "file") == 0 ? CLI_USAGE : CLI_NEGATIVE);
}

static void noted(void *ctx, const char *file, const struct why *w)
{
    struct telling *t = ctx;

    clear(t);
    cli_why("trust import", file, w);
}

static void put_counts(const struct trust_import_counts *n, bool json)
{
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!json) {
        printf(ngettext("%zu file", "%zu files", n->files), n->files);
        printf(ngettext(": %zu certificate", ": %zu certificates", n->certificates), n->certificates);
        printf(ngettext(", %zu master list", ", %zu master lists", n->lists), n->lists);
        printf(ngettext(", %zu revocation list", ", %zu revocation lists", n->crls), n->crls);
        if (n->vicals) {
            printf(ngettext("; %zu list of licence authorities", "; %zu lists of licence authorities",
                            n->vicals),
                   n->vicals);
            printf(_(" with %zu of them"), n->authorities);
        }
        if (n->already)
            printf(_("; %zu already there"), n->already);
        if (n->certified)
            printf(_("; %zu certified by known country signers"), n->certified);
        if (n->waiting)
            printf(ngettext("; %zu waits for its issuer", "; %zu wait for their issuer", n->waiting),
                   n->waiting);
        if (n->refused)
            printf(_("; %zu refused"), n->refused);
        (void)putchar('\n');
        return;
    }
    buf_init(&b, 4096);
    jw_object(&j, NULL);
    jw_int(&j, "files", (int64_t)n->files);
    jw_int(&j, "certificates", (int64_t)n->certificates);
    jw_int(&j, "lists", (int64_t)n->lists);
    jw_int(&j, "crls", (int64_t)n->crls);
    jw_int(&j, "licence_lists", (int64_t)n->vicals);
    jw_int(&j, "licence_authorities", (int64_t)n->authorities);
    jw_int(&j, "already", (int64_t)n->already);
    jw_int(&j, "certified", (int64_t)n->certified);
    jw_int(&j, "waiting", (int64_t)n->waiting);
    jw_int(&j, "refused", (int64_t)n->refused);
    jw_object_end(&j);
    puts(buf_cstr(&b));
    buf_free(&b);
}

/* Opens the log in the node's folder of anchors, which is made when it is not there. */
static bool open_log(const struct instance *i, struct trust_log **log, struct why *w)
{
    struct findings f;
    char path[4096];
    bool ok;

    findings_init(&f);
    if (!i->config.anchors)
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "the node's configuration names no folder of anchors");
    if (mkdir(i->config.anchors, 0755) != 0 && errno != EEXIST)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "cannot make %s: %s", i->config.anchors,
                       strerror(errno));
    if (snprintf(path, sizeof path, "%s/%s", i->config.anchors, TRUST_LOG_NAME) >= (int)sizeof path)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "the path is too long");
    ok = trust_log_open(path, TRUST_LOG_WRITE, log, &f, w);
    for (size_t k = 0; k < f.n; k++)
        (void)fprintf(stderr, _("serai trust import: %s\n"), f.item[k].why.detail);
    return ok;
}

static int import_all(struct instance *i, struct trust_import_options *o, int n, char **files)
{
    struct telling *t = o->ctx;
    struct trust_import_counts counts = { 0 };
    struct trust_log *log = NULL;
    struct why w = { 0 };

    if (!open_log(i, &log, &w)) {
        cli_why("trust import", NULL, &w);
        return CLI_USAGE;
    }
    if (!trust_import(log, i->beliefs->anchors, (const char *const *)files, (size_t)n, o, &counts, &w)) {
        clear(t);
        cli_why("trust import", NULL, &w);
        t->code = CLI_USAGE;
    }
    clear(t);
    put_counts(&counts, t->json);
    trust_log_close(log);
    return t->code;
}

/* Status tokens among the files go to the node's folder of them; returns how many other files there are. */
static int import_tokens(const struct instance *i, int n, char **file, struct telling *t)
{
    struct arena a;
    struct why w;
    struct span bytes;
    bool news;
    int left = 0;

    arena_init(&a, (size_t)128 << 20);
    for (int k = 0; k < n; k++, arena_reset(&a)) {
        why_clear(&w);
        if (cli_is_folder(file[k]) || !cli_read(file[k], &a, &bytes, NULL) || !status_token_likely(bytes)) {
            file[left++] = file[k];
            continue;
        }
        if (!i->config.status)
            (void)why_set(&w, "config", WHY_NO_OFFSET, NULL,
                          "the node keeps no status tokens: its node.conf names no folder (status = FOLDER)");
        else if (status_folder_put(i->config.status, bytes, i->beliefs->anchors, cli_now(), &a, &news, &w))
            t->tokens += news;
        if (!w.reason)
            continue;
        cli_why("trust import", file[k], &w);
        t->code = cli_gravest(t->code, strcmp(w.reason, "config") == 0 ? CLI_USAGE : CLI_NEGATIVE);
    }
    arena_free(&a);
    return left;
}

static const char *user_name(void)
{
    const struct passwd *p = getpwuid(getuid());

    return p && p->pw_name ? p->pw_name : "unknown";
}

int trust_import_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "vouch", no_argument, NULL, 'v' },
        { "older", no_argument, NULL, 'o' },
        { "progress", no_argument, NULL, 'p' },
        { "by", required_argument, NULL, 'b' },
        { "for", required_argument, NULL, 'f' },
        { "json", no_argument, NULL, 'j' },
        { "profile", required_argument, NULL, 'P' },
        { 0 },
    };
    static struct instance i;
    struct telling t = { .terminal = isatty(STDERR_FILENO) };
    struct trust_import_options o = {
        .now = cli_now(), .refused = refused, .noted = noted, .progress = progress, .ctx = &t
    };
    const char *node = NULL, *by = NULL;
    unsigned purposes;
    int c, code, n;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'v')
            o.vouch = true;
        else if (c == 'o')
            o.older = true;
        else if (c == 'p')
            t.lines = true;
        else if (c == 'b')
            by = optarg;
        else if (c == 'j')
            t.json = true;
        else if (c == 'f' && (purposes = purposes_of(span_str(optarg))) != 0)
            o.purposes |= purposes;
        else if (c == 'f')
            return cli_usage("trust", "%s", gettext(trust_purpose_help));
        else if (c == 'P' && !cli_profile(optarg, &o.profile))
            return cli_usage("trust", "--profile is lenient or strict");
        else if (c == 'P')
            continue;
        else
            return cli_bad_option("trust");
    }
    if (!node)
        return cli_usage("trust", "--node names the node's folder");
    if (optind == argc)
        return cli_usage("trust", "name the files to import");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    o.member = i.config.member;
    o.by = by ? by : user_name();
    n = import_tokens(&i, argc - optind, argv + optind, &t);
    if (t.tokens)
        (void)fprintf(stderr,
                      ngettext("serai trust import: %zu status token\n",
                               "serai trust import: %zu status tokens\n", t.tokens),
                      t.tokens);
    code = n ? import_all(&i, &o, n, argv + optind) : t.code;
    instance_close(&i);
    return code;
}
