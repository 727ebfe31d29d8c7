#include "cli/cyber.h"

static const struct cli_subcommand commands[] = {
    { "match", cyber_match_command,
      "match (--image IMAGE | --indicators FILE)... [--warninglist FILE]... [--format F] [--wide] [--field "
      "N,N "
      "[--delimiter C]] [--follow | --once] [--position FILE] [--hits FILE] [--sightings FILE [--observer "
      "NAME]] "
      "[--threads N] [--details] [--json] LOG...",
      N_("finds indicators in logs: Zeek's tables and JSON, Suricata's EVE, DNS servers, proxies, values in "
         "columns; "
         "as they are, packed with gzip or zstd, or \"-\" for standard input. A JSON line for each hit; how "
         "much was "
         "looked at on standard error. Addresses and ranges as numbers, names with the domains above them, "
         "URLs, file "
         "hashes, mail addresses; fields only, never texts") },
    { "compile", cyber_compile_command, "compile --out IMAGE [--warninglists] [--json] FILE...",
      N_("makes an image of indicators: tables (CSV with columns type, value, id, weight, valid_from, "
         "valid_until), plain "
         "lists, STIX bundles. Written beside and renamed: detectors that run go over to it without missing "
         "a "
         "line. "
         "--warninglists: FILE are MISP warning lists instead") },
    { "change", cyber_change_command, "change --image IMAGE [--add FILE]... [--withdraw ID]...",
      N_("additions and withdrawals since an image was made; detectors that run count them within a "
         "second") },
    { "image", cyber_image_command, "image [--json] IMAGE",
      N_("checks an image and says what is in it, and how old it is") },
    { "export", cyber_export_command,
      "export --to suricata-datasets|zeek-intel|dns-rpz --out FOLDER [--zone NAME] [--warninglist FILE]... "
      "(IMAGE | FILE...)",
      N_("the indicators as files that other detectors read, with the rules or the zone that use them") },
    { "account", cyber_account_command, "account [--password-file FILE] NAME [RIGHT]...",
      N_("the line of node.conf for an account of the TAXII server: rights are read=ID,ID write=ID see=ID "
         "(or "
         "*), tlp=WORD, cert, drill, groups=NAME") },
    { "collections", cyber_collections_command, "collections --node FOLDER [--json]",
      N_("the collections in a node's folder, and how many records each has") },
    { "objects", cyber_objects_command,
      "objects --node FOLDER [--collection ID] [--type TYPE] [--id ID] [--added-after TIME] [--limit N] "
      "[--all-versions] [--content]",
      N_("the objects in a node's folder, also while it runs: sequence, date added, version, TLP, id") },
    { "quarantine", cyber_quarantine_command, "quarantine --node FOLDER [--content] [--json]",
      N_("objects that were refused: when, from whom, which, why. Exit 1 when there are some") },
    { "load", NULL, "load --node FOLDER FILE",
      N_("collections, objects with the dates they were added, and statuses out of a data file of medallion, "
         "while the node does not run") },
    { "import", cyber_import_command,
      "import [--kind misp|list|kev|csaf|stix] [--tlp TLP] [--source NAME] [--confidence N] [--since OLD] "
      "[--at TIME] [--quarantine FILE] [--json] --out BUNDLE FILE...",
      N_("reads MISP events and feeds (a folder with manifest.json), plain lists, the KEV catalogue, CSAF "
         "advisories and STIX, also as gzip files, and writes one STIX bundle. What cannot be read is set "
         "aside "
         "with its place and reason (--quarantine, an object a line), the rest goes in. --tlp, --source and "
         "--confidence: where a file says none. --since: of KEV only what is new or changed since that "
         "catalogue. Exit 1: something was set aside") },
    { "convert", cyber_convert_command,
      "convert --to misp|misp-feed|stix|csv [--org NAME] [--org-uuid UUID] [--info TEXT] [--at TIME] --out "
      "FILE|FOLDER FILE...",
      N_("writes what import reads as MISP events (UUIDs are kept), as a folder that a MISP can pull as a "
         "feed, "
         "as a STIX bundle, or as a table of plain values. --org: who made events that name nobody") },
    { "kev", cyber_kev_command, "kev diff [--json] OLD NEW",
      N_("what was added, changed (with the fields) and removed between two catalogues of known exploited "
         "vulnerabilities. Exit 1: something") },
    { "warninglist", cyber_warninglist_command, "warninglist check --lists FILE,FILE VALUE...",
      N_("which of these MISP warning lists a value is on. Exit 1: on one of them") },
    { "pull", NULL,
      "pull --from URL --collection ID (--into FILE | --into URL --into-collection ID) [--state FILE] "
      "[--match FILTERS] [--limit N] [--user NAME --password-file FILE] [--certificate FILE --key FILE] "
      "[--ca "
      "FILE] [--into-user NAME --into-password-file FILE] [--seconds N] [--json]",
      N_("takes what is new in a collection of a TAXII 2.1 server into a bundle, or into a collection of "
         "another "
         "server such as the own node, and goes on there the next time: nothing is lost or doubled when it "
         "is "
         "interrupted. --from: of a server, its discovery, an API root or a collection. A server that is "
         "busy "
         "is asked less often. "
         "Exit 3: something may be missing") },
    { "push", NULL,
      "push --to URL [--collection ID] [--user NAME --password-file FILE] [--certificate FILE --key FILE] "
      "[--ca FILE] [--seconds N] [--json] FILE...",
      N_("sends the objects of bundles, envelopes or single ones to a collection of a TAXII 2.1 server, and "
         "waits "
         "until it has taken them. --to: of discovery, API root or collection. Exit 1: it refused some, "
         "which "
         "are named") },
    { "preview", NULL,
      "preview --url URL --officer ID (--to all | --to KZ,TR | --group NAME) [--collection ID] [--type T]... "
      "[--added-after TIME] [--exercise] [--embargo TIME] [--json] [STIX-ID]...",
      N_("what a release would do: which members and which of their readers would see which objects, what is "
         "refused, why and under which article. Nothing is sent") },
    { "release", NULL,
      "release --url URL --officer ID (--to all | --to KZ,TR | --group NAME) [--collection ID] [--type T]... "
      "[--added-after TIME] [--exercise] [--embargo TIME] [--reason TEXT] [--confirm STIX-ID]... [--json] "
      "[STIX-ID]...",
      N_("publishes the objects to these members, to all, or to a trust group of the agreement, as far as "
         "their "
         "markings let them go; who, when, what and under which article stays on record. Indicators that are "
         "expired, on a warning list, without confidence, or of a value that members share already go only "
         "when "
         "--confirm names them") },
    { "recall", NULL, "recall --url URL --officer ID [--reason TEXT] [--json] STIX-ID...",
      N_("withdraws released objects: a revoked version goes to all that have them") },
    { "copy", NULL, "copy --url URL --officer ID --most TLP [--reason TEXT] [--json] STIX-ID...",
      N_("copies of own objects without the parts that are marked stricter than --most (clear, green, amber, "
         "amber-strict), with ids of their own, derived from the originals") },
    { "releases", NULL, "releases --url URL [--act ACT] [--before TIME] [--json]",
      N_("what was released, recalled and copied; what is held back of what others sent (held), and what "
         "they "
         "hold back of ours (told)") },
    { "recalls", NULL, "recalls --url URL [--json]",
      N_("which members have carried out each recall, and who is late by what the agreement says") },
    { "rule", NULL,
      "rule add|list|preview|confirm|suspend|review|remove --url URL --officer ID [--to all | --to KZ,TR | "
      "--group NAME] [--type T]... [--collection ID] [--label WORD,WORD] [--confidence N] [--most TLP] "
      "[--until TIME] [--article N] [--review TIME] [--dry] [--days N] [--all] [--reason TEXT] [--json] "
      "[RULE-ID]",
      N_("standing rules: add lays one down (to whom, which objects, marked at most --most, --until, under "
         "--article); preview says what it, or one that is not laid down yet, would have released in the "
         "last "
         "--days; confirm is for a second officer where the agreement asks for one; suspend ends it at once "
         "(--all: all of them); review names the next day to look at it. Objects are judged one by one as in "
         "release; --dry: only on record") },
    { "indicator", NULL,
      "indicator list|show|withdraw --url URL [--state STATE] [--value VALUE] [--most N] [--before N] "
      "[--officer ID] [--reason TEXT] [--json] [STIX-ID...]",
      N_("what a running node knows of indicators: list those of a state (active, waiting, warning-list, "
         "expired, "
         "withdrawn) or that name a value, newest first; show one with its versions; withdraw own ones as "
         "recall "
         "does") },
    { "sighting", NULL, "sighting add --url URL --officer ID --from FILE [--tlp TLP] [--json]",
      N_("makes sightings of the lines that match --sightings writes: one object per indicator, observer and "
         "day "
         "that is over, which release then gives to others. Told again it is the same object") },
    { "inbox", NULL,
      "inbox --url URL --officer ID [--kind KIND] [--type T] [--words WORD,WORD] [--next TEXT] [--most N] "
      "[--upto TEXT | --done ITEM] [--json]",
      N_("what is new for the officer: objects, recalls, sightings and opinions of others, advisories, "
         "playbooks, offers and requests, exercises; nothing that the officer may not read. --words: only "
         "what "
         "names one of them, as products and sectors. --upto: all up to that place is read; --done: that "
         "item") },
    { "alert", NULL,
      "alert list|add|take|close|opinion --url URL --officer ID [--from FILE] [--state STATE] [--indicator "
      "ID] "
      "[--before ALERT] [--most N] [--outcome OUTCOME] [--reason TEXT] [--opinion WORD] [--explanation TEXT] "
      "[--tlp TLP] [--json] [ALERT]",
      N_("what detectors of this member found: add takes the lines that match --sightings writes, also of "
         "days "
         "that are not over; an officer takes an alert and closes it with a reason as true, false-positive, "
         "benign or duplicate. opinion: what a false positive says of its indicator, as an object that "
         "release "
         "then gives to others, or nobody") },
};

