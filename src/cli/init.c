#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agreement/agreement.h"
#include "cli/cli.h"
#include "cli/init_desks.h"
#include "cli/key.h"
#include "cli/member.h"
#include "crypto/key.h"
#include "crypto/node_key.h"
#include "link/transport.h"
#include "node/config.h"
#include "node/instance.h"
#include "seal/issue_certificate.h"
#include "seal/mdl_issue_certificate.h"
#include "stix/id.h"

static const char help[] = N_(
    "usage: serai init --specimen --member XX [OPTION]... FOLDER\n"
    "       serai init --edge --member XX [OPTION]... FOLDER\n"
    "\n"
    "Makes the folder of a node: node.conf, agreement, the keys with which it signs, logs, witnesses and\n"
    "talks to other members, its member card, and specimen keys that issue seals and mobile licences; the\n"
    "store comes with the first use. A folder that holds a node already is left as it is.\n"
    "\n"
    "  --member XX        the member state, two letters\n"
    "  --name NAME        signs receipts; xx.specimen by default\n"
    "  --listen ADDRESS   address and port; 127.0.0.1:7311 by default\n"
    "  --agreement FILE   the agreement; the illustrative sample by default\n"
    "  --posts \"A B\"      border posts offered at the lane\n"
    "  --languages \"A B\"  of the console and of printed permissions, first one first; en by default\n"
    "  --utc-offset +HH:MM  the member's clock, which says on what day a check falls; +00:00 by default\n"
    "  --desks \"A B\"      members whose nodes answer questions in this process, each with a register of\n"
    "                     specimen licences (doc/questions.md); \"all\": every other party\n"
    "  --sign-in off      whoever reaches the node may ask it: for trials by programs. Without it\n"
    "                     everybody signs in first; serai serve says how (doc/signing-in.md)\n"
    "  --peer-listen ADDRESS  where the node listens to other members, such as 0.0.0.0:7411\n"
    "  --peer-address URL     how they reach it, such as https://10.0.0.2:7411\n"
    "  --edge             a node for a desk or a roadside: it has no key that signs, only a transport\n"
    "                     key, reads from the member's own node and goes on without it. The line that\n"
    "                     is printed belongs into the file `edges` of that node; then serai join\n"
    "  --sync-from URL    of --edge: the address of that node, when it is another than in its card\n"
    "  --specimen         make keys and certificates for trials, marked SPECIMEN; they must never be\n"
    "                     trusted outside of one. A member's real keys are brought by its own key\n"
    "                     ceremony.\n"
    "\n"
    "Exit 0 done or already there, 2 usage or input/output.\n");

struct init {
    const char *folder, *member, *name, *listen, *agreement, *posts, *languages, *utc_offset, *desks;
    const char *peer_listen, *peer_address, *sync_from, *sign_in;
    bool edge;
};

/* One file of the folder. */
static bool put(const struct init *o, const char *file, struct span s, unsigned mode, struct why *w)
{
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", o->folder, file) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return cli_write(path, s, mode, w);
}

static bool make_folder(const struct init *o, const char *sub, struct why *w)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/%s", o->folder, sub);
    return mkdir(path, 0755) == 0 || errno == EEXIST ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", path, strerror(errno));
}

/* The members' keys begin with the node's own. */
static bool put_members(const struct init *o, const uint8_t seed[NODE_SEED], struct why *w)
{
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct buffer b;
    bool ok;

    node_key_from_seed(seed, pub, secret);
    wipe(secret, sizeof secret);
    buf_init(&b, 4096);
    buf_str(
        &b,
        "# The members' node keys, each confirmed with the member by another way. Lines are only added.\n");
    trust_keys_put(&b, span_str(o->member), span_str(o->name), pub);
    ok = make_folder(o, "trust", w) && put(o, "trust/members", buf_span(&b), 0644, w);
    buf_free(&b);
    return ok;
}

