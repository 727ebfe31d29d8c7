/* serai capability: offers and requests of help between members. */
#include "cli/cooperation.h"
#include "cli/subcommand.h"

#define RUN(name, path_, how_)                                                                               \
    static int name(int argc, char **argv)                                                                   \
    {                                                                                                        \
        return cooperation_run(                                                                              \
            &(struct cooperation_call){ .command = "capability", .path = path_, .how = how_ }, argc, argv);  \
    }

RUN(run_offer, "/v1/capabilities/offer", COOPERATION_POST)
RUN(run_request, "/v1/capabilities/request", COOPERATION_POST)
RUN(run_reply, "/v1/capabilities/reply", COOPERATION_POST)
RUN(run_accept, "/v1/capabilities/accept", COOPERATION_POST)
RUN(run_close, "/v1/capabilities/close", COOPERATION_POST)
RUN(run_list, "/v1/capabilities", COOPERATION_GET)
RUN(run_matches, "/v1/capabilities/matches", COOPERATION_GET)
RUN(run_record, "/v1/cooperation/record", COOPERATION_GET)

static const struct cli_subcommand commands[] = {
    { "offer", run_offer,
      "offer --url URL --office ID --tlp TLP [--to KZ,TR] --capability KIND --languages ru,en --from TIME "
      "--until TIME --places N --zone MINUTES --contact OFFICE [--text TEXT] [--conditions TEXT]",
      N_("what this member can do for others, for how long, and how many requests at a time") },
    { "request", run_request,
      "request --url URL --office ID --tlp TLP [--to KZ,TR] --capability KIND --languages ru,en --from TIME "
      "--until TIME --urgency WORD --answer-by TIME --zone MINUTES --contact OFFICE --text TEXT "
      "[--conditions TEXT]",
      N_("asks all members, or those named; who is named and does not answer in time is listed as silent") },
    { "matches", run_matches, "matches --url URL --request ID [--language TAG] [--json]",
      N_("offers of others that fit, best first, with reasons: days, languages, hours apart, what is free") },
    { "reply", run_reply,
      "reply --url URL --office ID --request ID --answer yes|declined [--reason TEXT] [--offer ID] --contact "
      "OFFICE [--conditions TEXT]",
      N_("answers another member's request, once and before its deadline; who declines says why") },
    { "accept", run_accept, "accept --url URL --office ID --request ID --reply ID",
      N_("takes an answer to an own request") },
    { "close", run_close,
      "close --url URL --office ID --subject ID --outcome WORD [--evaluation 1-5] [--remark TEXT]",
      N_("how it ended, told by who asked and by whose answer was accepted; or takes an own offer back") },
    { "list", run_list, "list --url URL [--state STATE] [--capability KIND] [--language TAG] [--json]",
      N_("offers and requests with what became of them, who is silent, and records that do not count, with "
         "why") },
    { "record", run_record, "record --url URL --id ID [--json]",
      N_("one record as it is signed, the same bytes at every member") },
};

static const struct cli_family family = {
    "capability",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --url URL          of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --office ID        who says it: an office, no person\n"
       "  --tlp TLP          clear, green, amber, amber-strict; what is stricter than green names members\n"
       "  --to STATES        KZ,TR; left out: all members\n"
       "  --capability KIND  forensics, training, expert, malware-analysis, equipment, translation\n"
       "  --urgency WORD     low, normal, high, critical\n"
       "  --zone MINUTES     the office's clock, east of UTC: 300\n"
       "  --outcome WORD     helped, partly, not-helped, not-needed, withdrawn\n"
       "  --state STATE      open, answered, agreed, closed, withdrawn, declined, no-answer\n"
       "\n"
       "Exit 0 done, 1 refused by the rules, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai capability list --url http://127.0.0.1:7311 --state open\n"
       "  serai capability matches --url http://127.0.0.1:7311 --request 0123456789abcdef0123456789abcdef\n"),
};

int cmd_capability(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
