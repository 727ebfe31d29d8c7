#include "cli/exposure.h"

static const struct cli_subcommand commands[] = {
    { "import", exposure_import_command,
      "import (--node FOLDER | --url URL) --office ID --purpose TEXT --list ID [--organisation CODE] "
      "[--sector CODE] "
      "[--format csv|cyclonedx|spdx] [--internet-facing] [--keep DAYS] [--json] FILE",
      N_("takes a list of assets by product (CSV with a header: vendor, product, version, cpe, purl, count, "
         "organisation, sector, internet_facing; CycloneDX or SPDX in JSON) in place of the list of that id. "
         "A "
         "list "
         "that names hosts, addresses, persons or serial numbers is refused as a whole. Kept sealed, erased "
         "after "
         "--keep days (365)") },
    { "match", exposure_match_command,
      "match (--node FOLDER | --url URL) --office ID --purpose TEXT [--kev FILE] [--json] [ADVISORY]...",
      N_("takes these CSAF advisories and this KEV catalogue in, and compares all that is kept. Exit 1: "
         "something is "
         "open") },
    { "board", exposure_board_command,
      "board (--node FOLDER | --url URL) [--members | --detail --office ID --purpose TEXT] [--json]",
      N_("organisations by sector and worst open finding, what is exploited and past its due date, ages. "
         "Small "
         "numbers, "
         "and what they would follow from, are hidden. --detail: products and organisations, for the member "
         "itself; the "
         "look is recorded. --members (with --url): the boards that members told each other") },
    { "publish", exposure_publish_command,
      "publish --url URL --office ID --purpose TEXT --consent yes [--to STATES] [--tlp TLP]",
      N_("tells the members this member's figures, rounded and without small ones: at most once a day, and "
         "only "
         "when enough organisations stand otherwise than on the last one") },
    { "close", exposure_close_command,
      "close (--node FOLDER | --url URL) --office ID --purpose TEXT --organisation CODE --product NAME --id "
      "CVE "
      "--reason TEXT",
      N_("closes a finding that is dealt with otherwise than by another version; names as the detail has "
         "them") },
    { "erase", exposure_erase_command,
      "erase (--node FOLDER | --url URL) --office ID --purpose TEXT --list ID",
      N_("erases a list of assets now") },
};

static const struct cli_family family = {
    "exposure", commands, sizeof commands / sizeof *commands,
    N_("Exit 0 well, 1 something is open, or it was refused by what it says, 2 usage or input/output.\n")
};

int cmd_exposure(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
