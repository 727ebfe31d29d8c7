#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "node/instance.h"
#include "node/issue.h"
#include "wire/json_write.h"

static const char help[] = N_(
    "usage: serai issue --node FOLDER --passport FILE --purpose WORD [OPTION]... --out NAME\n"
    "\n"
    "Issues an ECO visa as a sticker: NAME.pdf and NAME.png (lines and seal, printable), NAME.seal (the\n"
    "bytes of the seal). The holder is taken from the lines of the passport. The node must not\n"
    "be running.\n"
    "\n"
    "  --node FOLDER      the issuing node\n"
    "  --passport FILE    machine-readable lines of the holder's passport\n"
    "  --purpose WORD     travel purpose: work, pilgrimage, tourism, treatment, education\n"
    "  --from DATE        first day; today by default\n"
    "  --until DATE       last day; 90 days after the first by default\n"
    "  --entries N        number of entries, 0 for any number; 1 by default\n"
    "  --stay DAYS        days of stay; 30 by default\n"
    "  --place TEXT       place of issue\n"
    "  --at TIME          time of issue; otherwise now\n"
    "  --out NAME         where to write, without extension\n"
    "  --json             what was issued as one JSON object\n"
    "\n"
    "Exit 0 issued, 1 the lines do not read well or the passport ends too early, 2 usage or input/output.\n");

struct options {
    const char *node, *passport, *out, *at, *from, *until;
    struct issue_request r;
    bool json;
};

static bool write_as(const struct options *o, const char *extension, const struct buffer *b, struct why *w)
{
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s.%s", o->out, extension) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return cli_write(path, buf_span(b), 0644, w);
}

/* Without the file the sticker has its English labels only. */
static void read_labels(struct options *o, struct arena *a)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/data/stickers/labels.tsv", cli_data());
    (void)!cli_read(path, a, &o->r.labels, NULL);
}

static void say_issued(const struct options *o, const char *number)
{
    static const char *const form[] = { "pdf", "png", "seal" };
    struct json_writer j;
    struct buffer b;
    char path[4096];

    buf_init(&b, 64 * 1024);
    if (o->json) {
        j = json_to(&b);
        jw_object(&j, NULL);
        jw_str(&j, "permission", number);
        for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
            (void)snprintf(path, sizeof path, "%s.%s", o->out, form[i]);
            jw_str(&j, form[i], path);
        }
        jw_object_end(&j);
        puts(buf_cstr(&b));
    } else {
        buf_printf(&b, _("ECO visa %s issued: %s.pdf, %s.png"), number, o->out, o->out);
        cli_put(stdout, buf_cstr(&b));
        (void)putchar('\n');
    }
    buf_free(&b);
}

/* Looked at before anything is issued: a visa that cannot be written is recorded all the same. */
static bool can_write(const struct options *o, struct why *w)
{
    char folder[4096];

    (void)snprintf(folder, sizeof folder, "%s", o->out);
    return access(dirname(folder), W_OK | X_OK) == 0 ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write: %s", strerror(errno));
}

static int run(struct options *o)
{
    static struct instance i;
    struct why w = { 0 };
    struct arena a;
    struct issued *issued = NULL;
    int code = CLI_USAGE;

    arena_init(&a, 256 << 20);
    if (!cli_read(o->passport, &a, &o->r.passport, &w)) {
        cli_why("issue", o->passport, &w);
        goto out;
    }
    if (!can_write(o, &w)) {
        cli_why("issue", o->out, &w);
        goto out;
    }
    read_labels(o, &a);
    if (!instance_open(o->node, INSTANCE_STORE | INSTANCE_SIGNER, &i, &w)) {
        cli_why("issue", o->node, &w);
        goto out;
    }
    if (!issue_permission(&i, &o->r, &issued, &w)) {
        cli_why("issue", strcmp(w.reason, "passport") == 0 ? o->passport : o->node, &w);
        code = strcmp(w.reason, "passport") == 0 ? CLI_NEGATIVE : CLI_USAGE;
    } else if (!write_as(o, "seal", &issued->seal, &w) || !write_as(o, "png", &issued->png, &w) ||
               !write_as(o, "pdf", &issued->pdf, &w)) {
        cli_why("issue", o->out, &w);
    } else {
        say_issued(o, issued->number);
        code = CLI_POSITIVE;
    }
    issued_free(issued);
    instance_close(&i);
out:
    arena_free(&a);
    return code;
}

static bool number_of(const char *s, long most, int *out)
{
    char *end;
    long n = strtol(s, &end, 10);

    if (!*s || *end || n < 0 || n > most)
        return false;
    *out = (int)n;
    return true;
}

/* Dates that depend on each other, once all options are known. */
static int settle(struct options *o)
{
    if (!o->node || !o->passport || !o->out || !o->r.purpose)
        return cli_usage("issue", "--node, --passport, --purpose and --out are needed");
    if (!cli_time(o->at, &o->r.at))
        return cli_usage("issue", "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    o->r.from = date_of_time(o->r.at);
    if (o->from && !date_parse(span_str(o->from), &o->r.from))
        return cli_usage("issue", "--from wants a date such as 2026-01-31");
    o->r.until = date_add_days(o->r.from, 90);
    if (o->until && !date_parse(span_str(o->until), &o->r.until))
        return cli_usage("issue", "--until wants a date such as 2026-01-31");
    return 0;
}

int cmd_issue(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "passport", required_argument, NULL, 'P' },
        { "purpose", required_argument, NULL, 'p' },
        { "from", required_argument, NULL, 'f' },
        { "until", required_argument, NULL, 'u' },
        { "entries", required_argument, NULL, 'e' },
        { "stay", required_argument, NULL, 's' },
        { "place", required_argument, NULL, 'l' },
        { "at", required_argument, NULL, 't' },
        { "out", required_argument, NULL, 'o' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    struct options o = { .r = { .entries = 1, .stay_days = 30, .place = "SPECIMEN" } };
    int c, code = 0;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'h')
            return cli_help(help);
        if (c == 'n')
            o.node = optarg;
        else if (c == 'P')
            o.passport = optarg;
        else if (c == 'p')
            o.r.purpose = optarg;
        else if (c == 'f')
            o.from = optarg;
        else if (c == 'u')
            o.until = optarg;
        else if (c == 'l')
            o.r.place = optarg;
        else if (c == 't')
            o.at = optarg;
        else if (c == 'o')
            o.out = optarg;
        else if (c == 'j')
            o.json = true;
        else if (c == 'e' && !number_of(optarg, 254, &o.r.entries))
            return cli_usage("issue", "--entries wants a number from 0 to 254");
        else if (c == 's' && !number_of(optarg, 254, &o.r.stay_days))
            return cli_usage("issue", "--stay wants a number of days up to 254");
        else if (c == '?')
            return cli_bad_option("issue");
    }
    if (optind < argc)
        return cli_usage("issue", "\"%s\" belongs to no option", argv[optind]);
    code = settle(&o);
    return code ? code : run(&o);
}
