/* serai list: published lists of persons and companies that a node keeps. */
#include "cli/list.h"

#include <string.h>
#include <unistd.h>

#include "files/durable.h"
#include "node/config.h"

static const struct cli_subcommand commands[] = {
    { "import", list_import_command,
      "import FILE... --as NAME --node FOLDER [--purpose P]... [--basis TEXT] [--by ID] [--progress]",
      N_("a file as its publisher gives it: United Nations, OFAC (XML, or its tables together), European "
         "Union, OpenSanctions; also packed with gzip. What changed is counted; the same file again changes "
         "nothing") },
    { "show", list_show_command, "show --node FOLDER [--json] [--quarantine] [--as-of DAY] [NAME [ID]]",
      N_("the lists that are kept, one of them with its versions, or one entry as it stands or stood") },
    { "diff", list_diff_command, "diff NAME --node FOLDER [--from N] [--to N] [--json]",
      N_("entries added, changed (with which of their fields) and removed between two versions") },
    { "confirm", list_decide_command, "confirm NAME --by ID --node FOLDER",
      N_("takes a version that is held because too much is missing in it") },
    { "decline", list_decide_command, "decline NAME --by ID --node FOLDER", N_("lets it go") },
    { "remove", list_decide_command, "remove NAME --by ID --reason TEXT --node FOLDER",
      N_("takes a list away with all its versions; nothing alerts by it any more") },
};

static const struct cli_family family = {
    "list",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --as NAME          what the list is called here: small letters, digits and hyphens\n"
       "  --purpose P        what it may be looked at for: border, money-laundering; more than once for "
       "both\n"
       "  --basis TEXT       the article of the agreement or the national law it rests on\n"
       "  --by ID            the named person who says so, or decides\n"
       "  --keep DAYS        how long a version is kept after it was in force, for later questions (365)\n"
       "  --most-lost N      percent: a file without more of the entries in force is held for a person (10)\n"
       "  --progress         a line a second on standard error\n"
       "  --as-of DAY        as it was in force at the end of that day: 2026-05-01\n"
       "  --quarantine       what did not read, with line and reason\n"
       "  --json             one JSON object a line\n"
       "\n"
       "A node that runs sees the change with the next question. Exit 0 done; 1 held, some entries did not\n"
       "read, or there is no such list, entry or version; 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai list import consolidated.xml --as un --node kz --purpose border --by o-17 \\\n"
       "    --basis 'UN Charter Art. 41; national law SPECIMEN 12'\n"
       "  serai list import sdn.csv alt.csv add.csv --as ofac --node kz --by o-17 \\\n"
       "    --purpose money-laundering --basis 'national law SPECIMEN 12'\n"
       "  serai list diff un --node kz\n"),
};

int cmd_list(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

bool list_folder_of(const char *node, char out[LIST_PATH], struct why *w)
{
    struct node_config config = { 0 };
    char path[LIST_PATH];
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 20);
    (void)snprintf(path, sizeof path, "%.*s/node.conf", LIST_PATH - 64, node);
    ok = config_load(path, &a, &config, w) &&
         (config.lookup || why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder `lookup`"));
    if (ok)
        ok = (size_t)snprintf(out, LIST_PATH, "%s/lists", config.lookup) < LIST_PATH - 128 ||
             why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (ok && config.lookup && access(config.lookup, F_OK) != 0)
        ok = folder_make(config.lookup, NULL, w);
    arena_free(&a);
    return ok;
}
