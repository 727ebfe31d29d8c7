#include "cli/stix.h"

#include "cli/stix_pattern.h"

static const struct cli_subcommand commands[] = {
    { "check", stix_check_command, "check [--strict] [--v20] [--json] FILE...",
      N_("whether each object keeps the rules of STIX 2.1: every offence with its path, place and clause, "
         "and a "
         "count "
         "at the end. FILE: a bundle or TAXII envelope of any size, a single object, or one object a line, "
         "plain or "
         "in gzip; \"-\" is standard input. What breaks a rule concerns that object alone") },
    { "id", stix_id_command, "id FILE...",
      N_("the ids that the objects' content gives: for each observable the one it has, the one that follows "
         "from its "
         "contributing properties, and whether they are equal") },
    { "show", stix_show_command, "show [--json] FILE...",
      N_("what is in it: counts by type, markings and where they come from, versions, references that lead "
         "outside") },
    { "pattern", stix_pattern_command, "pattern check [--json] PATTERN | -f FILE | --bundle FILE",
      N_("check: whether it is a pattern of STIX 2.1: line, column, what was expected and the clause; "
         "--bundle: "
         "those of all indicators, also of a file in gzip") },
    { "pattern", stix_pattern_command, "pattern match [--json] (PATTERN | -f FILE) OBSERVED.json",
      N_("match: whether observations (a bundle, an observed-data or a list of either) match it, and which "
         "stand "
         "for which bracket") },
    { "pattern", stix_pattern_command, "pattern explain PATTERN | -f FILE",
      N_("explain: what it looks for, in words, its level, and how the detector finds the records it "
         "concerns") },
};

static const struct cli_family family = {
    "stix",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --strict            what should be counts too, not only what must be\n"
       "  --v20               objects without spec_version are of STIX 2.0, as in old bundles and TAXII 2.0\n"
       "  --json              JSON: one object for each finding, or one of all\n"
       "\n"
       "Exit 0 all objects are valid (id: all ids are those derived); 1 some are not; 2 usage or\n"
       "input/output, or a file that ends in the middle.\n"
       "pattern check: 0 valid, 1 not. pattern match: 0 match, 1 no match, 2 not a pattern or\n"
       "input/output, 3 undetermined: a ceiling was met.\n"
       "\n"
       "Examples:\n"
       "  serai stix check bundle.json\n"
       "  serai stix check --strict --json attack.json.gz\n"
       "  serai stix id observables.json\n"
       "  serai stix show bundle.json\n"),
};

int cmd_stix(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
