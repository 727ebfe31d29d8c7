#include "cli/licence.h"

static const struct cli_subcommand commands[] = {
    { "recognise", licence_recognise_command,
      "recognise (--agreement FILE | --node FOLDER) [--at TIME] [--in STATE] [--resident-since DATE] "
      "[--category C] [--language LANG] [--json] [FILE] [NAME=VALUE]...",
      "for each category of a foreign driving licence: whether the agreement recognises it, with which "
      "restrictions, by which article, and until when. What is not known is named, never guessed. FILE: what "
      "the licence says and what is known of it, as JSON (doc/licences.md); \"-\" is standard input. "
      "NAME=VALUE: a fact of the agreement language, as licence.status=valid; it replaces what FILE says "
      "(serai agreement decide --facts lists them)" },
    { "status-list", licence_status_list_command,
      "status-list --signer CERTIFICATE --key KEY --uri URI [--identifiers | --jwt] [--update TOKEN] "
      "[--at TIME] [--days N] [--ttl SECONDS] [--size N] [--bits N] [--out TOKEN] FILE",
      "makes a status token: which licences are revoked. FILE has a line for each position, or identifier "
      "in hexadecimal with --identifiers, with \"revoked\" (or nothing) or \"valid\" behind it. --update "
      "begins with what a token of the same signer says; a licence that was revoked stays so. It holds from "
      "--at for --days (7). --bits 1, 2, 4 or 8 makes a list of other documents than licences" },
};

static const struct cli_family family = {
    "licence",
    commands,
    sizeof commands / sizeof *commands,
    "  --agreement FILE    the agreement\n"
    "  --node FOLDER       a node's folder: its agreement and its member\n"
    "  --at TIME           of the decision; today by default\n"
    "  --in STATE          where the licence is used, as IR\n"
    "  --resident-since DATE   the driver took residence there on this day\n"
    "  --category C        this category of the licence only\n"
    "  --language LANG     en, fa, ru, tr; wording of the article in this language too\n"
    "  --json              one JSON object\n"
    "\n"
    "Exit 0 a category is recognised, 1 none is, 2 usage or input/output, 3 an officer decides: facts are\n"
    "missing.\n"
    "\n"
    "Examples:\n"
    "  serai licence recognise --agreement agreements/eco.agreement --in IR --language fa licence.json\n"
    "  serai licence recognise --node node/ --category B licence.json licence.status=valid "
    "driver.residence=TR\n",
};

int cmd_licence(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