static bool put_node_key(const struct init *o, struct why *w)
{
    uint8_t seed[NODE_SEED];
    struct buffer b;
    bool ok;

    random_bytes(seed, sizeof seed);
    buf_init(&b, 4096);
    node_key_write(o->name, seed, &b);
    ok = put(o, "node.key", buf_span(&b), 0600, w) && put_members(o, seed, w);
    wipe(seed, sizeof seed);
    wipe(b.p, b.n);
    buf_free(&b);
    return ok;
}

/* The keys that sign logs and cosign those of others. */
static bool put_log_key(const struct init *o, enum key_use use, struct arena *a, struct why *w)
{
    uint8_t seed[NODE_SEED];
    char file[32];
    struct buffer b;
    bool ok;

    random_bytes(seed, sizeof seed);
    buf_init(&b, 4096);
    note_signer_put(key_full_name(a, o->name, use), key_uses[use].type, seed, &b);
    (void)snprintf(file, sizeof file, "%s.key", key_uses[use].word);
    ok = put(o, file, buf_span(&b), 0600, w);
    wipe(seed, sizeof seed);
    wipe(b.p, b.n);
    buf_free(&b);
    return ok;
}

static bool put_transport(const struct init *o, struct why *w)
{
    struct buffer certificate, key;
    uint8_t seed[NODE_SEED];
    bool ok;

    random_bytes(seed, sizeof seed);
    buf_init(&certificate, TRANSPORT_PEM);
    buf_init(&key, TRANSPORT_PEM);
    ok = transport_make(seed, span_str(o->name), cli_now(), &certificate, &key, w) &&
         put(o, "transport.key", buf_span(&key), 0600, w) &&
         put(o, "transport.pem", buf_span(&certificate), 0644, w);
    wipe(seed, sizeof seed);
    wipe(key.p, key.n);
    buf_free(&certificate);
    buf_free(&key);
    return ok;
}

/* A private key and a certificate of it, as KEY.key and KEY.der. */
static bool put_pair(const struct init *o, const char *name, const struct private_key *k,
                     struct span certificate, struct why *w)
{
    char file[64];
    struct buffer b;
    bool ok;

    buf_init(&b, 65536);
    private_key_pem(k, &b);
    (void)snprintf(file, sizeof file, "%s.key", name);
    ok = put(o, file, buf_span(&b), 0600, w);
    (void)snprintf(file, sizeof file, "%s.der", name);
    ok = ok && put(o, file, certificate, 0644, w);
    wipe(b.p, b.n);
    buf_free(&b);
    return ok;
}

/*
 * A country signer, and under it a seal signer and a signer of master lists: the seal names its signer by
 * country and two letters (ES: ECO specimen) and the serial number of the certificate (Doc 9303-13).
 */
static bool put_signers(const struct init *o, struct why *w)
{
    enum { YEAR = 365 * 86400 };
    const unix_time now = cli_now();
    struct private_key *country = NULL, *signer = NULL, *lists = NULL;
    struct buffer root, leaf, list;
    struct certificate_order r = { .role = CERTIFICATE_COUNTRY_SIGNER,
                                   .country = o->member,
                                   .organization = "SPECIMEN",
                                   .common_name = "SPECIMEN country signer",
                                   .serial = 1,
                                   .not_before = now - 86400,
                                   .not_after = now + 10 * (unix_time)YEAR };
    bool ok = false;

    buf_init(&root, 65536);
    buf_init(&leaf, 65536);
    buf_init(&list, 65536);
    if (!private_key_generate(CURVE_P256, &country, w) || !private_key_generate(CURVE_P256, &signer, w) ||
        !private_key_generate(CURVE_P256, &lists, w) ||
        !certificate_issue(&r, country, country, (struct span){ 0 }, &root, w))
        goto out;
    r.common_name = "ES";
    r.serial = 0x10;
    r.not_after = now + 3 * (unix_time)YEAR;
    r.role = CERTIFICATE_SEAL_SIGNER;
    if (!certificate_issue(&r, signer, country, buf_span(&root), &leaf, w))
        goto out;
    r.common_name = "SPECIMEN master list signer";
    r.serial = 0x20;
    r.role = CERTIFICATE_LIST_SIGNER;
    ok = certificate_issue(&r, lists, country, buf_span(&root), &list, w) &&
         put_pair(o, "country", country, buf_span(&root), w) &&
         put_pair(o, "signer", signer, buf_span(&leaf), w) &&
         put_pair(o, "list", lists, buf_span(&list), w) &&
         put(o, "anchors/own-country.der", buf_span(&root), 0644, w) &&
         put(o, "anchors/own-signer.der", buf_span(&leaf), 0644, w);
out:
    private_key_free(country);
    private_key_free(signer);
    private_key_free(lists);
    buf_free(&root);
    buf_free(&leaf);
    buf_free(&list);
    return ok;
}

