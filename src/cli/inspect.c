#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check/inspect.h"
#include "cli/cli.h"
#include "cli/folder.h"
#include "cli/show.h"
#include "seal/mdoc_transcript.h"
#include "trust/load.h"

static const char help[] =
    "usage: serai inspect [OPTION]... FILE...\n"
    "\n"
    "Says what each FILE is and whether it can be believed. The kind is recognised by content:\n"
    "machine-readable lines, visible seals (as bytes, text, hexadecimal, PNG or JPEG), chip files,\n"
    "certificates, lists, mobile licences. A folder counts as one chip read-out. FILE may be \"-\".\n"
    "\n"
    "  --anchors PATH    certificates or master list to believe, a file or a folder; may be repeated\n"
    "  --at TIME         judge validity at this date or time, such as 2026-01-31T12:00:00Z\n"
    "  --profile NAME    lenient (deviations are findings) or strict (they count); lenient by default\n"
    "  --session FILE    the SessionTranscript in which a mobile licence was shown (CBOR)\n"
    "  --reader-key FILE the reader's ephemeral private key of that session (PKCS #8)\n"
    "  --json            one JSON object a line\n"
    "\n"
    "Exit 0 genuine or well-formed, 1 forged, malformed, expired or revoked, 2 usage or input/output,\n"
    "3 no anchor or undetermined; with several files the gravest.\n"
    "\n"
    "Examples:\n"
    "  serai inspect passport.txt\n"
    "  serai inspect --anchors anchors/ --json visa.png\n";

struct options {
    struct inspect_options inspect;
    bool json;
};

static int inspect_one(const char *path, const struct options *o)
{
    struct why w = { 0 };
    struct arena a;
    struct buffer out;
    struct span file;
    enum result r;
    int code;

    arena_init(&a, 512 << 20);
    buf_init(&out, 16 << 20);
    if (cli_is_folder(path)) {
        if (!cli_inspect_folder(path, &o->inspect, &a, &out, &r, &w)) {
            cli_why("inspect", path, &w);
            code = CLI_USAGE;
            goto out;
        }
    } else if (cli_read(path, &a, &file, &w)) {
        r = inspect(path, file, &o->inspect, &a, &out);
    } else {
        cli_why("inspect", path, &w);
        code = CLI_USAGE;
        goto out;
    }
    if (o->json)
        puts(buf_cstr(&out));
    else
        show_inspection(buf_span(&out), &a);
    code = cli_exit_of(r);
out:
    buf_free(&out);
    arena_free(&a);
    return code;
}

/*
 * What was passed over while loading anchors is said on stderr. A file in which nothing can be used, such as
 * a revocation list that does not verify, counts as absent: less is believed then, never more.
 */
static bool add_anchors(struct anchor_set *set, const char *path)
{
    struct findings *f = malloc(sizeof *f);
    struct why w = { 0 };
    bool ok;

    if (!f)
        abort();
    findings_init(f);
    ok = trust_load(set, path, NULL, NULL, f, &w);
    for (size_t i = 0; i < f->n; i++)
        if (f->item[i].severity == FINDING_WARNING)
            (void)fprintf(stderr, "serai inspect: --anchors: %s\n", f->item[i].why.detail);
    if (!ok)
        cli_why("inspect", path, &w);
    free(f);
    return ok || strcmp(w.reason, "empty") == 0;
}

/* What is known of a session; kept until the end of the command. */
struct session {
    struct arena arena;
    struct private_key *key;
};

static bool add_session(struct session *s, const char *path, struct inspect_options *o)
{
    struct why w = { 0 };
    struct span file;

    if (!cli_read(path, &s->arena, &file, &w)) {
        cli_why("inspect", path, &w);
        return false;
    }
    if (!transcript_open(file, &o->transcript)) {
        (void)cli_usage("inspect", "--session wants a SessionTranscript: an array of three in CBOR");
        return false;
    }
    return true;
}

static bool add_reader_key(struct session *s, const char *path, struct inspect_options *o)
{
    struct why w = { 0 };
    struct span file;

    if (s->key || !cli_read(path, &s->arena, &file, &w) || !private_key_load(file, &s->key, &w)) {
        if (s->key)
            (void)cli_usage("inspect", "--reader-key may be given once");
        else
            cli_why("inspect", path, &w);
        return false;
    }
    o->reader_key = s->key;
    return true;
}

int cmd_inspect(int argc, char **argv)
{
    static const struct option options[] = {
        { "anchors", required_argument, NULL, 'a' }, { "at", required_argument, NULL, 't' },
        { "profile", required_argument, NULL, 'p' }, { "json", no_argument, NULL, 'j' },
        { "session", required_argument, NULL, 's' }, { "reader-key", required_argument, NULL, 'r' },
        { "help", no_argument, NULL, 'h' },          { 0 },
    };
    struct anchor_set *set = anchor_set_new();
    struct options o = { .inspect = { .anchors = set, .at = cli_now() } };
    struct session session = { .key = NULL };
    int worst = CLI_POSITIVE, c;

    arena_init(&session.arena, 1 << 20);
    while ((c = getopt_long(argc, argv, "a:t:p:s:r:jh", options, NULL)) != -1) {
        if (c == 'a' && !add_anchors(set, optarg)) {
            worst = CLI_USAGE;
            goto out;
        } else if (c == 't' && !cli_time(optarg, &o.inspect.at)) {
            worst = cli_usage("inspect", "--at wants a date or a time such as 2026-01-31T12:00:00Z");
            goto out;
        } else if (c == 'p' && !cli_profile(optarg, &o.inspect.profile)) {
            worst = cli_usage("inspect", "--profile is lenient or strict");
            goto out;
        } else if ((c == 's' && !add_session(&session, optarg, &o.inspect)) ||
                   (c == 'r' && !add_reader_key(&session, optarg, &o.inspect))) {
            worst = CLI_USAGE;
            goto out;
        } else if (c == 'j') {
            o.json = true;
        } else if (c == 'h' || c == '?') {
            worst = c == 'h' ? cli_help(help) : cli_bad_option("inspect");
            goto out;
        }
    }
    if (optind == argc)
        worst = cli_usage("inspect", "name at least one file");
    for (int i = optind; i < argc; i++)
        worst = cli_gravest(worst, inspect_one(argv[i], &o));
out:
    private_key_free(session.key);
    arena_free(&session.arena);
    anchor_set_free(set);
    return worst;
}
