/* serai redress: what those concerned by a notice ask for, and what offices do about it. */
#include "cli/ask.h"
#include "cli/desk_call.h"
#include "cli/options.h"
#include "cli/subcommand.h"
#include <getopt.h>

static const char command[] = "redress";

enum { MEMORY = 64 << 20, REQUEST = 64 << 10 };

struct redress_options {
    const char *url, *reference, *officer, *reason, *member, *subject, *text, *contact, *language;
    bool json;
};

/* Members of the request; value NULL: left out. */
static int call(const struct redress_options *o, const char *path, const struct desk_text *t, size_t n)
{
    struct why w = { 0 };
    struct span answer;
    struct buffer b;
    struct arena a;
    bool ok;

    if (!o->url)
        return cli_usage(command, "redress is given by the node that runs: --url URL");
    arena_init(&a, MEMORY);
    buf_init(&b, REQUEST);
    desk_request(t, n, &b);
    ok = ask_post(o->url, path, buf_span(&b), &a, &answer, &w);
    if (ok)
        desk_print(answer, o->json);
    else
        ask_why(command, o->url, &w);
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

static bool read_options(struct redress_options *o, int argc, char **argv)
{
    const struct cli_text texts[] = { { "url", &o->url },           { "reference", &o->reference },
                                      { "officer", &o->officer },   { "reason", &o->reason },
                                      { "member", &o->member },     { "subject", &o->subject },
                                      { "text", &o->text },         { "contact", &o->contact },
                                      { "language", &o->language }, { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &o->json }, { NULL, NULL } };

    *o = (struct redress_options){ 0 };
    return cli_options(argc, argv, texts, flags);
}

static int file_command(int argc, char **argv)
{
    struct redress_options o;

    if (!read_options(&o, argc, argv))
        return cli_bad_option(command);
    const struct desk_text t[] = {
        { "subject", o.subject }, { "text", o.text }, { "contact", o.contact }, { "language", o.language }
    };

    return call(&o, "/v1/complaints", t, 4);
}

static int act(int argc, char **argv, const char *path)
{
    struct redress_options o;

    if (!read_options(&o, argc, argv))
        return cli_bad_option(command);
    if (optind + 1 != argc || !o.reference)
        return cli_usage(command, "name the request (--reference) and one notice by its id");
    const struct desk_text t[] = { { "reference", o.reference },
                                   { "id", argv[optind] },
                                   { "officer", o.officer },
                                   { "reason", o.reason },
                                   { "member", o.member } };

    return call(&o, path, t, 5);
}

static int link_command(int argc, char **argv)
{
    return act(argc, argv, "/v1/redress/link");
}

static int consult_command(int argc, char **argv)
{
    return act(argc, argv, "/v1/redress/consult");
}

static int answer_command(int argc, char **argv)
{
    return act(argc, argv, "/v1/redress/answer");
}

static int disclose_command(int argc, char **argv)
{
    return act(argc, argv, "/v1/redress/disclose");
}

static int restrict_command(int argc, char **argv)
{
    return act(argc, argv, "/v1/redress/restrict");
}

static const struct cli_subcommand commands[] = {
    { "file", file_command,
      "file --url URL --subject notice-access|notice-correction|notice-deletion --text TEXT [--contact TEXT]",
      N_("what is kept about the person who asks: to see it, to have it corrected or deleted. Answers with a "
         "reference and a code to follow it by; answers and appeals are those of serai complaint") },
    { "link", link_command, "link --url URL --reference REF --officer ID NOTICE",
      N_("the notice that is meant: while a correction or deletion is pending it is suspended, or another "
         "member's not acted on here") },
    { "consult", consult_command, "consult --url URL --reference REF --officer ID NOTICE",
      N_("asks the member whose notice it is, before anything is disclosed") },
    { "answer", answer_command,
      "answer --url URL --reference REF --member MEMBER --officer ID [--reason TEXT] NOTICE",
      N_("as the owner, to the member that asked: it may be disclosed; or, with a reason, not") },
    { "disclose", disclose_command, "disclose --url URL --reference REF --officer ID NOTICE",
      N_("the extract: what is kept, since when, and who looked at it") },
    { "restrict", restrict_command, "restrict --url URL --reference REF --officer ID --reason TEXT NOTICE",
      N_("nothing, or a part, is disclosed: with a reason that is recorded") },
};

static const struct cli_family family = {
    "redress",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --url URL        of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --reference REF  of the request, as filing it answered\n"
       "  --officer ID     who acts\n"
       "  --member MEMBER  that asked: TR\n"
       "  --reason TEXT    why it is restricted\n"
       "  --subject, --text, --contact, --language  of a request that is filed\n"
       "  --json           one JSON object\n"
       "\n"
       "Exit 0 done; 2 usage, or refused.\n"),
};

int cmd_redress(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
