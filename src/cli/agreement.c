/* serai agreement: what a legal officer does with an agreement. */
#include "cli/agreement_file.h"
#include "cli/subcommand.h"

static const struct cli_subcommand commands[] = {
    { "check", agreement_check_command, "check FILE [--json]",
      N_("reads an agreement, names every fault with line and column, runs its worked examples and says "
         "which articles no example reaches") },
    { "show", agreement_show_command, "show FILE [--language LANG] [--article N]",
      N_("prints the wording, article by article") },
    { "decide", agreement_decide_command,
      "decide FILE --on DATE [--fact NAME=VALUE]... [--stay FROM..TO]... [--no-stays] [--json]",
      N_("says admit or refer for the facts given, with the articles that say so; --facts lists the facts "
         "there are") },
    { "explain", agreement_explain_command,
      "explain FILE [--case NAME | --example TITLE] [--on DATE] [--fact NAME=VALUE]... [--stay FROM..TO]... "
      "[--no-stays] [--licence] [--language LANG] [--json]",
      N_("says why, in the reader's language and with the wording quoted, and what would change the verdict; "
         "the traveller is a case or an example of the text, with the facts given on the command line") },
    { "coverage", agreement_coverage_command, "coverage FILE [--suggest N] [--json]",
      N_("rules, and sides of each comparison, that no example reaches, and examples that would be worth "
         "adding, with the verdict filled in; exit 1 when something is not reached") },
    { "diff", agreement_diff_command, "diff OLD NEW [--on DATE]... [--language LANG] [--json]",
      N_("what was changed between two versions, article by article, and which travellers gain or lose by "
         "it, "
         "looked for in all cases that the two tell apart; exit 1 when they differ") },
    { "what-if", agreement_what_if_command,
      "what-if FILE (NEW | --change TEXT...) [--synthetic N] [--seed N] [--population CSV] [--on DATE] "
      "[--language LANG] [--json]",
      N_("tries a change on many travellers: who gains, who loses, how many; the change is a second file, or "
         "said as 'article 5: treatment 60 days'") },
    { "format", agreement_format_command, "format FILE [--check | --write]",
      N_("prints the text in the canonical layout; words, wordings and comments stay as they are; --write: "
         "into the file; --check: exit 1 when it is laid out otherwise") },
    { "sign", agreement_sign_command, "sign --node DIR [FILE] [--yes]",
      N_("signs the exact text, which binds nobody yet; without FILE the text of the node") },
    { "ratify", agreement_ratify_command,
      "ratify --node DIR [FILE] [--article N] [--reserve 'N: CONDITION']... [--yes]",
      N_("consents to be bound, with reservations; --article: accepts an article that is optional") },
    { "accede", agreement_accede_command, "accede --node DIR [FILE] [--reserve 'N: CONDITION']... [--yes]",
      N_("likewise, of a State that was no party and may accede") },
    { "reserve", agreement_reserve_command, "reserve --node DIR [FILE] --article N --condition TEXT [--yes]",
      N_("a reservation to an article before consent is given, as 'document.kind is passport' or 'not "
         "bound'") },
    { "object", agreement_object_command,
      "object --node DIR [FILE] --article N --of XX --reason TEXT [--yes]",
      N_("an objection to another member's reservation") },
    { "oppose", agreement_oppose_command,
      "oppose --node DIR [FILE] --article N --of XX --reason TEXT [--yes]",
      N_("likewise, and against the agreement being in force between the two") },
    { "lift", agreement_lift_command, "lift --node DIR [FILE] --article N [--of XX] [--yes]",
      N_("takes back a reservation, or, with --of, an objection to that member's reservation") },
    { "suspend", agreement_suspend_command,
      "suspend --node DIR [FILE] [--article N] [--from DATE] --reason TEXT [--yes]",
      N_("suspends the agreement or an article for this member, with the notice the agreement asks for") },
    { "resume", agreement_resume_command, "resume --node DIR [FILE] [--article N] [--from DATE] [--yes]",
      N_("ends a suspension, or takes back a withdrawal before it has effect") },
    { "withdraw", agreement_withdraw_command,
      "withdraw --node DIR [FILE] [--article N] [--from DATE] --reason TEXT [--yes]",
      N_("withdraws from the agreement, or from an optional article, after the notice") },
    { "amend", agreement_amend_command, "amend --node DIR FILE --reason TEXT [--yes]",
      N_("brings in a text as a new version, which others may then ratify") },
    { "keep", agreement_keep_command, "keep --node DIR FILE",
      N_("keeps a version under its SHA-256, so that instruments about it can be understood here") },
    { "bound", agreement_bound_command,
      "bound --node DIR [FILE] [--on DATE] [--member XX] [--article N] [--json]",
      N_("the register: who is bound by what on a day, and why; exit 1 when the member named is not") },
    { "redecide", agreement_redecide_command, "redecide --node DIR [--from DATE] [--to DATE] [--json]",
      N_("decides the checks that the node recorded again, under the version and the register of their day; "
         "exit 1 when one comes out otherwise") },
    { "lsp", agreement_lsp_command, "lsp",
      N_("a language server for editors, on standard input and output: faults, wordings, completion of facts "
         "and "
         "words, definitions, layout") },
};

static const struct cli_family family = {
    "agreement",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --json            one JSON object instead of text\n"
       "  --language LANG   wording in this language (en, fa, ru, tr, ...), or the nearest one\n"
       "  --article N       this article only\n"
       "  --on DATE         the day of the decision, as 2027-01-31\n"
       "  --fact NAME=VALUE a fact, as travel.purpose=pilgrimage; may be repeated\n"
       "  --facts           lists the facts there are: serai agreement decide --facts\n"
       "  --stay FROM..TO   an earlier stay, both days counted; without TO the traveller is still inside\n"
       "  --no-stays        the traveller was never here (not the same as: nobody knows)\n"
       "\n"
       "  --case, --example a traveller described in the text, by its name\n"
       "  --change TEXT     article 5: treatment 60 days | article 5: stay of 10 days |\n"
       "                    article 5: without except between AF and TM | article 5: with LINE\n"
       "  --synthetic N     so many made-up travellers, 1000000 when nothing is said; --seed N: others\n"
       "  --population CSV  a table of travellers: facts as columns, and stays and count\n"
       "  --suggest N       so many examples at most, 10 when nothing is said\n"
       "\n"
       "Exit 0 all well, admit, signed, bound or no difference; 1 fault, failing example, refer, not bound,\n"
       "a difference, or something not reached; 2 usage or input/output; 3 refer because facts are missing.\n"
       "\n"
       "Example:\n"
       "  serai agreement decide agreements/eco.agreement --on 2027-03-01 --no-stays \\\n"
       "    --fact traveller.nationality=PK --fact travel.entering=IR --fact travel.purpose=pilgrimage \\\n"
       "    --fact travel.mode=air --fact document.kind=passport --fact document.result=genuine \\\n"
       "    --fact document.expiry=2030-01-01\n"),
};

int cmd_agreement(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
