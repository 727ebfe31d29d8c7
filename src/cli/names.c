#include "cli/names.h"

static const struct cli_subcommand commands[] = {
    { "score", names_score_command, "score [--main] [--features] FILE.tsv",
      N_("prints for each pair of names of a table (columns pair_id, name1, name2, and schema if there) how "
         "likely both are names of one person or organisation: pair_id, tab, score from 0 to 1; with columns "
         "names1, names2 (all names of each, \" ; \" between) the best of them, unless --main") },
    { "search", names_search_command, "search --list FILE|--index FILE [--top N] [--threads N] QUERIES.tsv",
      N_("finds names of a table (columns query_id, query, and birth_date, country, sex, schema if there) in "
         "a "
         "list: "
         "query_id, then for each entity tab, id=score, the best first") },
    { "index", names_index_command,
      "index build LIST IMAGE | index add IMAGE LIST | index remove IMAGE ID... | index info [--check] IMAGE",
      N_("makes a list into an image that is searched at once, adds and removes entities, and says what is "
         "in "
         "it") },
    { "explain", names_explain_command, "explain [--organization] [--language LANGUAGE] [--json] NAME NAME",
      N_("shows two names side by side: which words are the same name, why, in the reader's language, and "
         "what "
         "is left over") },
};

static const struct cli_family family = {
    "names",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --organization   names of companies, ships, authorities: legal forms and numbers count "
       "differently\n"
       "\n"
       "A score ranks; it decides nothing. Tables may be packed with gzip; \"-\" is standard input.\n"
       "\n"
       "Exit 0 done, 1 no such entity, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai names score pairs.tsv\n"
       "  serai names index build list.tsv.gz list.names\n"
       "  serai names search --index list.names --top 10 --threads 2 --progress travellers.tsv\n"
       "  serai names explain --language fa \"محمد رضا صفوی\" \"Mohammadreza SAFAVI\"\n"),
};

int cmd_names(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