static bool make_certificate(const struct mdl_certificate_order *order, const struct private_key *subject,
                             const struct private_key *by, struct span issuer, struct buffer *out,
                             struct why *w)
{
    uint8_t mem[256];
    struct buffer spki;

    buf_init_fixed(&spki, mem, sizeof mem);
    private_key_spki(subject, &spki);
    return mdl_certificate_issue(order, buf_span(&spki), by, issuer, out, w);
}

/*
 * Of the trust model of licences, which stands apart: an authority that issues them with a signer under it,
 * so that the member can issue mobile licences on its first day (ISO/IEC 18013-5 Annex B), and a root with
 * the signer of lists of authorities (VICAL) under it.
 */
static bool put_licence_signers(const struct init *o, struct why *w)
{
    enum { DAY = 86400, YEAR = 365 * DAY };
    const unix_time now = cli_now(); /* once: the signer's days are all that its role may have */
    struct private_key *authority = NULL, *signer = NULL, *root = NULL, *lists = NULL;
    struct buffer own, licences, top, leaf;
    struct mdl_certificate_order r = { .role = MDL_IACA,
                                       .country = o->member,
                                       .organization = "SPECIMEN",
                                       .common_name = "SPECIMEN licence authority",
                                       .serial = 0x30,
                                       .not_before = now - DAY,
                                       .not_after = now + 9 * (unix_time)YEAR,
                                       .authority_url = "https://authority.example/",
                                       .crl_url = "https://authority.example/crl" };
    bool ok = false;

    buf_init(&own, 65536);
    buf_init(&licences, 65536);
    buf_init(&top, 65536);
    buf_init(&leaf, 65536);
    if (!private_key_generate(CURVE_P256, &authority, w) || !private_key_generate(CURVE_P256, &root, w) ||
        !private_key_generate(CURVE_P256, &lists, w) || !private_key_generate(CURVE_P256, &signer, w) ||
        !make_certificate(&r, authority, authority, (struct span){ 0 }, &own, w))
        goto out;
    r.role = MDL_SIGNER;
    r.common_name = "SPECIMEN licence signer";
    r.serial = 0x33;
    r.not_after = now + 456 * (unix_time)DAY;
    if (!make_certificate(&r, signer, authority, buf_span(&own), &licences, w))
        goto out;
    r.role = MDL_IACA;
    r.not_after = now + 9 * (unix_time)YEAR;
    r.common_name = "SPECIMEN root of licence lists";
    r.serial = 0x31;
    if (!make_certificate(&r, root, root, (struct span){ 0 }, &top, w))
        goto out;
    r.role = MDL_LIST_SIGNER;
    r.common_name = "SPECIMEN signer of licence lists";
    r.serial = 0x32;
    r.not_after = now + 3 * (unix_time)YEAR;
    ok = make_certificate(&r, lists, root, buf_span(&top), &leaf, w) &&
         put_pair(o, "authority", authority, buf_span(&own), w) &&
         put_pair(o, "licence-signer", signer, buf_span(&licences), w) &&
         put(o, "anchors/own-licence-authority.der", buf_span(&own), 0644, w) &&
         put_pair(o, "vical-root", root, buf_span(&top), w) &&
         put_pair(o, "vical", lists, buf_span(&leaf), w);
out:
    private_key_free(authority);
    private_key_free(signer);
    private_key_free(root);
    private_key_free(lists);
    buf_free(&own);
    buf_free(&licences);
    buf_free(&top);
    buf_free(&leaf);
    return ok;
}

