/* serai-node: the commands of serai that need the HTTP and drawing libraries. Run through serai. */
#include "cli/cli.h"
#include "cli/cooperation.h"
#include "crypto/node_key.h"

static const struct cli_command commands[] = {
    { "advisory", cmd_advisory_node, NULL },
    { "ask", cmd_ask_node, NULL },
    { "capability", cmd_capability, NULL },
    { "check", cmd_check, NULL },
    { "complaint", cmd_complaint, NULL },
    { "contacts", cmd_contacts, NULL },
    { "doctor", cmd_doctor, NULL },
    { "drill", cmd_drill, NULL },
    { "cyber", cmd_cyber_node, NULL },
    { "hit", cmd_hit, NULL },
    { "issue", cmd_issue, NULL },
    { "join", cmd_join, NULL },
    { "licence", cmd_licence_node, NULL },
    { "list", cmd_list, NULL },
    { "log", cmd_log, NULL },
    { "exposure", cmd_exposure, NULL },
    { "manifest", cmd_manifest, NULL },
    { "maturity", cmd_maturity, NULL },
    { "need", cmd_need, NULL },
    { "notice", cmd_notice, NULL },
    { "permission", cmd_permission, NULL },
    { "person", cmd_person, NULL },
    { "playbook", cmd_playbook_node, NULL },
    { "read", cmd_read, NULL },
    { "receipt", cmd_receipt_node, NULL },
    { "redress", cmd_redress, NULL },
    { "sandbox", cmd_sandbox, NULL },
    { "serve", cmd_serve, NULL },
    { "slot", cmd_slot, NULL },
    { "stays", cmd_stays, NULL },
    { "sync", cmd_sync, NULL },
    { "wait", cmd_wait, NULL },
};

int main(int argc, char **argv)
{
    static char title[32];

    cli_words();
    if (!node_crypto_init()) {
        (void)fputs(_("serai: the cryptographic library cannot start here\n"), stderr);
        return CLI_USAGE;
    }
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            (void)snprintf(title, sizeof title, "serai %s", argv[1]);
            argv[1] = title;
            return commands[i].run(argc - 1, argv + 1);
        }
    (void)fputs(_("serai-node is a part of serai: see serai --help\n"), stderr);
    return CLI_USAGE;
}
