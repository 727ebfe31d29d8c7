/* serai backup, serai restore */
#include <getopt.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/passphrase.h"
#include "files/durable.h"
#include "node/backup.h"
#include "node/config.h"
#include "seal/signing_key.h"
#include "wire/json_write.h"

static const char backup_help[] = N_(
    "usage: serai backup --node FOLDER --out FILE [--with-keys [--passphrase-file FILE]] [--json]\n"
    "       serai backup verify [--key VKEY] [--with-keys [--passphrase-file FILE]] [--json] FILE\n"
    "\n"
    "Makes one file of a whole node, also while it runs: store, logs, bodies, what it believes, node.conf.\n"
    "The file can be listed with tar, and holds the digest of everything in it; they are signed with the\n"
    "node's key. What a log keeps of its last signature is never in it, so that a copy that is put back\n"
    "cannot sign another history.\n"
    "\n"
    "  --with-keys            the node's keys too, behind a passphrase; else they are left out\n"
    "  --passphrase-file F    the first line of a file; else it is asked for at the terminal\n"
    "  --key VKEY             the node key that must have signed it: name+hash+key\n"
    "  --json                 one JSON object\n"
    "\n"
    "Lines that begin with key, link, outside or foreign-database name what is not in it.\n"
    "\n"
    "Exit 0 made or whole, 1 damaged or another one's, 2 usage or input/output.\n");

static const char restore_help[] = N_(
    "usage: serai restore [--key VKEY] [--with-keys [--passphrase-file FILE]] [--json] FILE FOLDER\n"
    "\n"
    "Reads all of a back-up of serai backup, and makes the node's folder of it, which must not be there or\n"
    "be empty. The node starts afterwards, and signs no log, no act and no cosignature until it has asked\n"
    "the other members what it signed since the back-up: see serai serve and serai doctor.\n"
    "\n"
    "  --with-keys            put the keys back that are in it; else they come from elsewhere\n"
    "  --passphrase-file F    the first line of a file; else it is asked for at the terminal\n"
    "  --key VKEY             the node key that must have signed it: name+hash+key\n"
    "  --json                 one JSON object\n"
    "\n"
    "Exit 0 restored, 1 the back-up is damaged or another one's, 2 usage or input/output.\n");

struct order {
    const char *node, *out, *key, *passphrase_file;
    bool with_keys, json;
    struct note_key signer;
};

static int take_options(struct order *o, const char *command, const char *help, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "out", required_argument, NULL, 'o' },
        { "key", required_argument, NULL, 'k' },
        { "with-keys", no_argument, NULL, 'w' },
        { "passphrase-file", required_argument, NULL, 'p' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    struct why w = { 0 };
    int c;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (c) {
        case 'n':
            o->node = optarg;
            break;
        case 'o':
            o->out = optarg;
            break;
        case 'k':
            o->key = optarg;
            break;
        case 'p':
            o->passphrase_file = optarg;
            break;
        case 'w':
            o->with_keys = true;
            break;
        case 'j':
            o->json = true;
            break;
        default:
            (void)(c == 'h' ? cli_help(help) : cli_bad_option(command));
            return c == 'h' ? CLI_NEGATIVE : CLI_USAGE;
        }
    }
    if (o->key && !note_key_parse(span_str(o->key), &o->signer, &w)) {
        cli_why(command, "--key", &w);
        return CLI_USAGE;
    }
    return CLI_POSITIVE;
}

/* A back-up that is damaged is an answer; what could not be read is none. */
static int failed(const char *command, const char *what, const struct why *w)
{
    static const char *const negative[] = { "archive", "manifest", "backup", "signature", "locked" };

    cli_why(command, what, w);
    for (size_t i = 0; i < sizeof negative / sizeof *negative; i++)
        if (strcmp(w->reason, negative[i]) == 0)
            return CLI_NEGATIVE;
    return CLI_USAGE;
}

static void print_text(const char *what, const char *file, const struct backup_report *r)
{
    struct span rest = buf_span(&r->notes), line = { 0 };
    char time[TIME_TEXT];

    cli_put(stdout, file);
    printf(_(": %s: node %s of %s, %s: %llu files, %llu bytes, %llu logs; keys %s; %s\n"), what, r->name,
           r->member, time_format(r->made, time), (unsigned long long)r->files, (unsigned long long)r->bytes,
           (unsigned long long)r->logs, r->keys_inside ? _("behind a passphrase") : _("left out"),
           r->is_signed ? _("signed") : _("not signed"));
    while (text_split(&rest, '\n', &line))
        printf("  %.*s\n", (int)line.n, (const char *)line.p);
}

