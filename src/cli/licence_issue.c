/* serai licence issue */
#include <getopt.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cli/licence.h"
#include "cli/licence_enter.h"
#include "cli/licence_keys.h"
#include "crypto/node_key.h"
#include "node/config.h"
#include "service/licence/order.h"
#include "wire/json_write.h"

enum { DAY_SECONDS = 86400, DAYS_MOST = 457 };

struct options {
    const char *node, *key, *certificate, *authority, *data, *portrait, *device_key, *out, *list, *at, *from;
    long days, index;
    enum digest_alg digest;
    bool json, x5t;
};

/* One issuing. */
struct work {
    struct options o;
    struct arena a;
    struct private_key *key;
    struct mdoc_issuer by;
    struct mdoc_issue_order order;
    struct findings findings;
};

static bool digest_from(const char *text, enum digest_alg *out)
{
    for (int d = DIGEST_SHA256; d <= DIGEST_SHA512; d++) {
        if (strcmp(text, digest_name((enum digest_alg)d)) == 0) {
            *out = (enum digest_alg)d;
            return true;
        }
    }
    return cli_usage("licence", "--digest is SHA-256, SHA-384 or SHA-512") == CLI_POSITIVE;
}

static bool index_from(const char *text, long *out)
{
    char *end;

    *out = strtol(text, &end, 10);
    return (*text && !*end && *out >= 0) ||
           cli_usage("licence", "--status-index wants a number") == CLI_POSITIVE;
}

static bool take_option(struct options *o, int c)
{
    static const struct {
        int c;
        size_t at;
    } texts[] = {
        { 'n', offsetof(struct options, node) },        { 'k', offsetof(struct options, key) },
        { 'c', offsetof(struct options, certificate) }, { 'A', offsetof(struct options, authority) },
        { 'd', offsetof(struct options, data) },        { 'p', offsetof(struct options, portrait) },
        { 'D', offsetof(struct options, device_key) },  { 'o', offsetof(struct options, out) },
        { 'l', offsetof(struct options, list) },        { 't', offsetof(struct options, at) },
        { 'f', offsetof(struct options, from) },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].c == c) {
            memcpy((char *)o + texts[i].at, &optarg, sizeof optarg);
            return true;
        }
    }
    switch (c) {
    case 'v':
        return licence_days(optarg, DAYS_MOST, &o->days);
    case 'i':
        return index_from(optarg, &o->index);
    case 'g':
        return digest_from(optarg, &o->digest);
    case 'x':
        return o->x5t = true;
    case 'j':
        return o->json = true;
    default:
        return cli_bad_option("licence") == CLI_POSITIVE;
    }
}

/* What the folder of a node names. */
static bool use_node(struct work *k)
{
    struct node_config c;
    struct why w = { 0 };
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/node.conf", k->o.node);
    if (!config_load(path, &k->a, &c, &w))
        return licence_refused(k->o.node, &w);
    if (!c.licence_signer_key) {
        (void)why_set(&w, "config", WHY_NO_OFFSET, NULL,
                      "this node issues no licences: its node.conf names no licence-signer-key and "
                      "licence-signer-certificate");
        return licence_refused(k->o.node, &w);
    }
    k->o.key = c.licence_signer_key;
    k->o.certificate = c.licence_signer_certificate;
    k->o.authority = c.licence_authority_certificate;
    return true;
}

static bool load_issuer(struct work *k)
{
    if (k->o.node && !use_node(k))
        return false;
    k->by.x5t = k->o.x5t;
    if (!licence_private_key(k->o.key, &k->a, &k->key) ||
        !licence_certificate(k->o.certificate, &k->a, &k->by.certificate))
        return false;
    k->by.key = k->key;
    return !k->o.authority || licence_certificate(k->o.authority, &k->a, &k->by.authority);
}

static bool load_order(struct work *k)
{
    struct licence_order_data data;
    struct span text, portrait = { 0 };
    struct why w = { 0 };

    if (!cli_read(k->o.data, &k->a, &text, &w))
        return licence_refused(k->o.data, &w);
    if (k->o.portrait && !cli_read(k->o.portrait, &k->a, &portrait, &w))
        return licence_refused(k->o.portrait, &w);
    if (!licence_order_read(text, portrait, &k->a, &data, &w))
        return licence_refused(k->o.data, &w);
    k->order.doc_type = data.doc_type;
    k->order.element = data.element;
    k->order.n = data.n;
    return licence_public_key(k->o.device_key, &k->a, &k->order.device_key);
}

static void put_json(const struct work *k, struct buffer *out)
{
    struct json_writer j = json_to(out);
    char from[TIME_TEXT], until[TIME_TEXT];

    jw_object(&j, NULL);
    jw_str(&j, "out", k->o.out);
    jw_text(&j, "doc_type", k->order.doc_type);
    jw_int(&j, "elements", (int64_t)k->order.n);
    jw_str(&j, "algorithm", cose_alg_name(cose_alg_of(k->key)));
    jw_str(&j, "valid_from", time_format(k->order.valid_from, from));
    jw_str(&j, "valid_until", time_format(k->order.valid_until, until));
    jw_array(&j, "findings");
    for (size_t i = 0; i < k->findings.n; i++)
        jw_str(&j, NULL, k->findings.item[i].why.reason);
    jw_array_end(&j);
    jw_object_end(&j);
    buf_u8(out, '\n');
}

