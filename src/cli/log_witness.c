/* serai log witness, serai log check-fork */
#include <getopt.h>

#include "cli/log.h"
#include "log/witness.h"

struct witnessing {
    const char *folder, *key, *policy, *recall, *at;
    struct note_key name;
    struct signer signer;
    uint8_t secret[NODE_SECRET_KEY];
    struct policy logs;
    struct arena arena;
};

/* As a carrier needs it: a status line, the type, an empty line, the body. */
static void put_answer(const struct witness_answer *r)
{
    printf("%u\n", r->status);
    if (r->type)
        printf("Content-Type: %s\n", r->type);
    (void)putchar('\n');
    (void)fwrite(r->body.p ? (const char *)r->body.p : "", 1, r->body.n, stdout);
    if (r->why.reason)
        cli_why("log", "request", &r->why);
    if (r->fork)
        (void)fputs(_("serai log: this log has two histories: the state holds the proof\n"), stderr);
}

static int ready(struct witnessing *o)
{
    struct why w = { 0 };
    struct span text;

    if (!cli_read(o->key, &o->arena, &text, &w) || !note_signer_parse(text, &o->name, o->secret, &w)) {
        cli_why("log", o->key, &w);
        return CLI_USAGE;
    }
    signer_in_memory(o->secret, &o->signer);
    if (o->name.type != NOTE_KEY_COSIGNATURE)
        return cli_usage("log", "the key of a witness is one of type 0x04: serai log key --witness");
    if (cli_read(o->policy, &o->arena, &text, &w) && policy_parse(text, &o->logs, &w))
        return CLI_POSITIVE;
    cli_why("log", o->policy, &w);
    return CLI_USAGE;
}

static int run(struct witnessing *o, unix_time now)
{
    const struct witness v = {
        .folder = o->folder, .policy = &o->logs, .key = &o->name, .signer = &o->signer
    };
    const char *from = o->recall ? o->recall : "-";
    struct witness_answer r;
    struct why w = { 0 };
    struct span in;

    if (!cli_read(from, &o->arena, &in, &w)) {
        cli_why("log", from, &w);
        return CLI_USAGE;
    }
    if (o->recall && witness_recall(&v, in, &o->arena, &w))
        return CLI_POSITIVE;
    if (o->recall) {
        cli_why("log", from, &w);
        return CLI_NEGATIVE;
    }
    if (!witness_add_checkpoint(&v, in, now, &o->arena, &r, &w)) {
        cli_why("log", o->folder, &w);
        return CLI_USAGE;
    }
    put_answer(&r);
    return r.status == 200 ? CLI_POSITIVE : CLI_NEGATIVE;
}

int log_witness_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },  { "key", required_argument, NULL, 'k' },
        { "policy", required_argument, NULL, 'p' }, { "recall", required_argument, NULL, 'r' },
        { "at", required_argument, NULL, 'a' },     { 0 },
    };
    static struct witnessing o;
    unix_time now;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("log");
        *(c == 's'   ? &o.folder
          : c == 'k' ? &o.key
          : c == 'p' ? &o.policy
          : c == 'r' ? &o.recall
                     : &o.at) = optarg;
    }
    if (!o.folder || !o.key || !o.policy || optind < argc)
        return cli_usage("log", "witness needs --state FOLDER, --key FILE and --policy FILE");
    if (!cli_time(o.at, &now))
        return cli_usage("log", "--at wants a time");
    arena_init(&o.arena, 64 << 20);
    code = ready(&o);
    if (code == CLI_POSITIVE)
        code = run(&o, now);
    wipe(o.secret, sizeof o.secret);
    arena_free(&o.arena);
    return code;
}

static int check_fork(struct log_options *o, const char *path)
{
    static struct fork_file f;
    struct why w = { 0 };
    struct span file;

    if (!cli_read(path, &o->arena, &file, &w)) {
        cli_why("log", path, &w);
        return CLI_USAGE;
    }
    if (fork_parse(file, &f, &w) && fork_check(&f, &o->policy, &o->arena, &w)) {
        cli_put(stdout, path);
        printf(_(": two histories of "));
        (void)fwrite(f.checkpoint[0].origin.p, 1, f.checkpoint[0].origin.n, stdout);
        printf(_(", signed at %llu and at %llu entries\n"), (unsigned long long)f.checkpoint[0].size,
               (unsigned long long)f.checkpoint[1].size);
        return CLI_POSITIVE;
    }
    cli_why("log", path, &w);
    return strcmp(w.reason, "no-proof") == 0 || strcmp(w.reason, "no-anchor") == 0 ? CLI_UNDETERMINED
                                                                                   : CLI_NEGATIVE;
}

int log_check_fork_command(int argc, char **argv)
{
    static struct log_options o;
    int code;

    arena_init(&o.arena, 64 << 20);
    code = log_take_options(&o, argc, argv);
    if (code == CLI_POSITIVE)
        code = check_fork(&o, argv[optind]);
    arena_free(&o.arena);
    return code;
}
