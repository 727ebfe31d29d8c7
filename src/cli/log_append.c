/* serai log append, serai log key */
#include <getopt.h>

#include "base/text.h"
#include "cli/log.h"
#include "log/writer.h"

struct append {
    const char *folder, *keep, *key, *origin, *mirror;
    bool lines;
    struct note_key name;
    struct signer signer;
    uint8_t secret[NODE_SECRET_KEY];
    struct arena arena;
};

static bool add_file(struct append *o, struct log_writer *l, const char *path, struct why *w)
{
    struct span text, line = { 0 };

    if (!cli_read(path, &o->arena, &text, w))
        return false;
    if (!o->lines)
        return log_writer_add(l, text, NULL, w);
    while (text_split(&text, '\n', &line))
        if (!log_writer_add(l, line, NULL, w))
            return false;
    return true;
}

static bool take_from_mirror(struct append *o, struct log_writer *l, struct why *w)
{
    struct log_place *place = log_place_open(o->mirror, w);
    struct log_source s;
    bool ok = place != NULL;

    if (ok) {
        s = log_place_source(place);
        ok = log_writer_repair(l, &s, &o->arena, w);
    }
    log_place_close(place);
    return ok;
}

/* What was read or committed before a failure was not added: the batch is one commit. */
static int append_all(struct append *o, struct log_writer *l, char **path, struct why *w)
{
    uint64_t before;

    if (o->mirror && !take_from_mirror(o, l, w)) {
        cli_why("log", o->mirror, w);
        return CLI_NEGATIVE;
    }
    before = log_writer_size(l);
    for (; *path; path++)
        if (!add_file(o, l, *path, w)) {
            cli_why("log", *path, w);
            return log_writer_read_only(l) ? CLI_NEGATIVE : CLI_USAGE;
        }
    if (!log_writer_commit(l, w)) {
        cli_why("log", o->folder, w);
        return CLI_NEGATIVE;
    }
    cli_put(stdout, o->folder);
    printf(_(": %llu added, %llu entries\n"), (unsigned long long)(log_writer_size(l) - before),
           (unsigned long long)log_writer_size(l));
    return CLI_POSITIVE;
}

static int append(struct append *o, char **path)
{
    struct log_writer_options opt = { .folder = o->folder,
                                      .keep = o->keep,
                                      .key = &o->name,
                                      .signer = &o->signer,
                                      .origin = span_str(o->origin) };
    struct log_writer *l = NULL;
    struct why w = { 0 };
    struct span text;
    int code;

    if (!cli_read(o->key, &o->arena, &text, &w) || !note_signer_parse(text, &o->name, o->secret, &w)) {
        cli_why("log", o->key, &w);
        return CLI_USAGE;
    }
    signer_in_memory(o->secret, &o->signer);
    l = log_writer_open(&opt, &w);
    if (!l) {
        cli_why("log", o->folder, &w);
        return CLI_USAGE;
    }
    code = append_all(o, l, path, &w);
    log_writer_close(l);
    return code;
}

int log_append_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "log", required_argument, NULL, 'l' },
        { "key", required_argument, NULL, 'k' },
        { "origin", required_argument, NULL, 'o' },
        { "keep", required_argument, NULL, 'K' },
        { "lines", no_argument, NULL, 'L' },
        { "repair", required_argument, NULL, 'r' },
        { 0 },
    };
    static struct append o;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'L')
            o.lines = true;
        else if (c == '?')
            return cli_bad_option("log");
        else
            *(c == 'l'   ? &o.folder
              : c == 'k' ? &o.key
              : c == 'o' ? &o.origin
              : c == 'K' ? &o.keep
                         : &o.mirror) = optarg;
    }
    if (!o.folder || !o.key)
        return cli_usage("log", "append needs --log FOLDER and --key FILE");
    if (optind == argc && !o.mirror)
        return cli_usage("log", "name the entries to append, or a mirror to --repair from");
    arena_init(&o.arena, 256 << 20);
    code = append(&o, argv + optind);
    wipe(o.secret, sizeof o.secret);
    arena_free(&o.arena);
    return code;
}

static int make_key(const char *name, enum note_key_type type, const char *out)
{
    uint8_t seed[NODE_SEED], pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct note_key k;
    struct buffer b;
    struct why w = { 0 };
    bool ok;

    buf_init(&b, 4096);
    random_bytes(seed, sizeof seed);
    node_key_from_seed(seed, pub, secret);
    note_key_of(span_str(name), type, pub, &k);
    note_signer_put(span_str(name), type, seed, &b);
    ok = cli_write(out, buf_span(&b), 0600, &w);
    wipe(seed, sizeof seed);
    wipe(secret, sizeof secret);
    wipe(b.p, b.n);
    b.n = 0;
    note_key_put(&k, &b);
    if (ok)
        printf("%s\n", buf_cstr(&b));
    else
        cli_why("log", out, &w);
    buf_free(&b);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

int log_key_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "name", required_argument, NULL, 'n' },
        { "witness", no_argument, NULL, 'w' },
        { "out", required_argument, NULL, 'o' },
        { 0 },
    };
    const char *name = NULL, *out = NULL;
    enum note_key_type type = NOTE_KEY_ED25519;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            name = optarg;
        else if (c == 'o')
            out = optarg;
        else if (c == 'w')
            type = NOTE_KEY_COSIGNATURE;
        else
            return cli_bad_option("log");
    }
    if (!name || !out || optind < argc)
        return cli_usage("log", "key needs --name NAME and --out FILE");
    if (!note_name_valid(span_str(name)) || strlen(name) > 1024)
        return cli_usage("log", "a name has no blanks and no +");
    return make_key(name, type, out);
}
