/* serai drill: exercises between members. */
#include "cli/cooperation.h"
#include "cli/subcommand.h"

#define RUN(name, ...)                                                                                       \
    static int name(int argc, char **argv)                                                                   \
    {                                                                                                        \
        return cooperation_run(&(struct cooperation_call){ .command = "drill", __VA_ARGS__ }, argc, argv);   \
    }

RUN(run_check, .path = "/v1/drills/check", .how = COOPERATION_POST, .file = "plan")
RUN(run_start, .path = "/v1/drills/start", .how = COOPERATION_POST, .file = "plan")
RUN(run_inject, .path = "/v1/drills/inject", .how = COOPERATION_POST)
RUN(run_status, .path = "/v1/drills", .how = COOPERATION_GET)
RUN(run_answer, .path = "/v1/drills/answer", .how = COOPERATION_POST)
RUN(run_stop, .path = "/v1/drills/stop", .how = COOPERATION_POST)
RUN(run_report, .path = "/v1/drills/report", .how = COOPERATION_GET, .text = "table")

static const struct cli_subcommand commands[] = {
    { "check", run_check, "check --url URL PLAN",
      N_("whether a plan is in order, and marked as an exercise throughout") },
    { "start", run_start, "start --url URL --office ID PLAN",
      N_("signs the plan, keeps it here and announces the drill to its participants; injects follow by the "
         "clock") },
    { "inject", run_inject, "inject --url URL --drill ID --inject WORD",
      N_("says an inject before its time") },
    { "status", run_status, "status --url URL [--drill ID] [--json]",
      N_("drills, their state, injects and answers that are here, and records that do not count, with why") },
    { "answer", run_answer, "answer --url URL --office ID --said ID --answer WORD [--text TEXT]",
      N_("answers an inject; each answer of a member counts once") },
    { "stop", run_stop, "stop --url URL --drill ID --office ID [--reason TEXT]",
      N_("ends it at all participants") },
    { "report", run_report, "report --url URL --drill ID [--json]",
      N_("who answered what and when, against the plan; no text that a person wrote") },
};

static const struct cli_family family = {
    "drill",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --url URL      of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --office ID    who says it: an office, no person\n"
       "  --said ID      the record of an inject\n"
       "\n"
       "Exit 0 done, 1 refused by the rules, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai drill start --url http://127.0.0.1:7311 --office cert plan.json\n"
       "  serai drill report --url http://127.0.0.1:7311 --drill 0123456789abcdef0123456789abcdef\n"),
};

int cmd_drill(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
