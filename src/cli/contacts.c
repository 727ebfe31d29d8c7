/* serai contacts: the offices of members, and whether they answer. */
#include "cli/cooperation.h"
#include "cli/subcommand.h"

#define RUN(name, path_, how_)                                                                               \
    static int name(int argc, char **argv)                                                                   \
    {                                                                                                        \
        return cooperation_run(                                                                              \
            &(struct cooperation_call){ .command = "contacts", .path = path_, .how = how_ }, argc, argv);    \
    }

RUN(run_list, "/v1/contacts", COOPERATION_GET)
RUN(run_set, "/v1/contacts/set", COOPERATION_POST)
RUN(run_withdraw, "/v1/contacts/withdraw", COOPERATION_POST)
RUN(run_test, "/v1/contacts/test", COOPERATION_POST)
RUN(run_acknowledge, "/v1/contacts/acknowledge", COOPERATION_POST)

static const struct cli_subcommand commands[] = {
    { "list", run_list, "list --url URL [--json]",
      N_("contacts of all members, tests, and by member how many were acknowledged and how long ago the "
         "last") },
    { "set", run_set,
      "set --url URL --office ID --tlp TLP [--to KZ,TR] --role ROLE [--phone TEXT] [--mail ADDRESS "
      "--fingerprint "
      "HEX] [--page URL] [--hours TEXT] [--zone MINUTES] [--out-of-hours TEXT] [--languages ru,en]",
      N_("this member's contact for a role, in place of the one before; offices alone, no persons") },
    { "withdraw", run_withdraw, "withdraw --url URL --office ID --tlp TLP [--to KZ,TR] --role ROLE",
      N_("this member has no contact for the role any more") },
    { "test", run_test,
      "test --url URL --office ID --tlp TLP --to KZ --tested KZ --role ROLE --channel WORD --within SECONDS",
      N_("asks whether a contact answers, marked as an exercise; prints the code to say over a channel") },
    { "acknowledge", run_acknowledge, "acknowledge --url URL --office ID --test ID [--code WORD]",
      N_("a person answers a test, with the code where one was said") },
};

static const struct cli_family family = {
    "contacts",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --url URL       of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --office ID     who says it: an office, no person\n"
       "  --role ROLE     duty, incidents, vulnerabilities, intelligence, technical, legal, press, "
       "management,\n"
       "                  drills\n"
       "  --channel WORD  desk, phone, mail, out-of-hours\n"
       "\n"
       "Exit 0 done, 1 refused by the rules, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai contacts list --url http://127.0.0.1:7311\n"
       "  serai contacts test --url http://127.0.0.1:7311 --office cert --tlp amber --to KZ --tested KZ \\\n"
       "    --role duty --channel desk --within 3600\n"),
};

int cmd_contacts(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
