#include "cli/permission.h"

static const struct cli_subcommand commands[] = {
    { "apply", permission_apply_command, "apply (--node FOLDER | --url URL) [--json] FILE",
      N_("begins the application in FILE (JSON as POST /v1/applications takes it; \"-\" is standard input), "
         "or "
         "adds to the one whose reference and secret it holds. What is missing is named by field and "
         "article") },
    { "list", permission_list_command, "list (--node FOLDER | --url URL) [--state S] [--before N] [--json]",
      N_("applications, newest first, without anything personal. States: draft, submitted, consulting, \"to "
         "decide\", granted, declined, withdrawn, expired") },
    { "show", permission_show_command,
      "show (--node FOLDER | --url URL) --reference R --officer ID [--pdf FILE] [--language LANG] [--json]",
      N_("one application with what the members consulted said and what was decided. The look is recorded in "
         "it. --pdf: the answer to print for the applicant, who sees no officer and no opinion") },
    { "consult", permission_consult_command,
      "consult (--node FOLDER | --url URL) [--within HOURS] [--member M --reference R --officer ID "
      "[--opinion "
      "\"no objection\"|objection [--reason T]]] [--json]",
      N_("what other members ask this one before they grant; --within: those due in so many hours. With "
         "--reference one of them, and with --opinion its answer; an objection has a reason") },
    { "decide", permission_decide_command,
      "decide (--node FOLDER | --url URL) --reference R --officer ID (--decision grant|decline --revision N "
      "[--from DATE] [--until DATE] [--entries N] [--stay DAYS] [--reason T] [--article A] [--appeal T] | "
      "--text T) [--json]",
      N_("one officer's decision about the revision that --show gave. It takes effect when as many different "
         "officers as the agreement wants say the same. Who declines gives reason, article and the way to "
         "appeal. "
         "--text: gives it back to the applicant for what is missing") },
    { "issue", permission_issue_command,
      "issue (--node FOLDER | --url URL) --reference R --officer ID [--form sticker|digital] [--place T] "
      "[--out NAME] [--json]",
      N_("the permission that was granted: NAME.seal, NAME.pdf and NAME.png. Asked again it is the same one. "
         "digital: an authorisation for a phone, and for a page of paper") },
    { "extend", permission_extend_command,
      "extend (--node FOLDER | --url URL) --reference R --officer ID --second ID --until DATE [--stay DAYS] "
      "[--form sticker|digital] [--place T] [--out NAME] [--json]",
      N_("a new permission in place of the one issued, which is revoked as superseded; as often as the "
         "agreement "
         "lets it be extended") },
    { "revoke", permission_revoke_command,
      "revoke (--node FOLDER | --url URL) --permission NUMBER --officer ID --class WORD --reason T --article "
      "A "
      "--appeal T [--on DATE] [--json]",
      N_("takes a permission back: here at once, at every lane with its next sync. Published are number, day "
         "and "
         "class alone: fraud, error, conduct, holder, lost, court-order, security") },
    { "statistics", permission_statistics_command,
      "statistics (--node FOLDER | --url URL) [--year N] [--json]",
      N_("what was submitted, granted, declined, issued, revoked, by kind and purpose, and how long it "
         "took") },
};

static const struct cli_family family = {
    "permission", commands, sizeof commands / sizeof *commands,
    N_("--url: by a running node; --node: on its folder, while it does not run. --at TIME: instead of\n"
       "now, with --node. --json: the answer of the interface (doc/permissions.md).\n"
       "\n"
       "Exit 0 done, 1 the application lacks something, 2 usage, refused or input/output.\n")
};

int cmd_permission(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
