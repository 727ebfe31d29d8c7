#include "cli/licence.h"

static const struct cli_subcommand commands[] = {
    { "check", NULL,
      "check (--url URL | --node FOLDER) [--session FILE] [--status FILE] [--typed issuer=XX,number=N,...] "
      "[--examined "
      "yes|no] "
      "[--permit yes|no] [--translation yes|no] [--statement yes|no] [--residence STATE] [--resident-since "
      "DATE] "
      "[--entered DATE] [--no-ask] [--id ID] [--purpose WORD] [--place TEXT] [--at TIME] [--language LANG] "
      "[--json] [FILE]...",
      N_("the roadside check: whether a foreign licence is genuine, for which categories it is recognised "
         "here "
         "and "
         "until when, and whether it is still valid at home, which is asked of the issuing member. FILE: a "
         "mobile "
         "licence, the content of the barcode on a card, its machine-readable lines, or a picture of one of "
         "them; "
         "\"-\" is standard input. Recorded once, with a receipt. --url: by a running "
         "node "
         "(POST /v1/licence); --node: on its folder, while it does not run") },
    { "recognise", licence_recognise_command,
      "recognise (--agreement FILE | --node FOLDER) [--at TIME] [--in STATE] [--resident-since DATE] "
      "[--category C] [--language LANG] [--json] [FILE] [NAME=VALUE]...",
      N_("for each category of a foreign driving licence: whether the agreement recognises it, with which "
         "restrictions, by which article, and until when. What is not known is named, never guessed. FILE: "
         "what "
         "the licence says and what is known of it, as JSON (doc/licences.md); \"-\" is standard input. "
         "NAME=VALUE: a fact of the agreement language, as licence.status=valid; it replaces what FILE says "
         "(serai agreement decide --facts lists them)") },
    { "issue", licence_issue_command,
      "issue (--node FOLDER | --key FILE --certificate FILE [--authority FILE]) --data FILE --device-key "
      "FILE "
      "[--portrait FILE] [--valid DAYS] [--from TIME] [--at TIME] [--digest ALG] [--status-list URI "
      "--status-index N] [--x5t] --out FILE [--json]",
      N_("a mobile licence (IssuerSigned of ISO/IEC 18013-5) that says what --data says, for the device "
         "whose "
         "public key (COSE_Key, PEM or DER) is given; valid for 90 days unless --valid says otherwise. What "
         "strict "
         "verification would refuse is not issued, and the reason is its name there. With --node a driving "
         "licence is "
         "entered as valid in the member's register first, and not issued when that says otherwise; the node "
         "must not "
         "run") },
    { "present", licence_present_command,
      "present --licence FILE --device-key FILE --session FILE (--elements A,B | --request FILE | --all) "
      "[--reader-key FILE] --out FILE",
      N_("the answer (DeviceResponse) of a device that holds the licence and this private key, in the "
         "session "
         "whose "
         "SessionTranscript is given, with these elements only. With --reader-key, the reader's public one, "
         "it "
         "proves itself by a code instead of a signature. For trials: a wallet keeps its key elsewhere") },
    { "request", licence_request_command,
      "request (--elements A,B | --retain A,B) [--doc-type TYPE] [--key FILE --certificate FILE --session "
      "FILE "
      "[--whole]] --out FILE",
      N_("what a reader asks (DeviceRequest): --retain names the elements it means to keep. Signed with the "
         "reader's "
         "key when there is one; --whole signs all of it at once (2nd edition)") },
    { "status-list", licence_status_list_command,
      "status-list --signer CERTIFICATE --key KEY --uri URI [--identifiers | --jwt] [--update TOKEN] "
      "[--at TIME] [--days N] [--ttl SECONDS] [--size N] [--bits N] [--out TOKEN] FILE",
      N_("makes a status token: which licences are revoked. FILE has a line for each position, or identifier "
         "in hexadecimal with --identifiers, with \"revoked\" (or nothing) or \"valid\" behind it. --update "
         "begins with what a token of the same signer says; a licence that was revoked stays so. It holds "
         "from "
         "--at for --days (7). --bits 1, 2, 4 or 8 makes a list of other documents than licences") },
    { "ask", NULL,
      "ask (--url URL | --node FOLDER) --to MEMBER (--number X | --digest HEX | --reference R) --purpose P "
      "[--role R] [--birth DATE] "
      "[--seconds N] [--json]",
      N_("asks the member that issued a licence whether it is valid there. --number \"-\" reads the number "
         "from "
         "standard input; --digest is of issuer and number (doc/questions.md); --birth: of the holder, an "
         "answer "
         "then only if it agrees. --reference looks up what became of an earlier question. Purposes, and the "
         "offices that may ask for "
         "them (--role, when there are several), are the agreement's") },
    { "questions", licence_questions_command,
      "questions --node FOLDER [--subject MEMBER:NUMBER] [--side ours|theirs] [--state S] [--member M] "
      "[--kind K] "
      "[--overdue | --within HOURS] [--prove REFERENCE --out FILE] [--json]",
      N_("what this member asked and was asked, newest first, with purpose and article; also while the node "
         "runs. --overdue: past its deadline; --within: or due in so many hours. --prove: the signed "
         "question "
         "and "
         "its signed answers as a file, for \"serai ask verify\". --subject: about that licence alone; "
         "\"serai "
         "extract\" says it to its holder") },
    { "offence", licence_offence_command,
      "offence --node FOLDER (notify FILE | list | show REFERENCE | answer REFERENCE STEP | withdraw "
      "REFERENCE | "
      "send) [--side ours|theirs] [--member M] [--state S] [--subject MEMBER:NUMBER | --plate MEMBER:PLATE] "
      "[--reason T] [--before T] [--amount X --currency CODE] [--day DATE] [--payment T] [--json]",
      N_("fines of drivers from elsewhere. notify: FILE is a notice as POST /v1/offences takes it; the "
         "member "
         "that "
         "issued the licence, or registered the vehicle, gets it. answer: STEP is unknown, paid, contested, "
         "transferred or closed, whatever this side may say; withdraw: a notice of ours, with --reason. "
         "Steps "
         "go "
         "to the other member; send tries again what has not arrived. --subject: the notices about one "
         "licence, "
         "for its holder. The node must not run, but for list and show") },
    { "register", licence_register_command,
      "register --node FOLDER (add | set | show | import FILE) [--number X | --digest HEX] [--status S] "
      "[--reason R] [--since DATE] [--until DATE] [--authority A] [--birth DATE] [--categories "
      "\"B:FROM:TO:CODES;C\"] [--at TIME] [--json]",
      N_("the register that this member answers from. add: a new licence; set: a new state of a known one; "
         "show: "
         "its history; import: a CSV file whose first line names the columns (number, status, …), or a JSON "
         "array "
         "of objects with these members. The node must not run, but for show") },
};

