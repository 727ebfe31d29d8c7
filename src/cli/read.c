#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "card/pcsc.h"
#include "check/read_chip.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/show.h"
#include "crypto/node_key.h"
#include "node/instance.h"
#include "wire/json_write.h"

static const char help[] = N_(
    "usage: serai read (--mrz FILE | --number N --birth D --expiry D | --can CAN) [OPTION]...\n"
    "       serai read --list [--json]\n"
    "\n"
    "Waits for a document on a card reader, opens its chip with what is printed on it (PACE, or basic\n"
    "access control with older ones), reads what the chip signs for, and says whether it can be believed,\n"
    "as serai inspect does with a folder. Fingerprints and irises are never asked for.\n"
    "\n"
    "  --mrz FILE        the machine-readable lines; \"-\" reads them from standard input, where they do\n"
    "                    not show in the list of processes\n"
    "  --number N --birth D --expiry D   the same three by hand; dates YYYY-MM-DD or YYMMDD\n"
    "  --can CAN         the card access number, six digits, printed on many cards\n"
    "  --reader NAME     a part of the reader's name; any reader by default\n"
    "  --list            the readers, and on which a card lies\n"
    "  --groups LIST     data groups to read, such as dg1,dg2; all that EF.SOD lists by default\n"
    "  --out FOLDER      keeps the files there: EF_SOD.bin, DG1.bin, …; new or empty\n"
    "  --anchors PATH    certificates or master list to believe, a file or a folder; may be repeated\n"
    "  --node FOLDER     believe what this node believes\n"
    "  --profile NAME    lenient (deviations are notes) or strict (warnings); lenient by default\n"
    "  --at TIME         judge validity at this date or time\n"
    "  --timeout S       seconds to wait for a document, and then to read it; 60 by default\n"
    "  --json            one JSON object\n"
    "\n"
    "Exit 0 genuine, 1 forged, malformed, expired or revoked, 2 usage, no reader, no document or a key\n"
    "that does not open it, 3 no anchor or undetermined.\n"
    "\n"
    "Examples:\n"
    "  serai read --mrz lines.txt --anchors anchors/ --out readout/\n"
    "  serai read --can 123456 --reader ACR1252 --groups dg1,dg14\n");

struct options {
    const char *reader, *mrz, *number, *birth, *expiry, *can, *out, *node;
    struct anchor_set *anchors;
    bool has_anchors, list, json;
    uint32_t groups;
    unsigned timeout;
    unix_time at, end; /* end: when reading stops */
    enum profile profile;
};

static void put_readers(const struct pcsc_readers *r)
{
    struct json_writer w;
    struct buffer b;

    buf_init(&b, 1 << 16);
    w = json_to(&b);
    jw_object(&w, NULL);
    jw_array(&w, "readers");
    for (size_t i = 0; i < r->n; i++) {
        jw_object(&w, NULL);
        jw_str(&w, "name", r->reader[i].name);
        jw_bool(&w, "card", r->reader[i].card);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    puts(buf_cstr(&b));
    buf_free(&b);
}

static int list_readers(bool json)
{
    struct pcsc_readers r;
    struct pcsc *p = NULL;
    struct why w = { 0 };

    if (!pcsc_open(&p, &w) || !pcsc_list(p, &r, &w)) {
        pcsc_close(p);
        cli_why("read", NULL, &w);
        return CLI_USAGE;
    }
    pcsc_close(p);
    if (json)
        put_readers(&r);
    for (size_t i = 0; !json && i < r.n; i++) {
        cli_put(stdout, r.reader[i].name);
        puts(r.reader[i].card ? _("   (a card lies on it)") : "");
    }
    if (!json && r.n == 0)
        (void)fputs(_("no card reader is connected, or its driver is missing\n"), stderr);
    return r.n ? CLI_POSITIVE : CLI_USAGE;
}

/* CLI_POSITIVE, or what to end with. */
static int access_of(const struct options *o, struct access *out)
{
    struct why w = { 0 };
    struct buffer lines;
    bool ok;

    if (!!o->mrz + !!o->can + (o->number || o->birth || o->expiry) != 1)
        return cli_usage("read",
                         "say what opens the chip: --mrz, or --number with --birth and --expiry, or --can");
    if (o->can) {
        ok = access_from_can(span_str(o->can), out, &w);
    } else if (o->mrz) {
        ok = cli_read_most(o->mrz, LIMIT_MRZ, &lines, &w);
        if (ok) {
            ok = access_from_mrz(buf_span(&lines), o->at, out, &w);
            wipe(lines.p, lines.cap);
            buf_free(&lines);
        }
    } else if (!o->number || !o->birth || !o->expiry) {
        return cli_usage("read", "--number, --birth and --expiry go together");
    } else {
        ok = access_from_fields(span_str(o->number), span_str(o->birth), span_str(o->expiry), out, &w);
    }
    if (!ok)
        cli_why("read", o->mrz, &w);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

/* One folder holds one document: files of two in it would contradict each other. */
static bool folder_is_free(const char *path, struct why *w)
{
    struct dirent *e;
    DIR *d;
    bool empty = true;

    if (mkdir(path, 0700) == 0)
        return true;
    d = errno == EEXIST ? opendir(path) : NULL;
    if (!d)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make the folder: %s", strerror(errno));
    while ((e = readdir(d)) != NULL)
        empty = empty && (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);
    (void)closedir(d);
    return empty ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "the folder is not empty; one folder holds one document");
}

static bool keep_files(const char *folder, const struct chip_read *r, struct why *w)
{
    char path[4096];

    for (size_t i = 0; i < r->n; i++) {
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, r->file[i].name) >= sizeof path)
            return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
        if (!cli_write(path, r->file[i].bytes, 0600, w))
            return false;
    }
    return true;
}

