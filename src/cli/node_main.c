/* serai-node: the commands of serai that need the HTTP and drawing libraries. Run through serai. */
#include "cli/cli.h"
#include "crypto/node_key.h"

static const struct cli_command commands[] = {
    { "check", cmd_check, NULL },          { "doctor", cmd_doctor, NULL }, { "issue", cmd_issue, NULL },
    { "licence", cmd_licence_node, NULL }, { "log", cmd_log, NULL },       { "read", cmd_read, NULL },
    { "sandbox", cmd_sandbox, NULL },      { "serve", cmd_serve, NULL },   { "sync", cmd_sync, NULL },
};

int main(int argc, char **argv)
{
    static char title[32];

    if (!node_crypto_init()) {
        (void)fputs("serai: the cryptographic library cannot start here\n", stderr);
        return CLI_USAGE;
    }
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            (void)snprintf(title, sizeof title, "serai %s", argv[1]);
            argv[1] = title;
            return commands[i].run(argc - 1, argv + 1);
        }
    (void)fputs("serai-node is a part of serai: see serai --help\n", stderr);
    return CLI_USAGE;
}