/* Its faults come out now and not when the node is to start. */
static bool agreement_holds(const struct init *o, const char *path, struct span text, struct why *w)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct agreement *a;
    bool party;

    if (!faults)
        abort();
    a = agreement_parse(text, faults);
    party = a && agreement_is_party(a, span_str(o->member));
    for (size_t k = 0; !a && k < faults->n; k++)
        if (!faults->item[k].warning)
            (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL, "%s:%u:%u: %s", path, faults->item[k].line,
                          faults->item[k].column, faults->item[k].message);
    if (a && !party)
        (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL,
                      "%s is no party of the agreement %s: everybody would be referred", o->member, path);
    agreement_free(a);
    free(faults);
    return party;
}

static bool read_agreement(const struct init *o, struct arena *a, struct span *text, struct why *w)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", cli_data());
    if (o->agreement)
        (void)snprintf(path, sizeof path, "%s", o->agreement);
    if (!cli_read(path, a, text, w)) {
        struct why once = *w;

        why_clear(w);
        return why_set(w, once.reason, WHY_NO_OFFSET, NULL, "the agreement %s: %s", path, once.detail);
    }
    return agreement_holds(o, path, *text, w);
}

static void put_edge_config(const struct init *o, struct buffer *text)
{
    buf_printf(text,
               "# A node of Serai at a desk: it signs nothing, and reads from its member's own node.\n"
               "member = %s\n"
               "name = %s\n"
               "listen = %s\n"
               "sign-in = %s\n"
               "agreement = agreement\n"
               "anchors = anchors\n"
               "trust = trust\n"
               "status = status\n"
               "lookup = lookup\n"
               "cyber = cyber\n"
               "store = store.db\n"
               "transport-key = transport.key\n"
               "transport-certificate = transport.pem\n"
               "sync-from = %s\n"
               "utc-offset = %s\n"
               "languages = %s\n%s%s%s",
               o->member, o->name, o->listen, o->sign_in, o->sync_from ? o->sync_from : o->member,
               o->utc_offset, o->languages, o->posts ? "posts = " : "", o->posts ? o->posts : "",
               o->posts ? "\n" : "");
}

/* A collection for tools; who may use it, an operator says (serai cyber account). */
static void put_collection(struct buffer *text)
{
    char id[STIX_UUID_TEXT];
    struct stix_uuid u;
    uint8_t random[16];

    random_bytes(random, sizeof random);
    stix_uuid_v4(random, &u);
    buf_printf(text,
               "taxii-root = cert \"CERT (SPECIMEN)\"\n"
               "taxii-collection = cert %s \"Indicators\" alias=indicators\n",
               stix_uuid_text(&u, id));
}

static void put_config(const struct init *o, struct buffer *text)
{
    buf_printf(text,
               "# A node of Serai. SPECIMEN keys: for trials only.\n"
               "member = %s\n"
               "name = %s\n"
               "listen = %s\n"
               "sign-in = %s\n"
               "agreement = agreement\n"
               "anchors = anchors\n"
               "trust = trust\n"
               "lookup = lookup\n"
               "cyber = cyber\n"
               "store = store.db\n"
               "node-key = node.key\n"
               "log-key = log.key\n"
               "witness-key = witness.key\n"
               "transport-key = transport.key\n"
               "transport-certificate = transport.pem\n"
               "logs = logs\n"
               "signer-key = signer.key\n"
               "signer-certificate = signer.der\n"
               "list-signer-key = list.key\n"
               "list-signer-certificate = list.der\n"
               "vical-signer-key = vical.key\n"
               "vical-signer-certificate = vical.der\n"
               "country-certificate = country.der\n"
               "licence-signer-key = licence-signer.key\n"
               "licence-signer-certificate = licence-signer.der\n"
               "licence-authority-certificate = authority.der\n"
               "utc-offset = %s\n"
               "offence-authority = SPECIMEN traffic police\n"
               "offence-redress = SPECIMEN: in writing to the SPECIMEN traffic court, within 30 days\n"
               "languages = %s\n%s%s%s%s%s%s%s%s%s%s",
               o->member, o->name, o->listen, o->sign_in, o->utc_offset, o->languages,
               o->posts ? "posts = " : "", o->posts ? o->posts : "", o->posts ? "\n" : "",
               o->desks ? "desks = desks\n" : "", o->peer_listen ? "peer-listen = " : "",
               o->peer_listen ? o->peer_listen : "", o->peer_listen ? "\n" : "",
               o->peer_address ? "peer-address = " : "", o->peer_address ? o->peer_address : "",
               o->peer_address ? "\n" : "");
    put_collection(text);
}

