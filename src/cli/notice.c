/* serai notice: what members warn each other about. */
#include "cli/notice.h"

#include <getopt.h>
#include <string.h>

static const struct cli_subcommand commands[] = {
    { "propose", notice_propose_command,
      "propose --url URL --officer ID [--reference REF] FILE | propose --url URL --officer ID --sign REF",
      N_("a notice of a person or object, in JSON: one officer drafts it, another one signs; then it is "
         "proposed") },
    { "check", notice_check_command, "check --url URL FILE",
      N_("whether it keeps the agreement's rules; each fault with its clause and what to do") },
    { "review", notice_review_command,
      "review --url URL --officer ID --digest HEX (--confirm --checked | --refuse) --reason TEXT NOTICE",
      N_("another member's notice, of this very version; a confirmation counts when two officers gave it") },
    { "list", notice_list_command,
      "list --url URL [--state STATE] [--which own|review|expiring|consulted] [--json]",
      N_("notices of all members, without what is personal; expiring: of this member, within the warning") },
    { "show", notice_show_command, "show --url URL --officer ID --purpose PURPOSE [--json] NOTICE",
      N_("all of one; who looks, and why, is recorded") },
    { "suspend", notice_suspend_command, "suspend --url URL --officer ID --reason TEXT NOTICE",
      N_("nobody acts on it until it is resumed") },
    { "resume", notice_resume_command, "resume --url URL --officer ID --reason TEXT NOTICE",
      N_("by two officers, one after the other") },
    { "withdraw", notice_withdraw_command, "withdraw --url URL --officer ID --reason TEXT NOTICE",
      N_("at once, for good: erased here, and at each member as it arrives there") },
    { "cancel", notice_cancel_command, "cancel --url URL --officer ID --reason TEXT NOTICE",
      N_("the same, after a complaint or by a body of review") },
    { "prolong", notice_prolong_command,
      "prolong --url URL --officer ID --expires TIME --review-due TIME --reason TEXT NOTICE",
      N_("drafts it with later times; the reason is the assessment of this one; another officer signs") },
    { "flag", notice_flag_command, "flag --url URL --officer ID --reason TEXT NOTICE",
      N_("this member does not act on it; the others see that, and why") },
    { "unflag", notice_unflag_command, "unflag --url URL --officer ID --reason TEXT NOTICE",
      N_("it does, again") },
    { "statistics", notice_statistics_command, "statistics --url URL [--json]",
      N_("figures that a supervisor can publish") },
    { "document", notice_document_command,
      "document add (--node FOLDER | --url URL) --kind KIND --status STATUS [--on DAY] [--to NUMBER] "
      "NUMBER...",
      N_("lost, stolen and revoked documents of this State, vehicles and containers. add: lists them; with "
         "--to "
         "a range of blanks") },
    { "document", notice_document_command,
      "document withdraw (--node FOLDER | --url URL) --kind KIND [--to NUMBER] NUMBER...",
      N_("withdraw: takes them out at once, and erases what listed them") },
    { "document", notice_document_command,
      "document import (--node FOLDER | --url URL) [--progress] [--state FILE] FILE",
      N_("import: from CSV with a header (kind, status, on, number, to) or JSON lines of these members; goes "
         "on "
         "where it was cut off") },
    { "document", notice_document_command,
      "document look-up --url URL --purpose PURPOSE [--officer ID] [--issuer STATE] --kind KIND [--json] "
      "NUMBER...",
      N_("look-up: whether they are listed, by the lists of all members; each leaves an entry") },
    { "document", notice_document_command, "document statistics --node FOLDER [--json]",
      N_("statistics: how many each State lists") },
    { "compact", notice_compact_command, "compact --node FOLDER --out DIR",
      N_("the permissions that members revoked, as devices fetch them: an image of 2.3 bytes each, and a "
         "delta") },
    { "revoked", notice_revoked_command, "revoked --from DIR --issuer STATE [--stale-after HOURS] NUMBER...",
      N_("as a device asks: not listed, listed, perhaps (to be settled), unknown (too old)") },
    { "screen", notice_screen_command,
      "screen --node FOLDER --purpose WHY --officer ID [--schema S] [--PROPERTY VALUE]... [NAME...]",
      N_("one person or organisation against the published lists (serai list): by names in any script and by "
         "identifiers; PROPERTY is birth-date, country, sex, passport, id-number, registration, tax, lei, "
         "bic, "
         "imo, iban") },
    { "screen", notice_screen_command,
      "screen --node FOLDER --purpose WHY --officer ID --in FILE --out FILE [--threads N] [--progress]",
      N_("a file of them, CSV with a header or FollowTheMoney entities a line; goes on where it was cut "
         "off") },
};

