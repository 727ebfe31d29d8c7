#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "check/inspect.h"
#include "cli/cli.h"
#include "cli/folder.h"
#include "cli/options.h"
#include "cli/show.h"
#include "node/instance.h"
#include "seal/mdoc_transcript.h"
#include "seal/status_tokens.h"
#include "seal/vical.h"

static const char help[] = N_(
    "usage: serai inspect [OPTION]... FILE...\n"
    "\n"
    "Says what each FILE is and whether it can be believed. The kind is recognised by content:\n"
    "machine-readable lines, barcodes of driving licences, mobile licences, visible seals (as bytes,\n"
    "text, hexadecimal, PNG or JPEG), chip files, certificates, lists. A folder counts as one chip\n"
    "read-out. FILE may be \"-\".\n"
    "\n"
    "  --node FOLDER     believe what that node believes: its anchors and the bloc's trust list\n"
    "  --anchors PATH    certificates or master list to believe, a file or a folder; may be repeated\n"
    "  --at TIME         judge validity at this date or time, such as 2026-01-31T12:00:00Z\n"
    "  --profile NAME    lenient (deviations are notes) or strict (for chips they are warnings, for seals\n"
    "                    they count); lenient by default\n"
    "  --chip            all FILEs together are one chip read-out\n"
    "  --signer FILE     a document signer's certificate for chips that bring none; may be repeated\n"
    "  --require LIST    data groups a chip must show, such as dg1,dg2; all that it lists by default\n"
    "  --crl-required    without a current revocation list a chip is undetermined\n"
    "  --aa-challenge HEX, --aa-response HEX\n"
    "                    active authentication as the reader did it; in a folder the files AA.challenge\n"
    "                    and AA.response, and CA.json for chip authentication\n"
    "  --session FILE    the SessionTranscript in which a mobile licence was shown (CBOR)\n"
    "  --reader-key FILE the reader's ephemeral private key of that session (PKCS #8)\n"
    "  --status FILE     a status token (status list or identifier list) for mobile licences that name\n"
    "                    one; may be repeated. A licence for which none is given is undetermined then\n"
    "  --uri URI         of a status token: the address it must be of\n"
    "  --index N, --identifier HEX\n"
    "                    of a status token: whether it names this licence as revoked\n"
    "  --any-bits        status lists of other documents than licences too: 2, 4 or 8 bits for each\n"
    "  --installed DATE[,ISSUE]\n"
    "                    of a list of authorities (VICAL): refuse one that is older than this\n"
    "  --json            one JSON object a line\n"
    "\n"
    "With --signer, a revocation list of a licence authority is asked about that certificate.\n"
    "\n"
    "Exit 0 genuine or well-formed, 1 forged, malformed, expired or revoked, 2 usage or input/output,\n"
    "3 no anchor or undetermined; with several files the gravest.\n"
    "\n"
    "Examples:\n"
    "  serai inspect passport.txt\n"
    "  serai inspect --anchors anchors/ --json visa.png\n"
    "  serai inspect --anchors anchors/ --require dg1,dg2 --crl-required readout/\n"
    "  serai inspect --anchors authorities/ --session transcript.cbor --status list.cwt licence.cbor\n");

enum { SIGNERS = 64 };

struct options {
    struct inspect_options inspect;
    bool json, chip;
    struct arena arena; /* what the options point into */
    struct span signer[SIGNERS];
    struct private_key *reader_key; /* of --reader-key; NULL: none */
    struct status_tokens tokens;
    struct vical_installed installed;
};

static int say(const struct options *o, struct arena *a, struct buffer *out, enum result r)
{
    if (o->json)
        puts(buf_cstr(out));
    else
        show_inspection(buf_span(out), a);
    return cli_exit_of(r);
}

/* One file, one folder, or n files that are one chip. */
static int inspect_paths(char *const *path, size_t n, const struct options *o)
{
    struct why w = { 0 };
    struct arena a;
    struct buffer out;
    struct span file;
    enum result r = RESULT_MALFORMED;
    int code;
    bool ok;

    arena_init(&a, 512 << 20);
    buf_init(&out, 16 << 20);
    if (o->chip && !cli_is_folder(path[0])) {
        ok = cli_inspect_files(path, n, &o->inspect, &a, &out, &r, &w);
    } else if (cli_is_folder(path[0])) {
        ok = cli_inspect_folder(path[0], &o->inspect, &a, &out, &r, &w);
    } else {
        ok = cli_read(path[0], &a, &file, &w);
        if (ok)
            r = inspect(path[0], file, &o->inspect, &a, &out);
    }
    if (!ok)
        cli_why("inspect", path[0], &w);
    code = ok ? say(o, &a, &out, r) : CLI_USAGE;
    buf_free(&out);
    arena_free(&a);
    return code;
}

