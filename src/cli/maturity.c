/* serai maturity: a team's self-assessment, its peer review, what of it is published. */
#include <stdio.h>

#include "base/text.h"
#include "cli/cooperation.h"
#include "cli/desk_call.h"
#include "cli/subcommand.h"
#include "crypto/digest.h"
#include "wire/json.h"

enum { ATTACHED = 256 << 20 };

#define RUN(name, path_, how_, told_)                                                                        \
    static int name(int argc, char **argv)                                                                   \
    {                                                                                                        \
        return cooperation_run(                                                                              \
            &(struct cooperation_call){ .command = "maturity", .path = path_, .how = how_, .told = told_ },  \
            argc, argv);                                                                                     \
    }

/* Met or not: the exit says it. */
static int tell_check(struct span answer, bool as_json, struct arena *a)
{
    struct json j;
    bool met = false;

    if (!json_parse(answer, a, &j, NULL) || !json_boolean(&j, json_member(&j, JSON_ROOT, "met"), &met))
        return CLI_USAGE;
    desk_print(answer, as_json);
    return met ? CLI_POSITIVE : CLI_NEGATIVE;
}

/* The text alone: it goes into a file. */
static int tell_export(struct span answer, bool as_json, struct arena *a)
{
    struct span text = { NULL, 0 };
    struct json j;

    if (as_json) {
        desk_print(answer, true);
        return CLI_POSITIVE;
    }
    if (!json_parse(answer, a, &j, NULL) || !json_text_of(&j, json_member(&j, JSON_ROOT, "text"), a, &text))
        return CLI_USAGE;
    return fwrite(text.p, 1, text.n, stdout) == text.n ? CLI_POSITIVE : CLI_USAGE;
}

RUN(run_assess, "/v1/maturity/assess", COOPERATION_POST, NULL)
RUN(run_show, "/v1/maturity", COOPERATION_GET, NULL)
RUN(run_check, "/v1/maturity/check", COOPERATION_GET, tell_check)
RUN(run_compare, "/v1/maturity/compare", COOPERATION_GET, NULL)
RUN(run_publish, "/v1/maturity/publish", COOPERATION_POST, NULL)
RUN(run_review, "/v1/maturity/review", COOPERATION_POST, NULL)
RUN(run_export, "/v1/maturity/export", COOPERATION_GET, tell_export)

/* The digest that --digest takes, of a file that stays where it is. */
static int run_digest(int argc, char **argv)
{
    struct buffer text, hex;
    struct why w = { 0 };
    struct digest d;

    if (argc != 2)
        return cli_usage("maturity digest", "name one file");
    if (!cli_read_most(argv[1], ATTACHED, &text, &w)) {
        cli_why("maturity digest", argv[1], &w);
        return CLI_USAGE;
    }
    digest_of(DIGEST_SHA256, buf_span(&text), &d);
    buf_init(&hex, 128);
    hex_put(&hex, span_of(d.b, 32));
    printf("%s\n", buf_cstr(&hex));
    buf_free(&hex);
    buf_free(&text);
    return CLI_POSITIVE;
}

static const struct cli_subcommand commands[] = {
    { "assess", run_assess,
      "assess --url URL --office ROLE [--year YEAR] --parameter O-1 --level 0-4 [--evidence TEXT] [--digest "
      "SHA256]",
      N_("sets the level of a parameter, with its evidence: text, and the digest of a file that stays "
         "here") },
    { "digest", run_digest, "digest FILE", N_("the digest of a file, for --digest") },
    { "show", run_show, "show --url URL [--year YEAR] [--language TAG] [--json]",
      N_("levels, means, gaps, reviews, years; profiles of members; what others gave this member to "
         "review") },
    { "check", run_check, "check --url URL [--year YEAR] [--profile NAME] [--language TAG] [--json]",
      N_("what is missing for a profile: none (what must be assessed), basic, intermediate, advanced. Exit "
         "1: "
         "something is") },
    { "compare", run_compare, "compare --url URL [--year YEAR] [--with YEAR] [--language TAG] [--json]",
      N_("two own years, parameter by parameter") },
    { "publish", run_publish,
      "publish --url URL --office ROLE [--year YEAR] (--reviewers TR,UZ [--to STATES] [--tlp TLP] | --scope "
      "profile --consent yes)",
      N_("the whole to reviewers (and whoever --to names besides), or the profile to all members") },
    { "review", run_review,
      "review --url URL --office ROLE --assessment ID --parameter O-1 --verdict confirmed|disputed [--level "
      "0-4] --reason TEXT",
      N_("confirms or disputes a parameter of another member's assessment; the later word counts") },
    { "export", run_export, "export --url URL [--year YEAR] [--format csv|html] [--language TAG]",
      N_("the own assessment for a spreadsheet, or to print") },
};

static const struct cli_family family = {
    "maturity", commands, sizeof commands / sizeof *commands,
    N_("  --url URL   of the node that runs, on this machine: http://127.0.0.1:7311\n"
       "  --office    the role that says it, no person\n"
       "  --level     0 absent, 1 known, 2 written down, 3 approved by the head, 4 examined from outside\n"
       "\n"
       "Exit 0 done, 1 refused by the rules, or something is missing, 2 usage or input/output.\n"
       "\n"
       "Examples:\n"
       "  serai maturity check --url http://127.0.0.1:7311 --profile basic\n"
       "  serai maturity export --url http://127.0.0.1:7311 --format html >maturity.html\n")
};

int cmd_maturity(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
