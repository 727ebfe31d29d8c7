/* serai key generate, show, list */
#include <getopt.h>

#include "base/text.h"
#include "cli/key.h"
#include "link/transport.h"

struct options {
    const char *name, *type, *out, *token;
    enum key_use use;
    struct arena arena;
    struct key_pin pin;
};

static int take_options(struct options *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "name", required_argument, NULL, 'n' },
        { "type", required_argument, NULL, 't' },
        { "out", required_argument, NULL, 'o' },
        { "token", required_argument, NULL, 'T' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("key");
        *(c == 'n' ? &o->name : c == 't' ? &o->type : c == 'o' ? &o->out : &o->token) = optarg;
    }
    o->use = key_use_of(o->type);
    if (o->type && o->use == KEY_USES)
        return cli_usage("key", "--type is node, log, witness or transport");
    if (o->name && !key_name_valid(o->name))
        return cli_usage("key", "a name has small letters, digits, dots and hyphens");
    return CLI_POSITIVE;
}

static int refused(const char *what, const struct why *w)
{
    cli_why("key", what, w);
    return w->reason && (strncmp(w->reason, "token", 5) == 0 || strcmp(w->reason, "exists") == 0)
               ? CLI_NEGATIVE
               : CLI_USAGE;
}

static void put_key(const struct note_key *k)
{
    char text[FINGERPRINT_TEXT];
    uint8_t fingerprint[32];
    struct buffer b;

    buf_init(&b, 4096);
    note_key_put(k, &b);
    key_fingerprint(k, fingerprint);
    printf("%s\n%s\n", buf_cstr(&b), fingerprint_format(fingerprint, text));
    buf_free(&b);
}

static int put_pin(struct span certificate, const char *what)
{
    uint8_t pin[TRANSPORT_PIN];
    char text[FINGERPRINT_TEXT];
    struct why w = { 0 };

    if (!transport_pin(certificate, pin, &w))
        return refused(what, &w);
    printf(_("transport pin\n%s\n"), fingerprint_format(pin, text));
    return CLI_POSITIVE;
}

static int make_transport(struct options *o)
{
    uint8_t seed[NODE_SEED];
    char path[4096];
    struct buffer certificate, key;
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (!o->out || snprintf(path, sizeof path, "%s.crt", o->out) >= (int)sizeof path)
        return cli_usage("key", "a transport key stands in a file: --out FILE");
    random_bytes(seed, sizeof seed);
    buf_init(&certificate, TRANSPORT_PEM);
    buf_init(&key, TRANSPORT_PEM);
    code = transport_make(seed, span_str(o->name), cli_now(), &certificate, &key, &w) &&
                   key_write_new(o->out, buf_span(&key), 0600, &w) &&
                   key_write_new(path, buf_span(&certificate), 0644, &w)
               ? put_pin(buf_span(&certificate), path)
               : refused(o->out, &w);
    wipe(seed, sizeof seed);
    wipe(key.p, key.n);
    buf_free(&key);
    buf_free(&certificate);
    return code;
}

static int make_in_token(struct options *o)
{
    const char *uri =
        strstr(o->token, "object=") ? o->token : key_object_uri(&o->arena, o->token, o->name, o->use);
    uint8_t pub[NODE_PUBLIC_KEY];
    struct why w = { 0 };
    struct note_key k;

    if (!uri)
        return cli_usage("key", "the URI is too long");
    if (!token_generate(uri, &o->pin.login, NULL, pub, &w))
        return refused("--token", &w);
    note_key_of(key_full_name(&o->arena, o->name, o->use), key_uses[o->use].type, pub, &k);
    put_key(&k);
    printf("%s = %s\n", key_uses[o->use].setting, uri);
    return CLI_POSITIVE;
}

static int make_in_file(struct options *o)
{
    struct span name = key_full_name(&o->arena, o->name, o->use);
    uint8_t seed[NODE_SEED], pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct note_key k;
    struct buffer b;
    struct why w = { 0 };
    bool ok;

    buf_init(&b, 4096);
    random_bytes(seed, sizeof seed);
    node_key_from_seed(seed, pub, secret);
    note_key_of(name, key_uses[o->use].type, pub, &k);
    note_signer_put(name, key_uses[o->use].type, seed, &b);
    ok = key_write_new(o->out, buf_span(&b), 0600, &w);
    wipe(seed, sizeof seed);
    wipe(secret, sizeof secret);
    wipe(b.p, b.n);
    buf_free(&b);
    if (!ok)
        return refused(o->out, &w);
    put_key(&k);
    return CLI_POSITIVE;
}