static const struct cli_family family = {
    "licence",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --agreement FILE    the agreement\n"
       "  --node FOLDER       a node's folder: its agreement and its member\n"
       "  --url URL           a running node, which has its folder for itself\n"
       "  --at TIME           of the decision; today by default\n"
       "  --in STATE          where the licence is used, as IR\n"
       "  --resident-since DATE   the driver took residence there on this day\n"
       "  --category C        this category of the licence only\n"
       "  --language LANG     en, fa, ru, tr; wording of the article in this language too\n"
       "  --json              one JSON object\n"
       "Of check:\n"
       "  --session FILE      SessionTranscript of the session in which a mobile licence was shown\n"
       "  --status FILE       status list or identifier list that a mobile licence names\n"
       "  --typed LIST        what the card says: issuer=PK,number=N, and categories=LTV+PSV (a code behind\n"
       "                      each with a colon: B:01), issued=DATE, expiry=DATE, birth=DATE\n"
       "  --examined yes|no   the officer looked at the licence and found nothing, or something, against it\n"
       "  --permit, --translation, --statement yes|no   an international driving permit, a certified\n"
       "                      translation, a statement of the issuer was shown, or not\n"
       "  --residence STATE   where the driver lives; --entered DATE: the day of the last entry\n"
       "  --no-ask            the issuing member is not asked\n"
       "  --purpose WORD      why the data are looked at; road-check by default\n"
       "  --id ID             the request's own id; the same id and request again is recorded once\n"
       "\n"
       "Exit 0 a category is recognised, the licence is valid at home; 1 none is, it is not; 2 usage or\n"
       "input/output; 3 an officer decides: facts are missing, no answer, the licence is not known there, "
       "or\n"
       "what was shown does not agree with itself.\n"
       "Of issue, present and request: 0 done, 1 refused, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai licence check --node node/ --session transcript.cbor licence.cbor\n"
       "  serai licence check --node node/ --typed "
       "issuer=PK,number=SPECIMEN-1,categories=LTV,expiry=2029-05-01 "
       "--examined yes --permit yes\n"
       "  serai licence recognise --agreement agreements/eco.agreement --in IR --language fa licence.json\n"
       "  serai licence recognise --node node/ --category B licence.json licence.status=valid "
       "driver.residence=TR\n"
       "  serai licence issue --node node/ --data licence.json --portrait face.jpg --device-key phone.pem "
       "--out "
       "licence.cbor\n"
       "  serai licence present --licence licence.cbor --device-key phone.key --session session.cbor "
       "--elements "
       "family_name,portrait,driving_privileges --out answer.cbor\n"
       "  serai licence ask --node node/ --to KZ --number SPECIMEN-0002 --purpose road-check\n"
       "  serai licence questions --node node/ --subject KZ:SPECIMEN-0002\n"),
};

int cmd_licence(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
