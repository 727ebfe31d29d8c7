#include "cli/trust.h"

#include <getopt.h>

#include "seal/receipt.h"

const char trust_purpose_help[] =
    N_("--for is \"travel documents\", \"visible seals\", \"driving licences\" or \"lists\"");

static const struct cli_subcommand commands[] = {
    { "import", trust_import_command,
      "import --node FOLDER [--vouch] [--older] [--for PURPOSE]... [--profile NAME] [--progress] [--by NAME] "
      "FILE...",
      N_("takes certificates (DER, PEM, PKCS #7), master lists, lists of licence authorities (VICAL),\n"
         "           revocation lists and LDIF of the ICAO PKD, also whole folders. Country signers and "
         "master "
         "lists count on this node's word;\n"
         "           signers count when a country signer certified them. What cannot be proved yet is kept\n"
         "           and waits for its issuer; what fails its proof is refused, with what to do. The same\n"
         "           import again changes nothing, and one that was stopped goes on. A VICAL counts when\n"
         "           an anchor for lists signed it, and takes the place of its provider's list before.") },
    { "list", trust_list_command,
      "list (--node FOLDER | --anchors PATH) [--state XX] [--use USE] [--for PURPOSE] [--expiring DAYS] "
      "[--json]",
      N_("what is believed: State, use, why, validity, key, what for, all origins and who vouches") },
    { "list", trust_list_command, "list --node FOLDER (--waiting | --report [--state XX]) [--json]",
      N_("--waiting: what does not count yet, and whose key it waits for; --report: all of it by State\n"
         "           with what is missing, as GET /v1/trust gives it") },
    { "explain", trust_explain_command,
      "explain (--node FOLDER | --anchors PATH) [--for PURPOSE] [--json] THING",
      N_("why something is believed or not, link by link: a file (certificate, chip SOD, seal, list) or the\n"
         "           beginning of a SHA-256 or key identifier in hexadecimal") },
    { "key", trust_key_command, "key --node FOLDER",
      N_("the verifier key of the node's receipts, for serai receipt verify --key") },
    { "bloc", trust_bloc_command, "bloc --node FOLDER [--json]",
      N_("the bloc's trust list: the members' keys, and the certificates for which members vouch") },
    { "member", trust_member_command, "member (list | add XX VKEY) --node FOLDER",
      N_("the members' node keys; confirm each with the member by another way than it came") },
    { "propose", trust_propose_command, "propose --node FOLDER [--for PURPOSE] [--yes] (FILE | SHA256)...",
      N_("vouches for certificates that are new to the list, such as one's own") },
    { "confirm", trust_confirm_command,
      "confirm --node FOLDER [--for PURPOSE] [--of XX] [--yes] (FILE | SHA256)...",
      N_("vouches for certificates that others proposed; --of: all that wait of a State") },
    { "withdraw", trust_withdraw_command,
      "withdraw --node FOLDER --reason TEXT [--for PURPOSE] [--yes] (FILE | SHA256)...",
      N_("takes one's word back; for a certificate of one's own State it is out of force at once") },
    { "report", trust_report_command, "report --node FOLDER --reason TEXT [--yes] XX [FINGERPRINT]",
      N_("says that a member's node key is compromised: one's own counts no more at once, everywhere;\n"
         "           another's at once here, and everywhere when as many report it as the agreement says") },
    { "pending", trust_pending_command, "pending --node FOLDER [--json]",
      N_("what others proposed and this member has said nothing about") },
    { "acts", trust_acts_command, "acts --node FOLDER [--out FILE]",
      N_("all acts known here and their certificates, as a file for other members") },
    { "receive", trust_receive_command, "receive --node FOLDER FILE...",
      N_("takes what is new of other members' files; what would undo the past is refused and kept as "
         "proof") },
    { "export", trust_export_command,
      "export --node FOLDER [--format json | master-list | vical | der | pem | folder] [--for PURPOSE]\n"
      "                     [--out FILE]",
      N_("the bloc's list for others: with all acts, so that anyone can check it; or as a master list or,\n"
         "           of licence authorities, a VICAL that other systems read, signed with this member's\n"
         "           signer of such lists; der, pem, folder: all that this\n"
         "           node believes, as certificates") },
    { "verify", trust_verify_command, "verify FILE --members KEYS --agreement FILE [--seen OLD]",
      N_("works an exported list out again from its acts, without a node, and says where it differs;\n"
         "           --seen: also that it is no step back behind an earlier one") },
    { "check-fork", trust_check_fork_command, "check-fork FILE --members KEYS --agreement FILE",
      N_("whether two acts of a file prove that a key signed two histories") },
};

static const struct cli_family family = {
    "trust",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER    a node's folder\n"
       "  --anchors PATH   a file or folder instead\n"
       "  --vouch          import: believe each certificate itself, signers too: this node's own decision\n"
       "  --for PURPOSE    \"travel documents\", \"visible seals\", \"driving licences\" or \"lists\";\n"
       "                   import: what is in the files counts for that alone, else for all, and what a\n"
       "                   master list holds for travel documents; list, explain: what counts for it\n"
       "  --older          import: take lists older than the newest known of the same State or provider\n"
       "  --profile NAME   import: of lists of licence authorities, strict refuses one with a defective\n"
       "                   entry; lenient, the default, names the entries and takes the rest\n"
       "  --progress       import: a line a second on standard error\n"
       "  --by NAME        import: who decides; the name of the user otherwise\n"
       "  --json           one object a line\n"
       "\n"
       "Exit 0 done, 1 something was refused, 2 usage or input/output.\n"),
};

bool trust_open_node(const char *folder, struct instance *i)
{
    struct why w = { 0 };

    if (instance_open(folder, 0, i, &w))
        return true;
    cli_why("trust", folder, &w);
    return false;
}

struct trust_log *trust_open_log(const struct instance *i)
{
    struct trust_log *log = NULL;
    char path[4096];

    if (!i->config.anchors ||
        snprintf(path, sizeof path, "%s/%s", i->config.anchors, TRUST_LOG_NAME) >= (int)sizeof path ||
        !trust_log_open(path, TRUST_LOG_READ, &log, NULL, NULL))
        return NULL;
    return log;
}

static int put_key(const struct instance *i)
{
    struct buffer b;

    if (!i->signer)
        return cli_usage("trust", "this node has no key: it gives no receipts");
    buf_init(&b, 4096);
    node_vkey(span_str(i->config.name), i->signer->pub, &b);
    puts(buf_cstr(&b));
    buf_free(&b);
    return CLI_POSITIVE;
}

int trust_key_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    static struct instance i;
    const char *node = NULL;
    int c, code;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'h')
            return cli_family_help(&family);
        if (c != 'n')
            return cli_bad_option("trust");
        node = optarg;
    }
    if (optind < argc)
        return cli_usage("trust", "key takes no file: \"%s\" belongs to no option", argv[optind]);
    if (!node)
        return cli_usage("trust", "--node names the node's folder");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    code = put_key(&i);
    instance_close(&i);
    return code;
}

int cmd_trust(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
