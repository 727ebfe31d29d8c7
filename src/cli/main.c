#include "base/text.h"
#include "cli/cli.h"
#include "crypto/node_key.h"

/*
 * Commands that need the HTTP and drawing libraries live in a program of their own, serai-node, since loading
 * those libraries takes longer than most other commands work; run is NULL for them.
 */
const struct cli_command cli_commands[] = {
    { "check", NULL, N_("check a traveller's evidence against the agreement: one verdict with its reasons") },
    { "inspect", cmd_inspect,
      N_("what is this file? seals, machine-readable lines, chips, certificates, pictures") },
    { "read", NULL, N_("read a document's chip with a card reader, and judge it") },
    { "mrz", cmd_mrz, N_("read, write and transliterate machine-readable zones") },
    { "seal", cmd_seal, N_("verify and issue visible digital seals") },
    { "licence", cmd_licence, N_("which categories of a foreign driving licence an agreement recognises") },
    { "barcode", cmd_barcode, N_("read barcodes from pictures and draw them") },
    { "issue", NULL, N_("issue a permission, such as an ECO visa, as a printable sticker") },
    { "permission", NULL, N_("applications for permissions: from applying to issuing and revoking") },
    { "agreement", cmd_agreement, N_("check, show and try an agreement") },
    { "trust", cmd_trust, N_("which keys this node believes") },
    { "names", cmd_names, N_("compare names of persons and organisations across scripts") },
    { "stix", cmd_stix, N_("threat intelligence in STIX 2.1: checked, its ids, what is in it") },
    { "ask", cmd_ask, N_("ask other members, answer them, prove what was said") },
    { "extract", cmd_extract, N_("all that is kept about one document, for the person it belongs to") },
    { "stays", NULL, N_("who stays longer than was allowed; movements that were missed") },
    { "slot", NULL,
      N_("slots of time at posts: asked for, shown at the barrier, the public list worked out") },
    { "wait", NULL, N_("how long one waits at a post, the hours ahead, counts") },
    { "redress", NULL, N_("what those concerned by a notice ask for: access, correction, deletion") },
    { "complaint", NULL, N_("complaints of travellers and their appeals: what is due, answers, figures") },
    { "hit", NULL, N_("names like those of notices and lists: compared and closed by a person") },
    { "exposure", NULL, N_("assets by product, and what they are exposed to: advisories, KEV, the board") },
    { "manifest", NULL, N_("lists of up to 100,000 travellers, checked before they arrive") },
    { "need", NULL, N_("what a traveller needs for a journey: documents, permission, days, duties") },
    { "note", cmd_note, N_("check signed notes, such as checkpoints of logs") },
    { "notice", NULL, N_("lost, stolen and revoked documents: list, withdraw, look up; names screened") },
    { "list", NULL, N_("published lists of persons and companies: import, show, differences") },
    { "advisory", cmd_advisory, N_("security advisories (CSAF): check, show, publish, mirror") },
    { "maturity", NULL, N_("a team's self-assessment (SIM3), peer review, what of it is published") },
    { "playbook", cmd_playbook, N_("playbooks (CACAO): check, show, draw, sign") },
    { "contacts", NULL, N_("offices of members, and whether they answer") },
    { "drill", NULL, N_("exercises between members: planned, run by the clock, stopped, scored") },
    { "capability", NULL, N_("help between members: offered, asked for, answered, followed to its close") },
    { "cyber", cmd_cyber, N_("indicators: matched against logs, compiled, exported to other detectors") },
    { "key", cmd_key, N_("keys that sign for a member: ceremony, tokens, fingerprints") },
    { "log", NULL, N_("verify a log, prove what stands in it") },
    { "receipt", cmd_receipt, N_("check a signed receipt") },
    { "init", cmd_init, N_("make a node's folder: configuration, keys, store") },
    { "join", NULL, N_("become a member: take cards and acts, and confirm who is who") },
    { "member", cmd_member, N_("who is a member, with which keys: rotation, loss, suspension, withdrawal") },
    { "serve", NULL, N_("run a node: its HTTP interface and console") },
    { "person", NULL, N_("who may sign in at a node, with which roles and by what") },
    { "sandbox", NULL, N_("several members' nodes on this machine, to try a federation") },
    { "doctor", NULL, N_("what is wrong with the folder of a node, and what to do") },
    { "backup", cmd_backup, N_("a whole node in one file, while it runs; verify such a file") },
    { "restore", cmd_restore, N_("a node's folder out of such a file") },
    { "store", cmd_store, N_("status, back-up and expiry of what a node recorded") },
    { "sync", NULL, N_("the other members' logs that are here, their age; logs on a stick") },
    { "completion", cmd_completion, N_("completion for your shell") },
    { NULL, NULL, NULL },
};

static int overview(void)
{
    const char *bold = cli_style(stdout, STYLE_BOLD), *plain = cli_style(stdout, STYLE_PLAIN);

    printf(_("%sserai%s: the software of one agreement between states\n\n"
             "usage: serai COMMAND [OPTION]... [ARGUMENT]...\n\n"),
           bold, plain);
    for (const struct cli_command *c = cli_commands; c->name; c++)
        printf("  %s%-11s%s %s\n", bold, c->name, plain, gettext(c->summary));
    printf(_("\nTry:\n"
             "  serai inspect passport.txt visa.png         what are these?\n"
             "  serai COMMAND --help                        how a command is used\n\n"
             "Every command: exit 0 positive, 1 negative, 2 usage or input/output, 3 undetermined;\n"
             "--json for programs; \"-\" for standard input.\n"));
    return CLI_POSITIVE;
}

static int unknown(const char *name)
{
    (void)fprintf(stderr, _("serai: there is no command \"%s\""), name);
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        if (text_distance(span_str(name), span_str(c->name)) < 3) {
            (void)fprintf(stderr, _("; did you mean \"%s\"?"), c->name);
            break;
        }
    }
    (void)fputs(_("\nserai --help lists the commands\n"), stderr);
    return CLI_USAGE;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "--help";
    static char title[32]; /* what getopt begins its complaints with */

    cli_words();
    if (!node_crypto_init()) {
        (void)fputs(_("serai: the cryptographic library cannot start here\n"), stderr);
        return CLI_USAGE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return overview();
    if (strcmp(name, "--version") == 0) {
        puts("serai " SERAI_VERSION);
        return CLI_POSITIVE;
    }
    if (strcmp(name, "help") == 0) {
        static char help[] = "--help";

        if (argc < 3)
            return overview();
        argv[1] = argv[2];
        argv[2] = help;
        name = argv[1];
        argc = 3;
    }
    for (const struct cli_command *c = cli_commands; c->name; c++) {
        if (strcmp(name, c->name) != 0)
            continue;
        if (!c->run)
            return cli_companion(argv);
        (void)snprintf(title, sizeof title, "serai %s", c->name);
        argv[1] = title;
        return c->run(argc - 1, argv + 1);
    }
    return unknown(name);
}