/* The text of node.conf, read back as the node will read it. */
static bool make_config(const struct init *o, struct buffer *text, struct arena *a, struct why *w)
{
    struct node_config c;
    struct config_fault f;

    if (o->edge)
        put_edge_config(o, text);
    else
        put_config(o, text);
    if (!buf_ok(text))
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "the configuration is too long");
    return config_parse(buf_span(text), o->folder, a, &c, &f) ||
           why_set(w, "config", WHY_NO_OFFSET, NULL, "%s", f.message);
}

static bool put_desks(const struct init *o, struct span text, struct why *w)
{
    struct agreement_faults *faults;
    struct agreement *a;
    bool ok;

    if (!o->desks)
        return true;
    faults = calloc(1, sizeof *faults);
    if (!faults)
        abort();
    a = agreement_parse(text, faults);
    free(faults);
    ok = a && init_desks(o->folder, o->member, o->desks, a, cli_now(), w);
    agreement_free(a);
    return ok;
}

/* Whom an edge believes is confirmed with serai join. */
static bool put_edge(const struct init *o, struct why *w)
{
    static const char none[] =
        "# The members' node keys, each confirmed with the member by another way. Lines are only added.\n";

    return make_folder(o, "trust", w) && make_folder(o, "status", w) &&
           put(o, "trust/members", span_str(none), 0644, w) && put_transport(o, w);
}

static bool put_keys(const struct init *o, struct span agreement, struct arena *a, struct why *w)
{
    return put_node_key(o, w) && put_log_key(o, KEY_LOG, a, w) && put_log_key(o, KEY_WITNESS, a, w) &&
           put_transport(o, w) && put_signers(o, w) && put_licence_signers(o, w) &&
           put_desks(o, agreement, w);
}

/*
 * What was given is looked at before anything is made. node.conf is written last: a folder without it is one
 * that was not finished, and is made anew.
 */
static bool make(const struct init *o, struct why *w)
{
    struct span agreement;
    struct buffer conf;
    struct arena a;
    bool ok;

    arena_init(&a, 64 << 20);
    buf_init(&conf, 64 * 1024);
    ok = read_agreement(o, &a, &agreement, w) && make_config(o, &conf, &a, w);
    if (ok && mkdir(o->folder, 0755) != 0 && errno != EEXIST)
        ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make the folder: %s", strerror(errno));
    ok = ok && make_folder(o, "anchors", w) && put(o, "agreement", agreement, 0644, w) &&
         (o->edge ? put_edge(o, w) : put_keys(o, agreement, &a, w)) &&
         put(o, "node.conf", buf_span(&conf), 0644, w);
    buf_free(&conf);
    arena_free(&a);
    return ok;
}

/* The line by which the member's own node knows it. */
static bool say_edge(const struct init *o, struct why *w)
{
    uint8_t pin[TRANSPORT_PIN];
    char path[4096];
    struct span text;
    struct arena a;
    bool ok;

    (void)snprintf(path, sizeof path, "%s/transport.pem", o->folder);
    arena_init(&a, 1 << 20);
    ok = cli_read(path, &a, &text, w) && transport_pin(text, pin, w);
    arena_free(&a);
    for (size_t i = 0; ok && i < sizeof pin; i++)
        printf("%02x", pin[i]);
    if (ok)
        printf(" %s\n", o->name);
    return ok;
}

/* A value is one line of node.conf; another line in it would set another key. */
static bool one_line(const char *s)
{
    return !s || !strpbrk(s, "\r\n");
}

