/* serai note: signed notes of anybody. */
#include <getopt.h>

#include "cli/subcommand.h"
#include "log/checkpoint.h"
#include "seal/note_key.h"
#include "wire/json_write.h"

enum { KEYS = 64 };

struct options {
    size_t n;
    struct note_key key[KEYS];
    bool json;
};

static const char *proof_word(enum note_proof p)
{
    return p == NOTE_SIGNED ? "signed" : p == NOTE_FORGED ? "forged" : "unsigned";
}

static bool take_key(struct options *o, const char *text)
{
    struct why w = { 0 };

    if (o->n == KEYS) {
        (void)cli_usage("note", "at most %d keys", KEYS);
        return false;
    }
    if (note_key_parse(span_str(text), &o->key[o->n], &w)) {
        o->n++;
        return true;
    }
    cli_why("note", "--key", &w);
    return false;
}

static void put_json(const char *path, const struct options *o, const struct note *note,
                     const enum note_proof *proof, const unix_time *time, const char *verdict)
{
    char when[TIME_TEXT];
    struct checkpoint c;
    struct buffer b;
    struct json_writer w;

    buf_init(&b, 1 << 20);
    w = json_to(&b);
    jw_object(&w, NULL);
    jw_str(&w, "file", path);
    jw_str(&w, "result", verdict);
    jw_text(&w, "text", note->text);
    if (checkpoint_parse(note->text, &c, NULL)) {
        jw_object(&w, "checkpoint");
        jw_text(&w, "origin", c.origin);
        jw_int(&w, "size", (int64_t)c.size);
        jw_hex(&w, "root", span_of(c.root.b, TREE_HASH));
        jw_object_end(&w);
    }
    jw_array(&w, "keys");
    for (size_t i = 0; i < o->n; i++) {
        jw_object(&w, NULL);
        jw_text(&w, "name", o->key[i].name);
        jw_str(&w, "kind", o->key[i].type == NOTE_KEY_COSIGNATURE ? "cosignature" : "signature");
        jw_str(&w, "result", proof_word(proof[i]));
        jw_str(&w, "time", time[i] ? time_format(time[i], when) : NULL);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    (void)fwrite(b.p, 1, b.n, stdout);
    (void)putchar('\n');
    buf_free(&b);
}

static void put_text(const char *path, const struct options *o, const enum note_proof *proof,
                     const unix_time *time, const char *verdict)
{
    char when[TIME_TEXT];

    cli_put(stdout, path);
    printf(": %s\n", verdict);
    for (size_t i = 0; i < o->n; i++) {
        printf(_("  %s by %.*s"), proof_word(proof[i]), (int)o->key[i].name.n,
               (const char *)o->key[i].name.p);
        if (time[i])
            printf(_(", cosigned %s"), time_format(time[i], when));
        (void)putchar('\n');
    }
}

/* Genuine: every key that was named signed it, and none of their lines fails. */
static int verify(const char *path, const struct options *o)
{
    enum note_proof proof[KEYS];
    unix_time time[KEYS];
    enum result result = RESULT_GENUINE;
    struct note note;
    struct span in;
    struct arena a;
    struct why w = { 0 };
    int code;

    arena_init(&a, 64 << 20);
    if (!cli_read(path, &a, &in, &w) || !note_parse(in, &note, &w)) {
        cli_why("note", path, &w);
        code = w.reason && strcmp(w.reason, "note") == 0 ? CLI_NEGATIVE : CLI_USAGE;
        arena_free(&a);
        return code;
    }
    for (size_t i = 0; i < o->n; i++) {
        proof[i] = note_key_check(&note, &o->key[i], &a, &time[i]);
        time[i] = proof[i] == NOTE_SIGNED ? time[i] : 0;
        if (proof[i] == NOTE_FORGED)
            result = RESULT_FORGED;
        else if (proof[i] == NOTE_UNSIGNED && result == RESULT_GENUINE)
            result = RESULT_NO_ANCHOR;
    }
    if (o->json)
        put_json(path, o, &note, proof, time, result_word(result));
    else
        put_text(path, o, proof, time, result_word(result));
    arena_free(&a);
    return cli_exit_of(result);
}

static int verify_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct options o;
    int worst = CLI_POSITIVE, c;

    while ((c = getopt_long(argc, argv, "k:j", options, NULL)) != -1) {
        if (c == 'j')
            o.json = true;
        else if (c != 'k')
            return cli_bad_option("note");
        else if (!take_key(&o, optarg))
            return CLI_USAGE;
    }
    if (o.n == 0 || optind >= argc)
        return cli_usage("note", "verify needs --key VKEY and a file");
    for (int i = optind; i < argc; i++)
        worst = cli_gravest(worst, verify(argv[i], &o));
    return worst;
}

static const struct cli_subcommand commands[] = {
    { "verify", verify_command, "verify --key VKEY [--key VKEY]... [--json] FILE...",
      N_("checks signed notes (C2SP signed-note): receipts, acts, checkpoints of logs and their "
         "cosignatures. "
         "Every key that is named must have signed; signatures of other keys are passed over") },
};

static const struct cli_family family = {
    "note",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --key VKEY   name+hash+key, as serai trust key and other programs print it; type 0x01 (Ed25519)\n"
       "               or 0x04 (cosignature with its time)\n"
       "  --json       one JSON object a file\n"
       "\n"
       "Exit 0 signed by all, 1 a signature does not hold or it is no note, 2 usage or input/output,\n"
       "3 one of the keys has not signed.\n"),
};

int cmd_note(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