static const struct cli_family family = {
    "notice",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER      the node of this member; it must not run, but for statistics\n"
       "  --url URL          of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --kind KIND        passport, identity-card, visa, residence-permit, driving-licence, vehicle "
       "(VIN),\n"
       "                     plate, container, …; as doc/notices.md lists them\n"
       "  --status STATUS    lost, stolen, revoked, stolen-blank\n"
       "  --on DAY           since when: 2026-05-01 (today)\n"
       "  --to NUMBER        the last of a range of blanks; the one NUMBER is its first\n"
       "  --state FILE       how far the import came (FILE.progress)\n"
       "  --progress         a line a second on standard error\n"
       "  --purpose PURPOSE  why: border-check, road-check, registration, issuance, investigation\n"
       "  --officer ID       who looks, by the id of an office\n"
       "  --issuer STATE     that issued the document, or registered the plate: KZ\n"
       "  --sign REF, --reference REF  a draft, by its reference\n"
       "  --digest HEX       of the version that was looked at, as list shows it\n"
       "  --confirm, --refuse  what the reviewer says\n"
       "  --checked          neutrality, threshold, minimum data and proportionality were looked at\n"
       "  --reason TEXT      why\n"
       "  --expires TIME, --review-due TIME  2027-01-31T00:00:00Z\n"
       "  --out DIR, --from DIR  image and delta\n"
       "  --stale-after HOURS  an older image knows nothing of what it does not list (24)\n"
       "  --json             one JSON object\n"
       "  --threshold N      what scores less is left out (0.9)\n"
       "  --list NAME        only that list; more than once for more\n"
       "  of screen --purpose: border-check, road-check, registration, issuance, investigation, payment,\n"
       "                     customer, money-laundering; each use leaves an entry\n"
       "\n"
       "Exit 0 entered, or none is listed; 1 one is listed, or some were refused; 2 usage or input/output;\n"
       "3 one is not known, or is to be read again.\n"
       "\n"
       "Examples:\n"
       "  serai notice document add --url http://127.0.0.1:7311 --kind passport --status stolen N1234567\n"
       "  serai notice document add --node kz --kind passport --status stolen-blank --to AB0001000 "
       "AB0000001\n"
       "  serai notice document look-up --url http://127.0.0.1:7311 --purpose border-check \\\n"
       "    --issuer KZ --kind passport N1234567\n"),
};

int cmd_notice(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

static int read_options(struct notice_options *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "url", required_argument, NULL, 'u' },
        { "kind", required_argument, NULL, 'k' },
        { "status", required_argument, NULL, 's' },
        { "on", required_argument, NULL, 'o' },
        { "to", required_argument, NULL, 't' },
        { "purpose", required_argument, NULL, 'p' },
        { "officer", required_argument, NULL, 'f' },
        { "issuer", required_argument, NULL, 'i' },
        { "state", required_argument, NULL, 'S' },
        { "progress", no_argument, NULL, 'P' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'P':
            o->progress = true;
            break;
        case 'j':
            o->json = true;
            break;
        case '?':
            return cli_bad_option("notice");
        default:
            *(c == 'n'   ? &o->node
              : c == 'u' ? &o->url
              : c == 'k' ? &o->kind
              : c == 's' ? &o->status
              : c == 'o' ? &o->on
              : c == 't' ? &o->to
              : c == 'p' ? &o->purpose
              : c == 'f' ? &o->officer
              : c == 'i' ? &o->state
                         : &o->progress_file) = optarg;
        }
    }
    return CLI_POSITIVE;
}

int notice_document_command(int argc, char **argv)
{
    struct notice_options o = { 0 };
    const char *what = argc > 1 ? argv[1] : "";
    int code;

    if (argc < 2)
        return cli_usage("notice", "say what to do with documents: add, withdraw, import, look-up, "
                                   "statistics");
    code = read_options(&o, argc - 1, argv + 1);
    if (code != CLI_POSITIVE)
        return code;
    argc -= 1 + optind;
    argv += 1 + optind;
    if (strcmp(what, "add") == 0 || strcmp(what, "withdraw") == 0)
        return notice_document_enter(&o, strcmp(what, "add") == 0, argc, argv);
    if (strcmp(what, "import") == 0)
        return notice_document_import(&o, argc, argv);
    if (strcmp(what, "look-up") == 0)
        return notice_document_look_up(&o, argc, argv);
    if (strcmp(what, "statistics") == 0)
        return notice_document_statistics(&o);
    return cli_usage("notice", "one of add, withdraw, import, look-up, statistics is expected, found %s",
                     what);
}