int cmd_init(int argc, char **argv)
{
    static const struct option options[] = {
        { "member", required_argument, NULL, 'm' },
        { "name", required_argument, NULL, 'n' },
        { "listen", required_argument, NULL, 'l' },
        { "agreement", required_argument, NULL, 'a' },
        { "posts", required_argument, NULL, 'p' },
        { "languages", required_argument, NULL, 'L' },
        { "utc-offset", required_argument, NULL, 'u' },
        { "desks", required_argument, NULL, 'd' },
        { "peer-listen", required_argument, NULL, 'P' },
        { "peer-address", required_argument, NULL, 'A' },
        { "sign-in", required_argument, NULL, 'S' },
        { "specimen", no_argument, NULL, 's' },
        { "edge", no_argument, NULL, 'e' },
        { "sync-from", required_argument, NULL, 'f' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    struct init o = {
        .listen = "127.0.0.1:7311", .languages = "en", .utc_offset = "+00:00", .sign_in = "required"
    };
    struct why w = { 0 };
    char name[16], conf[4096];
    bool specimen = false;
    int c;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        switch (c) {
        case 'm':
            o.member = optarg;
            break;
        case 'n':
            o.name = optarg;
            break;
        case 'l':
            o.listen = optarg;
            break;
        case 'a':
            o.agreement = optarg;
            break;
        case 'p':
            o.posts = optarg;
            break;
        case 'L':
            o.languages = optarg;
            break;
        case 'u':
            o.utc_offset = optarg;
            break;
        case 'd':
            o.desks = optarg;
            break;
        case 'S':
            o.sign_in = optarg;
            break;
        case 'P':
            o.peer_listen = optarg;
            break;
        case 'A':
            o.peer_address = optarg;
            break;
        case 's':
            specimen = true;
            break;
        case 'e':
            o.edge = true;
            break;
        case 'f':
            o.sync_from = optarg;
            break;
        default:
            return c == 'h' ? cli_help(help) : cli_bad_option("init");
        }
    }
    if (!o.member || strlen(o.member) != 2 || o.member[0] < 'A' || o.member[0] > 'Z' || o.member[1] < 'A' ||
        o.member[1] > 'Z')
        return cli_usage("init", "--member wants two capital letters such as KZ");
    if (o.edge && (specimen || o.desks || o.peer_listen || o.peer_address))
        return cli_usage("init", "a node of --edge has no keys that sign, no desks, and no members' port");
    if (!o.edge && o.sync_from)
        return cli_usage("init", "--sync-from belongs to --edge");
    if (!specimen && !o.edge)
        return cli_usage("init", "only specimen nodes can be made so far: say --specimen");
    if (optind + 1 != argc)
        return cli_usage("init", "name one folder");
    o.folder = argv[optind];
    if (strcmp(o.sign_in, "off") != 0 && strcmp(o.sign_in, "required") != 0)
        return cli_usage("init", "--sign-in is required or off");
    if (!one_line(o.name) || !one_line(o.listen) || !one_line(o.posts) || !one_line(o.languages) ||
        !one_line(o.utc_offset) || !one_line(o.sync_from) || !one_line(o.peer_listen) ||
        !one_line(o.peer_address))
        return cli_usage("init", "a value of node.conf is one line");
    if (!o.name) {
        (void)snprintf(name, sizeof name, "%c%c.%s", o.member[0] | 0x20, o.member[1] | 0x20,
                       o.edge ? "edge" : "specimen");
        o.name = name;
    }
    (void)snprintf(conf, sizeof conf, "%s/node.conf", o.folder);
    if (access(conf, F_OK) == 0) {
        printf(_("%s: there is a node here already; nothing was changed\n"), o.folder);
        return CLI_POSITIVE;
    }
    if (!make(&o, &w)) {
        cli_why("init", o.folder, &w);
        return CLI_USAGE;
    }
    if (o.edge && say_edge(&o, &w))
        return CLI_POSITIVE;
    if (o.edge) {
        cli_why("init", o.folder, &w);
        return CLI_USAGE;
    }
    printf(_("%s: node of %s made, with SPECIMEN keys\n"), o.folder, o.member);
    return member_first_card(o.folder);
}