static bool one_signer(void *ctx, struct span der)
{
    struct options *o = ctx;

    if (o->inspect.n_signers == SIGNERS)
        return false;
    o->signer[o->inspect.n_signers++] = der;
    return true;
}

static bool add_signer(struct options *o, const char *path)
{
    struct why w = { 0 };
    struct span file;

    if (!cli_read(path, &o->arena, &file, &w) || certificates_in(file, &o->arena, one_signer, o) == 0) {
        (void)why_set(&w, "certificate", WHY_NO_OFFSET, NULL, "no certificate in it, or more than %d",
                      SIGNERS);
        cli_why("inspect", path, &w);
        return false;
    }
    o->inspect.signer = o->signer;
    return true;
}

/* The anchors of a node in place of those named one by one. */
static bool use_node(const char *folder, struct instance *i, const struct anchor_set *own,
                     const struct anchor_set **out)
{
    struct why w = { 0 };

    if (i->anchors || anchor_set_count(own)) {
        (void)cli_usage("inspect", "either one --node or --anchors");
        return false;
    }
    if (!instance_open(folder, 0, i, &w)) {
        cli_why("inspect", folder, &w);
        return false;
    }
    for (size_t k = 0; k < i->beliefs->findings.n; k++)
        if (i->beliefs->findings.item[k].severity == FINDING_WARNING)
            (void)fprintf(stderr, _("serai inspect: --node: %s\n"), i->beliefs->findings.item[k].why.detail);
    *out = i->anchors;
    return true;
}

/* The tokens given, which a licence must find its own among; else those of the node. */
static void choose_tokens(struct options *o, const struct instance *node)
{
    struct inspect_status *to = &o->inspect.status;

    to->required = o->tokens.n > 0;
    to->tokens = to->required ? &o->tokens : node->beliefs ? node->beliefs->status : NULL;
}

static bool add_session(struct options *o, const char *path)
{
    struct why w = { 0 };
    struct span file;

    if (!cli_read(path, &o->arena, &file, &w)) {
        cli_why("inspect", path, &w);
        return false;
    }
    if (!transcript_open(file, &o->inspect.transcript)) {
        (void)cli_usage("inspect", "--session wants a SessionTranscript: an array of three in CBOR");
        return false;
    }
    return true;
}

static bool add_reader_key(struct options *o, const char *path)
{
    struct why w = { 0 };
    struct span file;

    if (o->reader_key) {
        (void)cli_usage("inspect", "--reader-key may be given once");
        return false;
    }
    if (!cli_read(path, &o->arena, &file, &w) || !private_key_load_any(file, &o->reader_key, &w)) {
        cli_why("inspect", path, &w);
        return false;
    }
    o->inspect.reader_key = o->reader_key;
    return true;
}

static bool add_status(struct options *o, const char *path)
{
    struct why w = { 0 };
    struct span file;

    if (!cli_read(path, &o->arena, &file, &w) || !status_tokens_add(&o->tokens, file, path, &o->arena, &w)) {
        cli_why("inspect", path, &w);
        return false;
    }
    return true;
}

static bool take_number(struct span s, uint64_t *out)
{
    uint64_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || n > (UINT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = n;
    return s.n > 0;
}

/* "2026-09-01T00:00:00Z,12" */
static bool take_installed(struct options *o, const char *text)
{
    struct span rest = span_str(text), date;

    if (!text_split(&rest, ',', &date) || !time_parse(date, &o->installed.date))
        return false;
    o->installed.has_issue = strchr(text, ',') != NULL;
    if (o->installed.has_issue && !take_number(rest, &o->installed.issue))
        return false;
    o->inspect.installed = &o->installed;
    return true;
}

static int take_status_option(struct options *o, int c)
{
    struct inspect_status *to = &o->inspect.status;

    switch (c) {
    case 'T':
        return add_status(o, optarg) ? CLI_POSITIVE : CLI_USAGE;
    case 'u':
        to->uri = span_str(optarg);
        return to->uri.n ? CLI_POSITIVE : cli_usage("inspect", "--uri is empty");
    case 'i':
        to->has_index = true;
        return take_number(span_str(optarg), &to->index)
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--index wants a position such as 1340");
    case 'I':
        return hex_decode(span_str(optarg), &o->arena, &to->identifier) && to->identifier.n
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--identifier wants hexadecimal digits");
    case 'b':
        to->any_bits = true;
        return CLI_POSITIVE;
    case 'D':
        return take_installed(o, optarg)
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--installed wants a date or time, and an issue number after a "
                                          "comma, such as 2026-09-01T00:00:00Z,12");
    default:
        return cli_bad_option("inspect");
    }
}