int key_generate_command(int argc, char **argv)
{
    static struct options o;
    int code = take_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (!o.name || o.use == KEY_USES || !o.out == !o.token || optind < argc)
        return cli_usage("key", "generate needs --name, --type, and either --out FILE or --token URI");
    arena_init(&o.arena, 1 << 20);
    key_pin_init(&o.pin);
    code = o.use == KEY_TRANSPORT ? make_transport(&o) : o.token ? make_in_token(&o) : make_in_file(&o);
    key_pin_wipe(&o.pin);
    arena_free(&o.arena);
    return code;
}

static int show_token(struct options *o, const char *uri)
{
    struct signing_key key;
    struct why w = { 0 };

    if (!o->name || o->use == KEY_USES)
        return cli_usage("key", "a key in a token has no name of its own: say --name and --type");
    if (!signing_key_open(uri, key_full_name(&o->arena, o->name, o->use), key_uses[o->use].type,
                          &o->pin.login, &o->arena, &key, &w))
        return refused(_("the token"), &w);
    put_key(&key.note);
    signing_key_close(&key);
    return CLI_POSITIVE;
}

static int show(struct options *o, const char *what)
{
    uint8_t secret[NODE_SECRET_KEY];
    struct note_key k;
    struct why w = { 0 }, y = { 0 };
    struct span text;

    if (token_is_uri(what))
        return show_token(o, what);
    if (note_key_parse(span_str(what), &k, &y)) {
        put_key(&k);
        return CLI_POSITIVE;
    }
    if (!cli_read(what, &o->arena, &text, &w))
        return refused(what, &w);
    if (memmem(text.p, text.n, "-----BEGIN CERTIFICATE-----", 27))
        return put_pin(text, what);
    if (note_key_parse(text_trim(text), &k, &y)) {
        put_key(&k);
        return CLI_POSITIVE;
    }
    if (!note_signer_parse(text, &k, secret, &w))
        return refused(what, &w);
    wipe(secret, sizeof secret);
    put_key(&k);
    return CLI_POSITIVE;
}

int key_show_command(int argc, char **argv)
{
    static struct options o;
    int code = take_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    if (o.out || o.token || optind + 1 != argc)
        return cli_usage("key", "name one key: its file, its URI or its verifier key");
    arena_init(&o.arena, 64 << 20);
    key_pin_init(&o.pin);
    code = show(&o, argv[optind]);
    key_pin_wipe(&o.pin);
    arena_free(&o.arena);
    return code;
}

static void put_entry(void *ctx, const struct token_entry *e)
{
    char text[FINGERPRINT_TEXT];
    struct buffer b;

    (void)ctx;
    buf_init(&b, 4096);
    hex_put(&b, span_of(e->id, e->id_n));
    cli_put(stdout, e->token);
    printf("  id %s  ", b.n ? buf_cstr(&b) : "-");
    cli_put(stdout, e->label);
    printf("\n    %s%s\n", e->ed25519 ? _("public key ") : _("not an Ed25519 key: it cannot sign here"),
           e->ed25519 ? fingerprint_format(e->pub, text) : "");
    if (e->extractable)
        puts(_("    the token would give this key out: not one to sign for a member"));
    buf_free(&b);
}

int key_list_command(int argc, char **argv)
{
    static struct options o;
    int code = take_options(&o, argc, argv);
    struct why w = { 0 };

    if (code != CLI_POSITIVE)
        return code;
    if (!o.token || o.name || o.type || o.out || optind < argc)
        return cli_usage("key", "list needs --token URI");
    key_pin_init(&o.pin);
    code = token_list(o.token, &o.pin.login, put_entry, NULL, &w) ? CLI_POSITIVE : refused("--token", &w);
    key_pin_wipe(&o.pin);
    return code;
}
