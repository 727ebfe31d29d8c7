#include "cli/log.h"

#include <getopt.h>

static const struct cli_subcommand commands[] = {
    { "verify", log_verify_command,
      "verify (--key VKEY [--origin NAME] | --policy FILE) [--since CHECKPOINT] [--entries-only] "
      "[--progress] "
      "[--json] FOLDER|URL",
      N_("hashes every entry of a log in tlog-tiles form, whoever wrote it, and compares every tile and the "
         "root with its checkpoint") },
    { "prove", log_prove_command,
      "prove (--key VKEY [--origin NAME] | --policy FILE) --index N [--out FILE] FOLDER|URL",
      N_("makes a tlog-proof file: that an entry stands at that index, with the cosigned checkpoint, to be "
         "checked without network") },
    { "check-proof", log_check_proof_command,
      "check-proof (--key VKEY [--origin NAME] | --policy FILE) --entry FILE [--json] PROOF",
      N_("whether the entry stands in the log as a tlog-proof file says, and who cosigned it when") },
    { "check-fork", log_check_fork_command, "check-fork (--key VKEY [--origin NAME] | --policy FILE) FORK",
      N_("whether a file proves that a log has two histories: two checkpoints of its key that do not fit") },
    { "append", log_append_command,
      "append --log FOLDER --key FILE [--origin NAME] [--keep FOLDER] [--lines] [--repair FOLDER|URL] "
      "FILE...",
      N_("adds entries to a log of this node, one a file or one a line, and signs one checkpoint over them; "
         "--repair takes from a mirror what an old copy lacks, and comes first") },
    { "recover", log_recover_command,
      "recover --log FOLDER --key FILE [--origin NAME] [--keep FOLDER] [--before VKEY]... --from "
      "FOLDER|URL... [--need N]",
      N_("after a restore: asks all who may have kept something of the log, mirrors and witnesses, how far "
         "it "
         "was "
         "signed, takes the tail, and lets it be signed again; a place is a log, or a witness's folder of "
         "it") },
    { "witness", log_witness_command,
      "witness --state FOLDER --key FILE --policy FILE [--at TIME] [--recall CHECKPOINT]",
      N_("answers one add-checkpoint request (C2SP tlog-witness) from standard input: status, Content-Type, "
         "an "
         "empty line, the body") },
    { "publish", log_publish_command,
      "publish (--node FOLDER | --url URL) --stream NAME [--audience A] --type TYPE [--subject X] [--at "
      "TIME] FILE...",
      N_("publishes records in a stream of this member, the body of each a file, all in one commit; prints "
         "origin and index of each. A node that runs is the one writer: it is asked with --url") },
    { "streams", log_streams_command, "streams --node FOLDER",
      N_("the logs of this member: entries published, entries witnessed, when and by whom") },
    { "records", log_records_command, "records --node FOLDER [--stream NAME]",
      N_("the entries of the open shards: type, time, whether the body is there") },
    { "erase", log_erase_command, "erase --node FOLDER --reason WORD ORIGIN INDEX",
      N_("erases the body of a record: the log says so first, and verifies as before") },
    { "key", log_key_command, "key --name NAME [--witness] --out FILE",
      N_("makes a key for a log, or for a witness, and prints its verifier key") },
};