static void waiting(void *ctx, const char *reader)
{
    (void)ctx;
    (void)fputs(_("Present the document to "), stderr);
    cli_put(stderr, reader);
    (void)fputc('\n', stderr);
}

static bool progress(void *ctx, enum chip_file f, size_t done, size_t total)
{
    const struct options *o = ctx;

    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "\r%s %zu %%\033[K", chip_file_name(f), total ? done * 100 / total : 100);
    return cli_now() <= o->end;
}

/* The inspection, with how the chip was read as one more member. */
static enum result judge(const struct options *o, const struct chip_read *r, const struct findings *f,
                         const char *name, struct arena *a, struct buffer *out)
{
    const struct inspect_options opt = {
        .anchors = o->anchors, .at = o->at, .profile = o->profile, .required = r->required
    };
    enum result result = inspect_chip(name, r->file, r->n, &opt, a, out);

    if (out->n && out->p[out->n - 1] == '}') {
        out->n--;
        buf_str(out, ",\"reading\":");
        chip_read_json(r, f, out);
        buf_u8(out, '}');
    }
    return result;
}

static void say_reading(const struct chip_read *r, const struct findings *f)
{
    if (isatty(STDERR_FILENO))
        (void)fputs("\r\033[K", stderr);
    (void)fprintf(stderr, _("read with %s, %zu files"), r->protocol[0] ? r->protocol : chip_way_word(r->way),
                  r->n);
    if (r->sessions > 1)
        (void)fprintf(stderr, _(", opened %u times"), r->sessions);
    (void)fputc('\n', stderr);
    for (size_t i = 0; i < f->n; i++) {
        (void)fprintf(stderr, "%s: ", severity_word(f->item[i].severity));
        cli_put(stderr, f->item[i].why.detail);
        (void)fputc('\n', stderr);
    }
}

static int read_and_judge(struct options *o, struct pcsc *p, const struct card *card,
                          const struct access *access)
{
    struct findings *f = malloc(sizeof *f);
    struct chip_read r;
    struct chip_read_options opt = { .card = card,
                                     .access = access,
                                     .anchors = o->anchors,
                                     .at = o->at,
                                     .random = random_bytes,
                                     .groups = o->groups,
                                     .progress = progress,
                                     .ctx = o };
    struct why w = { 0 };
    struct arena a;
    struct buffer out;
    int code = CLI_USAGE;

    if (!f)
        abort();
    findings_init(f);
    arena_init(&a, 512 << 20);
    buf_init(&out, 16 << 20);
    o->end = cli_now() + o->timeout;
    if (!chip_read(&opt, &a, &r, f, &w) || (o->out && !keep_files(o->out, &r, &w))) {
        if (isatty(STDERR_FILENO))
            (void)fputc('\n', stderr);
        cli_why("read", NULL, &w);
        goto out;
    }
    code = cli_exit_of(judge(o, &r, f, o->out ? o->out : pcsc_reader(p), &a, &out));
    if (o->json) {
        puts(buf_cstr(&out));
    } else {
        say_reading(&r, f);
        show_inspection(buf_span(&out), &a);
    }
out:
    buf_free(&out);
    arena_free(&a);
    free(f);
    return code;
}

