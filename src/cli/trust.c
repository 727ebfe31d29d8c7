#include "cli/trust.h"

#include <getopt.h>

#include "seal/receipt.h"

static const struct trust_command commands[] = {
    { "import", trust_import_command, "import --node FOLDER FILE...",
      "puts certificates, master lists or revocation lists among the anchors of a node; what\n"
      "           cannot be read is refused and the node's anchors stay as they were. A running node reads\n"
      "           them when it is started again. For the visas of another member import both its country\n"
      "           signer and its seal signer: a seal names its signer, but does not bring the certificate." },
    { "list", trust_list_command, "list (--node FOLDER | --anchors PATH) [--json]",
      "what is believed: country, use, validity, where it came from" },
    { "key", trust_key_command, "key --node FOLDER",
      "the verifier key of the node's receipts, for serai receipt verify --key" },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(void)
{
    for (size_t i = 0; i < COMMANDS; i++)
        printf("%s serai trust %s\n", i ? "      " : "usage:", commands[i].usage);
    (void)putchar('\n');
    for (size_t i = 0; i < COMMANDS; i++)
        printf("%-10s %s\n", commands[i].name, commands[i].text);
    printf("\n"
           "  --node FOLDER    a node's folder\n"
           "  --anchors PATH   a file or folder instead\n"
           "  --json           one object a line\n"
           "\n"
           "Exit 0 done, 2 usage or input/output.\n");
    return CLI_POSITIVE;
}

bool trust_open_node(const char *folder, struct instance *i)
{
    struct why w = { 0 };

    if (instance_open(folder, 0, i, &w))
        return true;
    cli_why("trust", folder, &w);
    return false;
}

static int put_key(const struct instance *i)
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

int trust_key_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    static struct instance i;
    const char *node = NULL;
    int c, code;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'h')
            return help();
        if (c != 'n')
            return cli_bad_option("trust");
        node = optarg;
    }
    if (optind < argc)
        return cli_usage("trust", "key takes no file: \"%s\" belongs to no option", argv[optind]);
    if (!node)
        return cli_usage("trust", "--node names the node's folder");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    code = put_key(&i);
    instance_close(&i);
    return code;
}

int cmd_trust(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    static char title[48]; /* what getopt begins its complaints with */

    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0)
        return help();
    for (int k = 2; k < argc; k++)
        if (strcmp(argv[k], "--help") == 0 || strcmp(argv[k], "-h") == 0)
            return help();
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(what, commands[i].name) != 0)
            continue;
        (void)snprintf(title, sizeof title, "serai trust %s", what);
        argv[1] = title;
        return commands[i].run(argc - 1, argv + 1);
    }
    return cli_usage("trust", "say what to do: import, list or key");
}
