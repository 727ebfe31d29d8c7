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
    { "issue", licence_issue_command,
      "issue (--node FOLDER | --key FILE --certificate FILE [--authority FILE]) --data FILE --device-key "
      "FILE "
      "[--portrait FILE] [--valid DAYS] [--from TIME] [--at TIME] [--digest ALG] [--status-list URI "
      "--status-index N] [--x5t] --out FILE [--json]",
      "a mobile licence (IssuerSigned of ISO/IEC 18013-5) that says what --data says, for the device whose "
      "public key (COSE_Key, PEM or DER) is given; valid for 90 days unless --valid says otherwise. What "
      "strict "
      "verification would refuse is not issued, and the reason is its name there" },
    { "present", licence_present_command,
      "present --licence FILE --device-key FILE --session FILE (--elements A,B | --request FILE | --all) "
      "[--reader-key FILE] --out FILE",
      "the answer (DeviceResponse) of a device that holds the licence and this private key, in the session "
      "whose "
      "SessionTranscript is given, with these elements only. With --reader-key, the reader's public one, it "
      "proves itself by a code instead of a signature. For trials: a wallet keeps its key elsewhere" },
    { "request", licence_request_command,
      "request (--elements A,B | --retain A,B) [--doc-type TYPE] [--key FILE --certificate FILE --session "
      "FILE "
      "[--whole]] --out FILE",
      "what a reader asks (DeviceRequest): --retain names the elements it means to keep. Signed with the "
      "reader's "
      "key when there is one; --whole signs all of it at once (2nd edition)" },
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
    "Exit of recognise: 0 a category is recognised, 1 none is, 2 usage or input/output, 3 an officer "
    "decides:\n"
    "facts are missing. Of the others: 0 done, 1 refused, 2 usage or input/output.\n"
    "\n"
    "Examples:\n"
    "  serai licence recognise --agreement agreements/eco.agreement --in IR --language fa licence.json\n"
    "  serai licence recognise --node node/ --category B licence.json licence.status=valid "
    "driver.residence=TR\n"
    "  serai licence issue --node node/ --data licence.json --portrait face.jpg --device-key phone.pem --out "
    "licence.cbor\n"
    "  serai licence present --licence licence.cbor --device-key phone.key --session session.cbor --elements "
    "family_name,portrait,driving_privileges --out answer.cbor\n",
};

int cmd_licence(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