/* CLI_POSITIVE, or what to end with. */
static int take_option(struct options *o, struct anchor_set *set, struct instance *node, int c)
{
    struct inspect_options *to = &o->inspect;

    switch (c) {
    case 'a':
        if (node->anchors)
            return cli_usage("inspect", "either --node or --anchors");
        return cli_anchors("inspect", set, optarg) ? CLI_POSITIVE : CLI_USAGE;
    case 'n':
        return use_node(optarg, node, set, &to->anchors) ? CLI_POSITIVE : CLI_USAGE;
    case 't':
        return cli_time(optarg, &to->at)
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    case 'p':
        return cli_profile(optarg, &to->profile) ? CLI_POSITIVE
                                                 : cli_usage("inspect", "--profile is lenient or strict");
    case 's':
        return add_signer(o, optarg) ? CLI_POSITIVE : CLI_USAGE;
    case 'r':
        return cli_groups(optarg, &to->required)
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--require wants data groups such as dg1,dg2");
    case 'x':
        return hex_decode(span_str(optarg), &o->arena, &to->aa_challenge)
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--aa-challenge wants hexadecimal digits");
    case 'y':
        return hex_decode(span_str(optarg), &o->arena, &to->aa_response)
                   ? CLI_POSITIVE
                   : cli_usage("inspect", "--aa-response wants hexadecimal digits");
    case 'S':
        return add_session(o, optarg) ? CLI_POSITIVE : CLI_USAGE;
    case 'k':
        return add_reader_key(o, optarg) ? CLI_POSITIVE : CLI_USAGE;
    case 'l':
        to->crl_required = true;
        return CLI_POSITIVE;
    case 'c':
        o->chip = true;
        return CLI_POSITIVE;
    case 'j':
        o->json = true;
        return CLI_POSITIVE;
    default:
        return take_status_option(o, c);
    }
}

int cmd_inspect(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "anchors", required_argument, NULL, 'a' },
        { "at", required_argument, NULL, 't' },
        { "profile", required_argument, NULL, 'p' },
        { "chip", no_argument, NULL, 'c' },
        { "signer", required_argument, NULL, 's' },
        { "require", required_argument, NULL, 'r' },
        { "crl-required", no_argument, NULL, 'l' },
        { "aa-challenge", required_argument, NULL, 'x' },
        { "aa-response", required_argument, NULL, 'y' },
        { "session", required_argument, NULL, 'S' },
        { "reader-key", required_argument, NULL, 'k' },
        { "status", required_argument, NULL, 'T' },
        { "uri", required_argument, NULL, 'u' },
        { "index", required_argument, NULL, 'i' },
        { "identifier", required_argument, NULL, 'I' },
        { "any-bits", no_argument, NULL, 'b' },
        { "installed", required_argument, NULL, 'D' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    static struct instance node;
    struct anchor_set *set = anchor_set_new();
    struct options o = { .inspect = { .anchors = set, .at = cli_now() } };
    int worst = CLI_POSITIVE, c;

    arena_init(&o.arena, 64 << 20);
    while (worst == CLI_POSITIVE && (c = getopt_long(argc, argv, "a:t:p:jh", options, NULL)) != -1) {
        if (c == 'h') {
            worst = cli_help(help);
            goto out;
        }
        worst = take_option(&o, set, &node, c);
    }
    if (worst != CLI_POSITIVE)
        goto out;
    choose_tokens(&o, &node);
    if (optind == argc)
        worst = cli_usage("inspect", "name at least one file");
    for (int i = optind; i < argc; i = o.chip ? argc : i + 1)
        worst = cli_gravest(worst, inspect_paths(argv + i, (size_t)(argc - i), &o));
out:
    anchor_set_free(set);
    if (node.anchors)
        instance_close(&node);
    private_key_free(o.reader_key);
    arena_free(&o.arena);
    return worst;
}
