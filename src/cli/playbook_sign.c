#include <getopt.h>

#include "base/limits.h"
#include "base/text.h"
#include "cacao/sign.h"
#include "cli/advisory.h"
#include "seal/signing_key.h"
#include "wire/json_write.h"

/* A random UUID (RFC 9562 version 4). */
static void new_id(char out[5 + 37])
{
    uint8_t u[16];

    random_bytes(u, sizeof u);
    u[6] = (uint8_t)((u[6] & 0x0f) | 0x40);
    u[8] = (uint8_t)((u[8] & 0x3f) | 0x80);
    (void)snprintf(out, 42, "jss--%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0],
                   u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14],
                   u[15]);
}

struct signing {
    const char *key, *name, *signee, *identity, *at, *out;
};

static int sign(const struct signing *o, const char *path)
{
    struct signing_key key = { 0 };
    struct cacao_signing s = { .created_by = span_str(o->identity), .signee = span_str(o->signee) };
    struct cacao c = { 0 };
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    char id[42];
    int rc = CLI_USAGE;

    if (!cli_time(o->at, &s.at))
        return cli_usage("playbook", "--at wants a date or a time");
    new_id(id);
    s.id = span_str(id);
    buf_init(&b, (size_t)LIMIT_CACAO * 2);
    if (playbook_read(path, &a, &c)) {
        if (!signing_key_open(o->key, span_str(o->name), NOTE_KEY_ED25519, NULL, &a, &key, &w)) {
            cli_why("playbook", "--key", &w);
        } else if (!cacao_sign(&c, &s, &key.signer, &b, &w)) {
            cli_why("playbook", path, &w);
            rc = CLI_NEGATIVE;
        } else if (!cli_write(o->out ? o->out : "-", buf_span(&b), 0644, &w)) {
            cli_why("playbook", "--out", &w);
        } else {
            rc = CLI_POSITIVE;
        }
    }
    signing_key_close(&key);
    buf_free(&b);
    arena_free(&a);
    return rc;
}

int playbook_sign_command(int argc, char **argv)
{
    enum { KEY = 1, NAME, SIGNEE, IDENTITY, AT, OUT };
    static const struct option options[] = {
        { "key", required_argument, NULL, KEY },
        { "name", required_argument, NULL, NAME },
        { "signee", required_argument, NULL, SIGNEE },
        { "identity", required_argument, NULL, IDENTITY },
        { "at", required_argument, NULL, AT },
        { "out", required_argument, NULL, OUT },
        { NULL, 0, NULL, 0 },
    };
    struct signing o = { .name = "" };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char **to = c == KEY        ? &o.key
                          : c == NAME     ? &o.name
                          : c == SIGNEE   ? &o.signee
                          : c == IDENTITY ? &o.identity
                          : c == AT       ? &o.at
                          : c == OUT      ? &o.out
                                          : NULL;

        if (!to)
            return cli_bad_option("playbook");
        *to = optarg;
    }
    if (!o.key || !o.signee || optind + 1 != argc)
        return cli_usage("playbook", "sign wants --key, --signee and one file");
    return sign(&o, argv[optind]);
}

enum { KEYS = 64 };

struct verifying {
    struct note_key key[KEYS];
    size_t n;
    bool json;
};

static const struct note_key *known(const struct verifying *o, const struct cacao_signature *s)
{
    for (size_t i = 0; s->has_key && i < o->n; i++)
        if (memcmp(o->key[i].pub, s->key, NODE_PUBLIC_KEY) == 0)
            return &o->key[i];
    return NULL;
}

/* One that was changed or withdrawn outweighs others; one that counts is genuine and of a key that was given.
 */
static int judge(const struct verifying *o, const struct cacao_signature *s, uint32_t n)
{
    bool counts = false;

    for (uint32_t i = 0; i < n; i++) {
        if (s[i].proof == CACAO_FORGED || s[i].proof == CACAO_WITHDRAWN)
            return CLI_NEGATIVE;
        counts = counts || (s[i].proof == CACAO_GENUINE && known(o, &s[i]));
    }
    return counts ? CLI_POSITIVE : CLI_UNDETERMINED;
}

static void put(const struct verifying *o, const struct cacao_signature *s, uint32_t n)
{
    struct buffer b;
    struct json_writer j;

    buf_init(&b, 1u << 20);
    j = json_to(&b);
    jw_array(&j, NULL);
    for (uint32_t i = 0; i < n; i++) {
        const struct note_key *k = known(o, &s[i]);

        jw_object(&j, NULL);
        jw_text(&j, "id", s[i].id);
        jw_text(&j, "signee", s[i].signee);
        jw_text(&j, "created", s[i].created);
        jw_str(&j, "result", cacao_proof_word(s[i].proof));
        if (k)
            jw_text(&j, "key", k->name);
        else
            jw_null(&j, "key");
        jw_str(&j, "says", s[i].says);
        jw_object_end(&j);
        if (!o->json) {
            (void)printf("%s%s%s%s: ", cacao_proof_word(s[i].proof),
                         k ? _(", by a key that was given") : _(", by a key that was not given"),
                         s[i].says[0] ? ", " : "", s[i].says);
            advisory_put(s[i].signee, 0);
        }
    }
    jw_array_end(&j);
    if (o->json)
        (void)printf("%s\n", buf_cstr(&b));
    else if (n == 0)
        (void)puts(_("there is no signature in it"));
    buf_free(&b);
}

int playbook_verify_command(int argc, char **argv)
{
    enum { KEY = 1, JSON };
    static const struct option options[] = { { "key", required_argument, NULL, KEY },
                                             { "json", no_argument, NULL, JSON },
                                             { NULL, 0, NULL, 0 } };
    struct verifying o = { .n = 0 };
    struct cacao_signature *s;
    struct cacao c = { 0 };
    struct why w = { 0 };
    struct arena a;
    uint32_t n;
    int x, rc = CLI_USAGE;

    while ((x = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (x == JSON)
            o.json = true;
        else if (x != KEY || o.n == KEYS)
            return cli_bad_option("playbook");
        else if (!note_key_parse(span_str(optarg), &o.key[o.n], &w)) {
            cli_why("playbook", "--key", &w);
            return CLI_USAGE;
        } else
            o.n++;
    }
    if (optind + 1 != argc)
        return cli_usage("playbook", "verify wants one file");
    if (playbook_read(argv[optind], &a, &c)) {
        if (cacao_verify(&c, &s, &n, &w)) {
            put(&o, s, n);
            rc = judge(&o, s, n);
        } else {
            cli_why("playbook", argv[optind], &w);
        }
    }
    arena_free(&a);
    return rc;
}
