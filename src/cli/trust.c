#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "crypto/digest.h"
#include "node/instance.h"
#include "seal/receipt.h"
#include "trust/load.h"
#include "wire/json_write.h"

static const char help[] =
    "usage: serai trust import --node FOLDER FILE...\n"
    "       serai trust list (--node FOLDER | --anchors PATH) [--json]\n"
    "       serai trust key --node FOLDER\n"
    "\n"
    "import   puts certificates, master lists or revocation lists among the anchors of a node; what\n"
    "         cannot be read is refused and the node's anchors stay as they were. A running node reads\n"
    "         them when it is started again. For the visas of another member import both its country\n"
    "         signer and its seal signer: a seal names its signer, but does not bring the certificate.\n"
    "list     what is believed: country, use, validity, where it came from\n"
    "key      the verifier key of the node's receipts, for serai receipt verify --key\n"
    "\n"
    "  --node FOLDER    a node's folder\n"
    "  --anchors PATH   a file or folder instead\n"
    "  --json           one object a line\n"
    "\n"
    "Exit 0 done, 2 usage or input/output.\n";

/* What a file brought: "2 certificates", "1 revocation list". */
static void say_counts(const char *path, const struct trust_counts *n)
{
    const char *comma = "";

    printf("%s: ", path);
    if (n->certificates) {
        printf("%zu certificate%s", n->certificates, n->certificates == 1 ? "" : "s");
        comma = ", ";
    }
    if (n->lists) {
        printf("%s%zu master list%s", comma, n->lists, n->lists == 1 ? "" : "s");
        comma = ", ";
    }
    if (n->crls)
        printf("%s%zu revocation list%s", comma, n->crls, n->crls == 1 ? "" : "s");
    (void)putchar('\n');
}

/*
 * A file is tried against what the node believes already, so that a revocation list finds its issuer, and
 * taken whole, under a name made of its digest: importing it twice is importing it once.
 */
static bool import_one(const struct instance *i, const char *path, struct arena *a, struct why *w)
{
    struct trust_counts n = { 0 };
    struct digest d;
    struct span file;
    char to[4096];

    if (!cli_read(path, a, &file, w) || !trust_load_bytes(i->anchors, file, path, &n, NULL, w))
        return false;
    if (n.certificates + n.lists + n.crls == 0)
        return why_set(w, "trust", WHY_NO_OFFSET, NULL, "holds nothing that can be believed");
    digest_of(DIGEST_SHA256, file, &d);
    (void)snprintf(to, sizeof to, "%s/%02x%02x%02x%02x%02x%02x%02x%02x.anchor", i->config.anchors, d.b[0],
                   d.b[1], d.b[2], d.b[3], d.b[4], d.b[5], d.b[6], d.b[7]);
    if (mkdir(i->config.anchors, 0755) != 0 && errno != EEXIST)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", i->config.anchors,
                       strerror(errno));
    if (!cli_write(to, file, 0644, w))
        return false;
    say_counts(path, &n);
    return true;
}

static int import(struct instance *i, int n, char **files)
{
    struct why w = { 0 };
    struct arena a;
    int code = CLI_POSITIVE;

    if (!i->config.anchors)
        return cli_usage("trust", "the node's configuration names no folder of anchors");
    if (n == 0)
        return cli_usage("trust", "name the files to import");
    arena_init(&a, 256 << 20);
    for (int k = 0; k < n; k++) {
        why_clear(&w);
        if (!import_one(i, files[k], &a, &w)) {
            cli_why("trust", files[k], &w);
            code = CLI_USAGE;
        }
    }
    arena_free(&a);
    return code;
}

static void put_anchor(const struct anchor *x, bool json)
{
    const char *use = x->use == ANCHOR_ISSUER ? "issuer" : "signer";
    char from[DATE_TEXT], to[DATE_TEXT];
    struct buffer b;

    (void)date_format(date_of_time(x->cert.not_before), from);
    (void)date_format(date_of_time(x->cert.not_after), to);
    if (!json) {
        printf("%-3.*s %-7s %s to %s  %-34.*s %s%s\n", (int)x->cert.country.n,
               (const char *)x->cert.country.p, use, from, to, (int)x->cert.common_name.n,
               (const char *)x->cert.common_name.p, x->source, x->key ? "" : " (key not supported)");
        return;
    }
    buf_init(&b, 1 << 16);
    struct json_writer w = json_to(&b);
    jw_object(&w, NULL);
    jw_text(&w, "country", x->cert.country);
    jw_str(&w, "use", use);
    jw_text(&w, "common_name", x->cert.common_name);
    jw_hex(&w, "serial", x->cert.serial);
    jw_str(&w, "not_before", from);
    jw_str(&w, "not_after", to);
    jw_bool(&w, "key_supported", x->key != NULL);
    jw_str(&w, "source", x->source);
    jw_object_end(&w);
    puts(buf_cstr(&b));
    buf_free(&b);
}

static int list(const struct anchor_set *s, bool json)
{
    const struct anchor *x;

    for (size_t k = 0; (x = anchor_at(s, k)) != NULL; k++)
        put_anchor(x, json);
    return CLI_POSITIVE;
}

static int key(const struct instance *i)
{
    struct buffer b;

    if (!i->has_node_key)
        return cli_usage("trust", "this node has no key: it gives no receipts");
    buf_init(&b, 4096);
    node_vkey(span_str(i->config.name), i->node_public, &b);
    puts(buf_cstr(&b));
    buf_free(&b);
    return CLI_POSITIVE;
}

static int with_node(const char *what, const char *folder, bool json, int n, char **files)
{
    static struct instance i;
    struct why w = { 0 };
    int code;

    if (!instance_open(folder, 0, &i, &w)) {
        cli_why("trust", folder, &w);
        return CLI_USAGE;
    }
    if (strcmp(what, "import") == 0)
        code = import(&i, n, files);
    else if (strcmp(what, "list") == 0)
        code = list(i.anchors, json);
    else
        code = key(&i);
    instance_close(&i);
    return code;
}

static int list_path(const char *path, bool json)
{
    struct anchor_set *s = anchor_set_new();
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (trust_load(s, path, NULL, NULL, NULL, &w))
        code = list(s, json);
    else
        cli_why("trust", path, &w);
    anchor_set_free(s);
    return code;
}

int cmd_trust(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "anchors", required_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    const char *node = NULL, *anchors = NULL, *what;
    bool json = false;
    int c;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'a')
            anchors = optarg;
        else if (c == 'j')
            json = true;
        else
            return c == 'h' ? cli_help(help) : cli_bad_option("trust");
    }
    what = optind < argc ? argv[optind] : "";
    if (strcmp(what, "import") != 0 && strcmp(what, "list") != 0 && strcmp(what, "key") != 0)
        return cli_usage("trust", "say what to do: import, list or key");
    if (strcmp(what, "import") != 0 && optind + 1 < argc)
        return cli_usage("trust", "%s takes no file: \"%s\" belongs to no option", what, argv[optind + 1]);
    if (anchors && node)
        return cli_usage("trust", "either --node or --anchors");
    if (anchors && strcmp(what, "list") == 0)
        return list_path(anchors, json);
    if (!node)
        return cli_usage("trust", "--node names the node's folder");
    return with_node(what, node, json, argc - optind - 1, argv + optind + 1);
}
