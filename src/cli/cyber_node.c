/* The sub-commands of serai cyber that talk to nodes; their help stands in cyber.c. */
#include "cli/cyber_release.h"
#include "cli/cyber_taxii.h"
#include "cli/subcommand.h"

static const struct cli_subcommand commands[] = {
    { "load", cyber_load_command, "", "" },           { "pull", cyber_pull_command, "", "" },
    { "push", cyber_push_command, "", "" },           { "preview", cyber_preview_command, "", "" },
    { "release", cyber_release_command, "", "" },     { "recall", cyber_recall_command, "", "" },
    { "copy", cyber_copy_command, "", "" },           { "releases", cyber_releases_command, "", "" },
    { "rule", cyber_rule_command, "", "" },           { "recalls", cyber_recalls_command, "", "" },
    { "inbox", cyber_inbox_command, "", "" },         { "alert", cyber_alert_command, "", "" },
    { "indicator", cyber_indicator_command, "", "" }, { "sighting", cyber_sighting_command, "", "" },
};

static const struct cli_family family = { "cyber", commands, sizeof commands / sizeof *commands, "" };

int cmd_cyber_node(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