static int print(const struct order *o, const char *what, const char *file, const struct backup_report *r)
{
    struct span rest = buf_span(&r->notes), line = { 0 };
    char time[TIME_TEXT];
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!o->json) {
        print_text(what, file, r);
        return CLI_POSITIVE;
    }
    buf_init(&b, 4 << 20);
    jw_object(&j, NULL);
    jw_str(&j, "member", r->member);
    jw_str(&j, "name", r->name);
    jw_str(&j, "made", time_format(r->made, time));
    jw_int(&j, "files", (int64_t)r->files);
    jw_int(&j, "bytes", (int64_t)r->bytes);
    jw_int(&j, "logs", (int64_t)r->logs);
    jw_bool(&j, "keys", r->keys_inside);
    jw_bool(&j, "signed", r->is_signed);
    jw_array(&j, "left_out");
    while (text_split(&rest, '\n', &line))
        jw_text(&j, NULL, line);
    jw_array_end(&j);
    jw_object_end(&j);
    printf("%s\n", buf_cstr(&b));
    buf_free(&b);
    return CLI_POSITIVE;
}

/* Empty unless keys are wanted. */
static bool take_passphrase(const struct order *o, bool fresh, struct buffer *out, struct why *w)
{
    *out = (struct buffer){ 0 };
    return !o->with_keys || cli_passphrase(o->passphrase_file, fresh, out, w);
}

static void drop(struct buffer *passphrase)
{
    if (passphrase->n)
        wipe(passphrase->p, passphrase->n);
    buf_free(passphrase);
}

/* The node's key, if it can be used now; a back-up need not be signed. */
static bool find_signer(const char *node, struct arena *a, struct signing_key *out)
{
    struct node_config c;
    char conf[4096];

    return (size_t)snprintf(conf, sizeof conf, "%s/node.conf", node) < sizeof conf &&
           config_load(conf, a, &c, NULL) && c.node_key &&
           signing_key_open(c.node_key, span_str(c.name), NOTE_KEY_ED25519, NULL, a, out, NULL);
}

static int make(const struct order *o)
{
    struct signing_key key = { 0 };
    struct arena a;
    struct backup_report r = { 0 };
    struct backup_options opt = {
        .folder = o->node, .out = o->out, .now = cli_now(), .with_keys = o->with_keys
    };
    struct buffer passphrase;
    struct why w = { 0 };
    int code;

    if (!take_passphrase(o, true, &passphrase, &w))
        return failed("backup", "--with-keys", &w);
    opt.passphrase = buf_span(&passphrase);
    arena_init(&a, 4 << 20);
    if (find_signer(o->node, &a, &key))
        opt.signer = &key.signer;
    code = backup_make(&opt, &r, &w) ? print(o, "made", o->out, &r) : failed("backup", o->node, &w);
    if (code == CLI_POSITIVE && !file_replace(o->node, BACKED_UP_FILE, (struct span){ 0 }, NULL, &w))
        cli_why("backup", _("the time of this back-up is not kept"), &w);
    signing_key_close(&key);
    arena_free(&a);
    drop(&passphrase);
    backup_report_free(&r);
    return code;
}

static int verify(const struct order *o, const char *file)
{
    struct backup_report r = { 0 };
    struct buffer passphrase;
    struct why w = { 0 };
    int code;

    if (!take_passphrase(o, false, &passphrase, &w))
        return failed("backup", "--with-keys", &w);
    code = backup_verify(file, o->key ? &o->signer : NULL, buf_span(&passphrase), &r, &w)
               ? print(o, "whole", file, &r)
               : failed("backup", file, &w);
    drop(&passphrase);
    backup_report_free(&r);
    return code;
}

int cmd_backup(int argc, char **argv)
{
    struct order o = { 0 };
    int code = take_options(&o, "backup", backup_help, argc, argv);

    if (code != CLI_POSITIVE)
        return code == CLI_NEGATIVE ? CLI_POSITIVE : code;
    if (argc - optind == 2 && strcmp(argv[optind], "verify") == 0)
        return verify(&o, argv[optind + 1]);
    if (optind < argc || !o.node || !o.out)
        return cli_usage("backup", "name --node FOLDER and --out FILE, or verify and a FILE");
    return make(&o);
}

int cmd_restore(int argc, char **argv)
{
    struct order o = { 0 };
    struct backup_report r = { 0 };
    struct buffer passphrase;
    struct why w = { 0 };
    int code = take_options(&o, "restore", restore_help, argc, argv);

    if (code != CLI_POSITIVE)
        return code == CLI_NEGATIVE ? CLI_POSITIVE : code;
    if (argc - optind != 2 || o.node || o.out)
        return cli_usage("restore", "name a FILE and a FOLDER");
    if (!take_passphrase(&o, false, &passphrase, &w))
        return failed("restore", "--with-keys", &w);
    code = backup_restore(argv[optind], o.key ? &o.signer : NULL, buf_span(&passphrase), argv[optind + 1],
                          cli_now(), &r, &w)
               ? print(&o, "restored", argv[optind + 1], &r)
               : failed("restore", argv[optind], &w);
    drop(&passphrase);
    backup_report_free(&r);
    return code;
}
