/* The sub-commands of serai playbook that talk to nodes; their help stands in playbook.c. */
#include "cli/cooperation.h"
#include "cli/subcommand.h"

#define RUN(name, path_, how_, file_)                                                                        \
    static int name(int argc, char **argv)                                                                   \
    {                                                                                                        \
        return cooperation_run(                                                                              \
            &(struct cooperation_call){ .command = "playbook", .path = path_, .how = how_, .file = file_ },  \
            argc, argv);                                                                                     \
    }

RUN(run_share, "/v1/playbooks/share", COOPERATION_POST, "playbook")
RUN(run_used, "/v1/playbooks/used", COOPERATION_POST, NULL)
RUN(run_withdraw, "/v1/playbooks/withdraw", COOPERATION_POST, NULL)
RUN(run_list, "/v1/playbooks", COOPERATION_GET, NULL)
RUN(run_get, "/v1/playbooks/text", COOPERATION_GET, NULL)

static const struct cli_subcommand commands[] = {
    { "share", run_share, "", "" }, { "list", run_list, "", "" },         { "get", run_get, "", "" },
    { "used", run_used, "", "" },   { "withdraw", run_withdraw, "", "" },
};

static const struct cli_family family = { "playbook", commands, sizeof commands / sizeof *commands, "" };

int cmd_playbook_node(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