static const struct cli_family family = {
    "log",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --key VKEY           the key of the log: name+hash+key, type 0x01\n"
       "  --key FILE           the private key that append and witness sign with\n"
       "  --origin NAME        the origin its checkpoints name, when it is not the name of the key\n"
       "  --policy FILE        logs, witnesses and the quorum instead (C2SP tlog-policy)\n"
       "  --since CHECKPOINT   a signed checkpoint kept from earlier: the log must have grown out of it\n"
       "  --entries-only       a copy that has no tiles: the root is proved by the entries alone\n"
       "  --index N            of the entry, from 0\n"
       "  --entry FILE         the bytes of the entry; \"-\" is standard input\n"
       "  --out FILE           instead of standard output\n"
       "  --log FOLDER         what is served of a log that is written here\n"
       "  --keep WHERE         where the last signed checkpoint is kept, beside all backups: a folder "
       "(LOG.keep),\n"
       "                       or `etcd http://ADDRESS:PORT,…` (doc/postgresql.md)\n"
       "  --from FOLDER|URL    who may have kept something; all must answer before the log is signed again\n"
       "  --before VKEY        a key that signed this log before --key; what it signed is signed again\n"
       "  --need N             fewer suffice: of those that are gone for good\n"
       "  --state FOLDER       what a witness cosigned last, a folder for each log\n"
       "  --recall CHECKPOINT  after a restore: one with this witness's own cosignature counts again\n"
       "  --node FOLDER        the node of this member; it must not run, for it is the one writer\n"
       "  --url URL            of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --stream NAME        what is published: licence, trust, ...\n"
       "  --audience A         who gets it: all (default), self, or states joined by \"-\": kz-tr\n"
       "  --type TYPE          of the records: licence-status\n"
       "  --subject X          whom they are about: the log has a keyed tag of it, and nothing else\n"
       "  --reason WORD        of an erasure: retention, court-order\n"
       "  --progress           a line a second on standard error\n"
       "  --json               one JSON object\n"
       "\n"
       "Exit 0 holds, 1 does not hold, 2 usage or input/output, 3 too few witnesses, or no key that is "
       "known.\n"
       "\n"
       "Examples:\n"
       "  serai log verify --key \"$(cat log.vkey)\" https://log.example/2027\n"
       "  serai log append --log kz.log --key kz.key --lines notices.txt\n"
       "  serai log witness --state seen --key ir.key --policy bloc.policy < request\n"
       "  serai log publish --node kz --stream licence --type licence-status status.json\n"
       "  serai log erase --node kz --reason court-order kz.specimen/licence/all/2026 4711\n"
       "  serai log prove --policy bloc.policy --index 4711 --out entry.tlog-proof mirror/\n"),
};

static int read_policy(struct log_options *o)
{
    struct why w = { 0 };
    struct note_key k;
    struct span text;

    if (!o->key == !o->policy_file)
        return cli_usage("log", "name either --key or --policy");
    if (o->key) {
        if (!note_key_parse(span_str(o->key), &k, &w)) {
            cli_why("log", "--key", &w);
            return CLI_USAGE;
        }
        if (k.type != NOTE_KEY_ED25519)
            return cli_usage("log", "--key is the key of a log, type 0x01; witnesses stand in a policy");
        policy_of_key(&k, o->origin ? span_str(o->origin) : (struct span){ 0 }, &o->policy);
        return CLI_POSITIVE;
    }
    if (cli_read(o->policy_file, &o->arena, &text, &w) && policy_parse(text, &o->policy, &w))
        return CLI_POSITIVE;
    cli_why("log", o->policy_file, &w);
    return CLI_USAGE;
}

static int take_option(struct log_options *o, int c)
{
    switch (c) {
    case 'k':
        o->key = optarg;
        return CLI_POSITIVE;
    case 'o':
        o->origin = optarg;
        return CLI_POSITIVE;
    case 'p':
        o->policy_file = optarg;
        return CLI_POSITIVE;
    case 's':
        o->since = optarg;
        return CLI_POSITIVE;
    case 'E':
        o->entries_only = true;
        return CLI_POSITIVE;
    case 'i':
        o->has_index = true;
        return checkpoint_number(span_str(optarg), &o->index) ? CLI_POSITIVE
                                                              : cli_usage("log", "--index wants a number");
    case 'e':
        o->entry = optarg;
        return CLI_POSITIVE;
    case 'O':
        o->out = optarg;
        return CLI_POSITIVE;
    case 'P':
        o->progress = true;
        return CLI_POSITIVE;
    case 'j':
        o->json = true;
        return CLI_POSITIVE;
    default:
        return cli_bad_option("log");
    }
}

int log_take_options(struct log_options *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "origin", required_argument, NULL, 'o' },
        { "policy", required_argument, NULL, 'p' },
        { "since", required_argument, NULL, 's' },
        { "entries-only", no_argument, NULL, 'E' },
        { "index", required_argument, NULL, 'i' },
        { "entry", required_argument, NULL, 'e' },
        { "out", required_argument, NULL, 'O' },
        { "progress", no_argument, NULL, 'P' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    int rc = CLI_POSITIVE, c;

    while (rc == CLI_POSITIVE && (c = getopt_long(argc, argv, "j", options, NULL)) != -1)
        rc = take_option(o, c);
    if (rc != CLI_POSITIVE)
        return rc;
    if (optind + 1 != argc)
        return cli_usage("log", optind == argc ? _("name a log or a file") : _("one log or file at a time"));
    return read_policy(o);
}

int cmd_log(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
