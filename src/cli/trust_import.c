#include <errno.h>
#include <getopt.h>
#include <sys/stat.h>

#include "cli/trust.h"
#include "crypto/digest.h"
#include "trust/load.h"

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

static int import_all(struct instance *i, int n, char **files)
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

int trust_import_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' }, { 0 } };
    static struct instance i;
    const char *node = NULL;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c != 'n')
            return cli_bad_option("trust");
        node = optarg;
    }
    if (!node)
        return cli_usage("trust", "--node names the node's folder");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    code = import_all(&i, argc - optind, argv + optind);
    instance_close(&i);
    return code;
}
