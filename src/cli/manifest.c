#include "cli/manifest.h"

static const struct cli_subcommand commands[] = {
    { "check", manifest_check_command,
      "check (--node FOLDER | --url URL) [--format csv|json|paxlst] [--purpose P] [--mode M] [--post P] "
      "[--from STATE] "
      "[--entry DATE] [--stay DAYS] [--group G] [--kind passport|\"identity card\"] [--name T] [--id ID] "
      "[--office ID] "
      "[--keep DAYS] [--out RESULTS] [--organiser] [--only WHAT] [--progress] [--json] FILE",
      N_("what the lane would say of everybody in FILE (CSV with a header, JSON, PAXLST; \"-\" is standard "
         "input), "
         "document twice, one person under two documents, like names and birth dates. Options hold for rows "
         "that do "
         "not say it. The same command goes on where it was stopped") },
    { "list", manifest_list_command, "list (--node FOLDER | --url URL) [--json]",
      N_("the lists that are kept, newest first, without anything personal") },
    { "show", manifest_show_command, "show (--node FOLDER | --url URL) [--json] ID",
      N_("how far one is, counts, and who looked at it") },
    { "results", manifest_results_command,
      "results (--node FOLDER | --url URL) --office ID [--only admit|refer|noted|mend|duplicate|look-alike] "
      "[--organiser] [--out FILE] ID",
      N_("persons with what was found, as CSV when FILE ends in .csv, else an object a line. --organiser: "
         "what "
         "is to "
         "be mended, and nothing that officers alone may know. The look is recorded") },
    { "erase", manifest_erase_command, "erase (--node FOLDER | --url URL) --office ID ID",
      N_("erases list and results now; counts and who looked stay. By itself that happens some days after "
         "the "
         "last "
         "entry") },
};

static const struct cli_family family = {
    "manifest", commands, sizeof commands / sizeof *commands,
    N_("--url: by a running node; --node: on its folder, while it does not run. Nothing is recorded as an\n"
       "entry: whoever comes is checked again at the lane (doc/manifests.md).\n"
       "\n"
       "Exit 0 everybody would be admitted, 1 somebody would be referred or a row does not read, 2 usage or\n"
       "input/output, 3 not finished yet.\n")
};

int cmd_manifest(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
