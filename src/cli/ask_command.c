/* serai ask: questions between members, whatever their topic. */
#include "cli/ask_command.h"
#include "cli/licence.h"

static const struct cli_subcommand commands[] = {
    { "put", NULL,
      "put --node FOLDER|--url URL --to MEMBER --topic T --purpose P [--article A] [--role R] [--subject "
      "M:N] "
      "[--within SECONDS] [--reference R] [--body FILE] [--wait SECONDS] [--out FILE] [--json]",
      N_("asks another member, as the agreement lets; the body is the agency's (to 12 MB; \"-\": standard "
         "input), and so is the answer, which goes to FILE or standard output. --within: to the deadline (a "
         "day). "
         "--reference: given again with the same question, it asks again or tells what became of it. "
         "--subject: "
         "whom it is about, KAZ:N of a travel document, for the record here; it is not sent. --wait: looks "
         "that "
         "long for an answer") },
    { "answer", NULL, "answer --node FOLDER|--url URL [--wait SECONDS] [--out FILE] [--json] REFERENCE",
      N_("the answer to a question put before, also one that came later") },
    { "list", licence_questions_command,
      "list --node FOLDER [--kind TOPIC] [--state S] [--side ours|theirs] [--member M] [--overdue] [--json]",
      N_("what was asked and is asked here: --state late with answers that came too late, --side theirs "
         "--state "
         "acknowledged what someone here has yet to answer") },
    { "reply", NULL,
      "reply --node FOLDER|--url URL --from MEMBER [--said answered|unknown|refused] [--reason WORD] "
      "[--body FILE] REFERENCE",
      N_("the answer to a question of another member that a service here put off; it is delivered by the "
         "node") },
    { "verify", ask_verify_command, "verify --key [MEMBER=]VKEY... [--json] FILE",
      N_("whether a file of \"serai licence questions --prove\" proves that one member asked this and "
         "another "
         "answered so: both signatures, by the members' node keys given with --key (their vkeys), and that "
         "the "
         "answer is to this question. Needs no network and no node. MEMBER: two letters, when the key's name "
         "does not begin with them (kz.specimen)") },
};

static const char rest[] = N_(
    "Exit codes: 0 answered or proved, 1 refused, unknown or not proved, 2 usage or input, 3 no answer yet.\n"
    "Example: serai ask put --url http://127.0.0.1:7311 --to KZ --topic \"vehicle register\" \\\n"
    "           --purpose road-check --body question.json --out answer.json\n"
    "Example: serai ask verify --key ir.specimen+… --key kz.specimen+… question.proof\n");

int cmd_ask(int argc, char **argv)
{
    static const struct cli_family family = { "ask", commands, sizeof commands / sizeof *commands, rest };

    return cli_family_run(&family, argc, argv);
}
