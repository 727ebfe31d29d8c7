/* serai person: who may sign in at a node. By the running node, or in the store of one that is stopped. */
#include <getopt.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/cli.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/subcommand.h"
#include "crypto/node_key.h"
#include "files/durable.h"
#include "link/transport.h"
#include "node/sign_in.h"
#include "seal/certificate.h"
#include "service/person/call.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { ANSWER = 16 << 20, MEMORY = 96 << 20, REQUEST = 16 << 10, LINE = 512 };

enum {
    ID,
    NAME,
    THEIR_ROLES,
    OFFICE,
    PURPOSES,
    LABEL,
    KIND,
    CREDENTIAL,
    FINGERPRINT,
    ISSUER,
    SUBJECT,
    TEXTS
};
static const char *const names[TEXTS] = { "id",   "name",       "roles",       "office", "purposes", "label",
                                          "kind", "credential", "fingerprint", "issuer", "subject" };

struct call {
    const char *command, *node, *days, *after, *file;
    const char *text[TEXTS];
    bool json;
};

static void random_of(void *p, size_t n)
{
    random_bytes(p, n);
}

static bool options(int argc, char **argv, struct call *k, int *code)
{
    struct cli_text texts[TEXTS + 5] = {
        { "node", &k->node }, { "days", &k->days }, { "after", &k->after }, { "file", &k->file }
    };
    const struct cli_flag flags[] = { { "json", &k->json }, { NULL, NULL } };

    for (size_t i = 1; i < TEXTS; i++)
        texts[3 + i] = (struct cli_text){ names[i], &k->text[i] };
    if (!cli_options(argc, argv, texts, flags))
        return *code = cli_bad_option(k->command), false;
    if (!k->node)
        return *code = cli_usage(k->command, "say --node FOLDER"), false;
    if (optind < argc)
        k->text[ID] = argv[optind++];
    if (optind < argc)
        return *code = cli_usage(k->command, "name one person"), false;
    return true;
}

/* Of the certificate in the file. */
static bool first(void *ctx, struct span der)
{
    struct span *out = ctx;

    *out = der;
    return false;
}

static bool fingerprint(struct call *k, struct arena *a, struct why *w)
{
    struct span file, der = { NULL, 0 };
    uint8_t pin[TRANSPORT_PIN];
    struct buffer b;
    uint8_t *hex;
    bool there;

    if (!k->file)
        return true;
    if (!file_read(k->file, LIMIT_CERTIFICATE, a, &file, &there, w))
        return false;
    (void)certificates_in(file, a, first, &der);
    if (!der.n)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: no certificate is there", k->file);
    hex = arena_alloc(a, 2 * sizeof pin + 1);
    if (!hex || !transport_pin(der, pin, w))
        return false;
    buf_init_fixed(&b, hex, 2 * sizeof pin);
    hex_put(&b, span_of(pin, sizeof pin));
    hex[2 * sizeof pin] = 0;
    k->text[FINGERPRINT] = (const char *)hex;
    return true;
}

static void put_number(struct json_writer *j, const char *key, const char *text)
{
    if (text)
        jw_int(j, key, strtoll(text, NULL, 10));
}

static void put_request(const struct call *k, struct buffer *b)
{
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    for (size_t i = 0; i < TEXTS; i++)
        if (k->text[i])
            jw_str(&j, names[i], k->text[i]);
    put_number(&j, "days", k->days);
    put_number(&j, "after", k->after);
    jw_object_end(&j);
}

/* The one of node.conf, where none is said. */
static bool find_issuer(struct call *k, struct arena *a, struct why *w)
{
    static struct node_config c;
    char path[4096];

    if (k->text[ISSUER])
        return true;
    (void)snprintf(path, sizeof path, "%s/node.conf", k->node);
    if (!config_load(path, a, &c, w))
        return false;
    k->text[ISSUER] = c.prove ? c.prove->issuer : NULL;
    return k->text[ISSUER] || why_set(w, "config", WHY_NO_OFFSET, NULL, "%s names no `oidc-issuer`", path);
}

/* What the running node wrote down: where it listens, and what lets its operator in. */
static bool by_node(const struct call *k, const char *op, struct span json, struct arena *a,
                    struct span *answer, struct why *w)
{
    char path[4096], at[64];
    struct span file, secret, url;
    bool there = false;

    (void)snprintf(path, sizeof path, "%s/" SIGN_IN_FILE, k->node);
    if (!file_read(path, LINE, a, &file, &there, w))
        return false;
    if (!there)
        return why_set(w, "io", WHY_NO_OFFSET, NULL,
                       "the node runs and there is no %s: does it run with `sign-in = required`?", path);
    (void)text_split(&file, '\n', &secret);
    (void)text_split(&file, '\n', &url);
    if (strcmp(op, "list") == 0)
        (void)snprintf(at, sizeof at, "/v1/persons");
    else if (strcmp(op, "log") == 0)
        (void)snprintf(at, sizeof at, "/v1/persons/log%s%s", k->after ? "?after=" : "",
                       k->after ? k->after : "");
    else
        (void)snprintf(at, sizeof at, strcmp(op, "put") == 0 ? "/v1/persons" : "/v1/persons/%s", op);
    (void)setenv("SERAI_TOKEN_FILE", path, 1);
    return strcmp(op, "list") == 0 || strcmp(op, "log") == 0
               ? ask_get(arena_str(a, url), at, a, answer, w)
               : ask_post(arena_str(a, url), at, json, a, answer, w);
}