static int run(struct options *o)
{
    struct access access = { 0 };
    struct pcsc *p = NULL;
    struct card card;
    struct why w = { 0 };
    int code = access_of(o, &access);

    if (code != CLI_POSITIVE)
        return code;
    if (o->out && !folder_is_free(o->out, &w)) {
        cli_why("read", o->out, &w);
        return CLI_USAGE;
    }
    if (pcsc_open(&p, &w) && pcsc_card(p, o->reader, o->timeout, waiting, NULL, &card, &w)) {
        code = read_and_judge(o, p, &card, &access);
    } else {
        cli_why("read", NULL, &w);
        code = CLI_USAGE;
    }
    pcsc_close(p);
    wipe(&access, sizeof access);
    return code;
}

/* What the node believes, beside what --anchors names. */
static int run_as_node(struct options *o)
{
    static struct instance i;
    struct anchor_set *own = o->anchors;
    struct why w = { 0 };
    int code;

    if (!o->node)
        return run(o);
    if (o->has_anchors)
        return cli_usage("read", "either --anchors or --node");
    if (!instance_open(o->node, 0, &i, &w)) {
        cli_why("read", o->node, &w);
        return CLI_USAGE;
    }
    o->anchors = i.beliefs->anchors;
    code = run(o);
    o->anchors = own;
    instance_close(&i);
    return code;
}

static bool timeout_of(const char *text, unsigned *out)
{
    char *end;
    long v = strtol(text, &end, 10);

    if (*end || !*text || v < 1 || v > 86400)
        return false;
    *out = (unsigned)v;
    return true;
}

/* CLI_POSITIVE, or what to end with. */
static int take(struct options *o, int c)
{
    const char **const text[] = { ['r'] = &o->reader, ['m'] = &o->mrz, ['n'] = &o->number, ['b'] = &o->birth,
                                  ['e'] = &o->expiry, ['c'] = &o->can, ['o'] = &o->out,    ['N'] = &o->node };

    if (c > 0 && (size_t)c < sizeof text / sizeof text[0] && text[c]) {
        *text[c] = optarg;
        return CLI_POSITIVE;
    }
    switch (c) {
    case 'a':
        o->has_anchors = true;
        return cli_anchors("read", o->anchors, optarg) ? CLI_POSITIVE : CLI_USAGE;
    case 'g':
        return cli_groups(optarg, &o->groups)
                   ? CLI_POSITIVE
                   : cli_usage("read", "--groups wants data groups such as dg1,dg2");
    case 's':
        return timeout_of(optarg, &o->timeout) ? CLI_POSITIVE
                                               : cli_usage("read", "--timeout wants 1 to 86400 seconds");
    case 't':
        return cli_time(optarg, &o->at)
                   ? CLI_POSITIVE
                   : cli_usage("read", "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    case 'p':
        return cli_profile(optarg, &o->profile) ? CLI_POSITIVE
                                                : cli_usage("read", "--profile is lenient or strict");
    case 'l':
        o->list = true;
        return CLI_POSITIVE;
    case 'j':
        o->json = true;
        return CLI_POSITIVE;
    default:
        return cli_bad_option("read");
    }
}

int cmd_read(int argc, char **argv)
{
    static const struct option options[] = {
        { "reader", required_argument, NULL, 'r' },
        { "mrz", required_argument, NULL, 'm' },
        { "number", required_argument, NULL, 'n' },
        { "birth", required_argument, NULL, 'b' },
        { "expiry", required_argument, NULL, 'e' },
        { "can", required_argument, NULL, 'c' },
        { "out", required_argument, NULL, 'o' },
        { "anchors", required_argument, NULL, 'a' },
        { "node", required_argument, NULL, 'N' },
        { "groups", required_argument, NULL, 'g' },
        { "timeout", required_argument, NULL, 's' },
        { "at", required_argument, NULL, 't' },
        { "profile", required_argument, NULL, 'p' },
        { "list", no_argument, NULL, 'l' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    struct options o = { .anchors = anchor_set_new(), .timeout = 60, .at = cli_now() };
    int code = CLI_POSITIVE, c;

    while (code == CLI_POSITIVE && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'h') {
            code = cli_help(help);
            goto out;
        }
        code = take(&o, c);
    }
    if (code != CLI_POSITIVE)
        goto out;
    if (optind != argc)
        code = cli_usage("read", "no file is expected: the document lies on a reader");
    else
        code = o.list ? list_readers(o.json) : run_as_node(&o);
out:
    anchor_set_free(o.anchors);
    return code;
}