static void say(const struct work *k)
{
    char until[TIME_TEXT];
    struct buffer b;

    for (size_t i = 0; i < k->findings.n; i++)
        (void)fprintf(stderr, _("serai licence: note: %s: %s\n"), k->findings.item[i].why.reason,
                      k->findings.item[i].why.detail);
    buf_init(&b, 64 * 1024);
    if (k->o.json)
        put_json(k, &b);
    else
        buf_printf(&b, _("%s: %zu elements, signed with %s, valid until %s\n"), k->o.out, k->order.n,
                   cose_alg_name(cose_alg_of(k->key)), time_format(k->order.valid_until, until));
    (void)fwrite(b.p, 1, b.n, strcmp(k->o.out, "-") == 0 ? stderr : stdout);
    buf_free(&b);
}

/* A member's licence is not handed out before its register knows it. */
static bool enter(struct work *k, struct span issued, struct why *w)
{
    return !k->o.node || !span_eq_str(k->order.doc_type, MDL_DOC_TYPE) ||
           licence_enter(k->o.node, issued, k->order.signed_at, &k->a, w);
}

static int issue(struct work *k)
{
    struct why w = { 0 };
    struct buffer b;
    int code = CLI_USAGE;

    if (!load_issuer(k) || !load_order(k))
        return CLI_USAGE;
    findings_init(&k->findings);
    buf_init(&b, LIMIT_FILE);
    if (!mdoc_issue(&k->order, &k->by, random_bytes, &k->a, &b, &k->findings, &w)) {
        (void)licence_refused(k->o.data, &w);
        code = CLI_NEGATIVE;
    } else if (!enter(k, buf_span(&b), &w)) {
        (void)licence_refused(k->o.node, &w);
        code = w.reason && strcmp(w.reason, "register") == 0 ? CLI_NEGATIVE : CLI_USAGE;
    } else if (!cli_write(k->o.out, buf_span(&b), 0600, &w)) {
        (void)licence_refused(k->o.out, &w);
    } else {
        say(k);
        code = CLI_POSITIVE;
    }
    buf_free(&b);
    return code;
}

/* What depends on each other, once all options are known. */
static bool settle(struct work *k)
{
    struct options *o = &k->o;

    if (!o->data || !o->device_key || !o->out)
        return cli_usage("licence", "--data, --device-key and --out are needed") == CLI_POSITIVE;
    if (!o->node == !(o->key && o->certificate))
        return cli_usage("licence", "either --node, or --key and --certificate") == CLI_POSITIVE;
    if (!o->list != (o->index < 0))
        return cli_usage("licence", "--status-list and --status-index go together") == CLI_POSITIVE;
    if (!cli_time(o->at, &k->order.signed_at))
        return cli_usage("licence", "--at wants a time such as 2026-01-31T12:00:00Z") == CLI_POSITIVE;
    k->order.valid_from = k->order.signed_at;
    if (o->from && !time_parse(span_str(o->from), &k->order.valid_from))
        return cli_usage("licence", "--from wants a time such as 2026-01-31T12:00:00Z") == CLI_POSITIVE;
    k->order.valid_until = k->order.valid_from + o->days * DAY_SECONDS;
    k->order.digest = o->digest;
    if (o->list)
        k->order.status = (struct mdoc_status){ .has_list = true,
                                                .index = (uint64_t)o->index,
                                                .list_uri = span_str(o->list) };
    return true;
}

int licence_issue_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "key", required_argument, NULL, 'k' },
        { "certificate", required_argument, NULL, 'c' },
        { "authority", required_argument, NULL, 'A' },
        { "data", required_argument, NULL, 'd' },
        { "portrait", required_argument, NULL, 'p' },
        { "device-key", required_argument, NULL, 'D' },
        { "valid", required_argument, NULL, 'v' },
        { "at", required_argument, NULL, 't' },
        { "from", required_argument, NULL, 'f' },
        { "digest", required_argument, NULL, 'g' },
        { "status-list", required_argument, NULL, 'l' },
        { "status-index", required_argument, NULL, 'i' },
        { "x5t", no_argument, NULL, 'x' },
        { "out", required_argument, NULL, 'o' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct work k;
    int c, code;

    k.o = (struct options){ .days = 90, .index = -1, .digest = DIGEST_SHA256 };
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
        if (!take_option(&k.o, c))
            return CLI_USAGE;
    if (optind < argc)
        return cli_usage("licence", "\"%s\" belongs to no option", argv[optind]);
    if (!settle(&k))
        return CLI_USAGE;
    arena_init(&k.a, 256 << 20);
    code = issue(&k);
    private_key_free(k.key);
    arena_free(&k.a);
    return code;
}