static bool by_store(const struct call *k, const char *op, struct span json, struct arena *a,
                     struct span *answer, struct why *w)
{
    static struct instance i;
    struct person_desk d = { .now = cli_now(), .random = random_of };
    struct buffer b;
    bool ok;

    if (!desk_open(k->node, true, &i, w))
        return false;
    d.store = i.store;
    buf_init(&b, ANSWER);
    ok = person_call(&d, op, json, a, &b, w);
    if (ok)
        *answer = arena_copy(a, buf_span(&b));
    buf_free(&b);
    desk_close(&i);
    return ok;
}

/* Links and tokens are shown as what somebody needs of them. */
static void tell(const struct call *k, const char *op, struct span answer, struct arena *a)
{
    const char *secret = strcmp(op, "link") == 0 ? "link" : strcmp(op, "token") == 0 ? "token" : NULL;
    struct span s;
    struct json j;

    if (k->json || !secret || !json_parse(answer, a, &j, NULL) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, secret), a, &s))
        desk_print(answer, k->json);
    else if (strcmp(op, "link") == 0)
        printf("/signin.html#%.*s\n", (int)s.n, (const char *)s.p);
    else
        printf("%.*s\n", (int)s.n, (const char *)s.p);
}

static int call(const char *op, int argc, char **argv)
{
    struct call k = { .command = "person" };
    struct span answer = { NULL, 0 };
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    bool ok;
    int code;

    if (!options(argc, argv, &k, &code))
        return code;
    arena_init(&a, MEMORY);
    buf_init(&b, REQUEST);
    ok = fingerprint(&k, &a, &w) && (strcmp(op, "provider") != 0 || find_issuer(&k, &a, &w));
    put_request(&k, &b);
    ok = ok && by_store(&k, op, buf_span(&b), &a, &answer, &w);
    if (!ok && w.reason && strcmp(w.reason, "store-locked") == 0) {
        why_clear(&w);
        ok = by_node(&k, op, buf_span(&b), &a, &answer, &w);
    }
    if (ok)
        tell(&k, op, answer, &a);
    else
        cli_why("person", NULL, &w);
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

#define RUN(name, op)                                                                                        \
    static int name(int argc, char **argv)                                                                   \
    {                                                                                                        \
        return call(op, argc, argv);                                                                         \
    }
RUN(run_list, "list")
RUN(run_put, "put")
RUN(run_remove, "remove")
RUN(run_link, "link")
RUN(run_token, "token")
RUN(run_certificate, "certificate")
RUN(run_provider, "provider")
RUN(run_drop, "drop")
RUN(run_log, "log")

static const struct cli_subcommand commands[] = {
    { "list", run_list, "list --node FOLDER [--json]", N_("persons, their roles, and by what they sign in") },
    { "put", run_put,
      "put --node FOLDER --name NAME --roles \"ROLE ROLE\" [--office NAME] [--purposes \"WORD WORD\"] ID",
      N_("adds a person, or changes what is said of one, whose sessions end") },
    { "link", run_link, "link --node FOLDER ID",
      N_("the end of an address that lets the person in once within 15 minutes, to add a way that lasts") },
    { "token", run_token, "token --node FOLDER --roles \"ROLE ROLE\" --days N [--label TEXT] ID",
      N_("what a program shows: Authorization: Bearer TOKEN. It is told once") },
    { "certificate", run_certificate,
      "certificate --node FOLDER (--file PEM | --fingerprint HEX) [--label TEXT] ID",
      N_("the person signs in with this certificate of the officers' authority") },
    { "provider", run_provider, "provider --node FOLDER --subject TEXT [--issuer URL] [--label TEXT] ID",
      N_("the person signs in with this account of the OpenID provider: its `sub`") },
    { "drop", run_drop, "drop --node FOLDER --kind KIND --credential ID ID",
      N_("takes away a way of signing in, as list shows it; the person's sessions end") },
    { "remove", run_remove, "remove --node FOLDER ID", N_("the person, all ways and sessions") },
    { "log", run_log, "log --node FOLDER [--after N] [--json]",
      N_("what happened: a chain of digests, looked through from its beginning") },
};

static const struct cli_family family = {
    "person",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --roles        of: lane roadside travel notices complaints cert operator auditor\n"
       "  --office       in whose name the person answers other members; the id where none is said\n"
       "\n"
       "The node may run or not. Exit 0 done, 2 refused, usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai person put --node kz --name 'A. SPECIMEN' --roles 'lane roadside' officer-17\n"
       "  serai person link --node kz officer-17\n"
       "  serai person log --node kz\n"),
};

int cmd_person(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