static const struct cli_family family = {
    "cyber",
    commands,
    sizeof commands / sizeof *commands,
    N_("Of match:\n"
       "  --image IMAGE       what compile made; followed when it is replaced or changed\n"
       "  --indicators FILE   as for compile; also beside an image\n"
       "  --warninglist FILE  MISP warning lists, or one image of them: hits are kept and marked\n"
       "  --format F          auto, zeek, eve, dns, proxy, plain\n"
       "  --wide              more fields: recipients, headers of mail, names in certificates, referrers\n"
       "  --field N,N         columns of plain lines, from 1; --delimiter C: what is between them (\\t: "
       "tab)\n"
       "  --follow            the logs as they grow, also over rotation; ends with SIGTERM\n"
       "  --once              what is new since the last time, then ends\n"
       "  --position FILE     where one is, for going on after a restart\n"
       "  --hits FILE         instead of standard output; with --position no hit twice after a crash\n"
       "  --sightings FILE    how often each indicator was seen on each day, by --observer NAME\n"
       "  --threads N         logs side by side\n"
       "  --details           also the indicator's value, its weight, the time, and whether it is an alert\n"
       "\n"
       "Exit of match: 0 nothing found, 1 something found, 2 usage or input/output.\n"
       "Exit of compile, change, image, export: 0 done, 1 a damaged image, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai cyber match --indicators watch.csv conn.log.gz dns.log.gz\n"
       "  serai cyber compile --out bloc.image feed.json watch.csv\n"
       "  serai cyber match --image bloc.image --follow --position at.json --sightings seen.jsonl eve.json\n"
       "  serai cyber change --image bloc.image --withdraw indicator--6a1b3f2e-3f5c-4d0c-9d2a-0f0b6a1c2d3e\n"
       "  serai cyber export --to zeek-intel --out intel/ bloc.image\n"),
};

int cmd_cyber(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
