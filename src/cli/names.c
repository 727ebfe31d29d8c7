#include "cli/names.h"

static const struct cli_subcommand commands[] = {
    { "score", names_score_command, "score [--features] FILE.tsv",
      "prints for each pair of names of a table (columns pair_id, name1, name2, and schema if there) how "
      "likely both are names of one person or organisation: pair_id, tab, score from 0 to 1" },
    { "explain", names_explain_command, "explain [--organization] NAME NAME",
      "shows two names side by side: which words are the same name, by what rule, and what is left over" },
};

static const struct cli_family family = {
    "names",
    commands,
    sizeof commands / sizeof *commands,
    "  --features       behind each score the measures it is made of\n"
    "  --organization   names of companies, ships, authorities: legal forms and numbers count differently\n"
    "\n"
    "A score ranks; it decides nothing. Tables may be packed with gzip; \"-\" is standard input.\n"
    "\n"
    "Exit 0 done, 2 usage or input/output.\n"
    "\n"
    "Examples:\n"
    "  serai names score pairs.tsv\n"
    "  serai names explain \"محمد رضا صفوی\" \"Mohammadreza SAFAVI\"\n",
};

int cmd_names(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
