#include "base/limits.h"
#include "cli/advisory.h"

static const struct cli_subcommand commands[] = {
    { "check", playbook_check_command, "check [--json] FILE...",
      N_("whether a CACAO 2.0 playbook has the shape of the standard, and what in its graph and content a "
         "person should "
         "look at: steps that are missing or never reached, endless loops, secrets in clear, undefined "
         "variables") },
    { "show", playbook_show_command, "show [--language TAG] FILE",
      N_("the flow in words, as an indented tree, with texts in that language where the playbook has them") },
    { "graph", playbook_graph_command, "graph [--language TAG] FILE",
      N_("the flow as an SVG drawing on standard output") },
    { "diff", playbook_diff_command, "diff OLD NEW", N_("what is other in a new version of a playbook") },
    { "sign", playbook_sign_command,
      "sign --key FILE|URI --name NAME --signee TEXT [--identity ID] [--at TIME] [--out FILE] FILE",
      N_("adds an Ed25519 signature with the member's key (a file or a token); what holds a secret in clear "
         "is "
         "not signed") },
    { "verify", playbook_verify_command, "verify [--key KEY] [--json] FILE",
      N_("the signatures in a playbook. KEY, a verifier key (NAME+HASH+BASE64), may be given several times: "
         "whose signatures "
         "count") },
    { "share", NULL, "share --url URL --office ID --tlp TLP [--to KZ,TR] [--confirmed OFFICE] FILE",
      N_("gives it to other members, as this member's: checked first; what holds a secret in clear is "
         "refused, "
         "other findings are confirmed by an office that looked at them") },
    { "list", NULL,
      "list --url URL [--activity WORD] [--words TEXT] [--language TAG] [--state withdrawn] [--json]",
      N_("the members' library: names in a language, versions, who used it and how it did; words are looked "
         "for in all languages of a playbook") },
    { "get", NULL, "get --url URL --owner STATE --playbook-id ID [--version TIME] [--json]",
      N_("the newest version of one, or that one; not what was withdrawn") },
    { "used", NULL,
      "used --url URL --office ID --owner STATE --playbook-id ID --version TIME --used TIME --outcome WORD "
      "--minutes N [--remark TEXT]",
      N_("this member used it: worked, partly, failed, not-needed") },
    { "withdraw", NULL, "withdraw --url URL --office ID --playbook-id ID --reason TEXT",
      N_("takes an own one out of the library, for all members") },
};

static const struct cli_family family = {
    "playbook",
    commands,
    sizeof commands / sizeof *commands,
    N_("Exit of check 0 well, 1 not of the shape, 3 a person should look at it; of verify 0 genuine by a key "
       "that was given,\n"
       "1 forged or revoked, 3 nobody known signed it; of diff 0 the same, 1 different; 2 usage or "
       "input/output.\n"
       "A playbook is never executed.\n"
       "\n"
       "Examples:\n"
       "  serai playbook check playbook.json\n"
       "  serai playbook show --language fa playbook.json\n"
       "  serai playbook graph playbook.json > playbook.svg\n"),
};

int cmd_playbook(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

bool playbook_read(const char *path, struct arena *a, struct cacao *c)
{
    struct why w = { 0 };
    struct span s;

    arena_init(a, LIMIT_CACAO_MEMORY);
    if (cli_read(path, a, &s, &w) && cacao_read(s, a, c, &w))
        return true;
    cli_why("playbook", path, &w);
    return false;
}
