/* serai need: what a traveller needs for a journey, by an agreement alone. */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "check/need.h"
#include "cli/cli.h"
#include "cli/need_say.h"
#include "node/config.h"

static const char command[] = "need";

static const char help[] = N_(
    "usage: serai need (--agreement FILE | --node FOLDER) --nationality STATE --route LEGS [OPTION]...\n\n"
    "What somebody needs for a journey: documents, permission or none, for how many days, duties after the\n"
    "arrival, and whether the driving licence is recognised; each with its article. No name, no number, no\n"
    "birth date is asked for. Found by deciding: who brings what is said is admitted, with one thing less "
    "not.\n\n"
    "  --nationality STATE   of the traveller's document, such as PK\n"
    "  --route LEGS          member,first day,last day,mode,post for each member entered, with \";\" "
    "between:\n"
    "                        \"IR,2027-03-01,2027-03-20,road,taftan;TR,2027-03-21\"; the end may be left "
    "out\n"
    "  --purpose WORD        travel purpose, such as pilgrimage\n"
    "  --residence STATE     where the traveller lives; --from STATE: where the journey begins\n"
    "  --document WORD       kind of travel document, such as \"identity card\"; none said: any that serves\n"
    "  --permission WORD     a permission that is there already, or none\n"
    "  --age YEARS           asked for by some rules, such as that on driving licences\n"
    "  --stays LIST          earlier stays: none, or \"IR,2026-10-01,2026-10-10;IR,2027-01-05,2027-01-08\"\n"
    "  --licence LIST        driving licence: issuer, categories, and if need be scheme: PK,LTV+PSV\n"
    "  --vehicle WORD        car, motorcycle, moped, lorry, bus or trailer\n"
    "  --language LANG       of the wording: en, fa, ru, tr\n"
    "  --pdf FILE            the answer to print\n"
    "  --json                the answer of GET /v1/need\n\n"
    "Exit 0 a way for every leg, 1 none for some leg: an officer decides; 2 usage or input/output, 3 it "
    "turns\n"
    "on what was not said.\n\n"
    "Examples:\n"
    "  serai need --node node/ --nationality PK --purpose pilgrimage --route IR,2027-03-01,2027-03-20,air\n"
    "  serai need --agreement agreements/eco.agreement --nationality TR --purpose tourism --vehicle car \\\n"
    "    --licence TR,B --age 30 --route \"IR,2027-03-01,2027-03-10,road;TM,2027-03-11,2027-03-15,road\"\n");

struct options {
    const char *agreement, *node, *pdf;
    bool json;
};

static struct agreement *parse(const char *path, struct arena *a, struct why *w)
{
    struct agreement_faults *faults = arena_alloc(a, sizeof *faults);
    struct agreement *g = NULL;
    struct span text;

    if (!faults || !cli_read(path, a, &text, w))
        return NULL;
    *faults = (struct agreement_faults){ 0 };
    g = agreement_parse(text, faults);
    for (size_t i = 0; !g && i < faults->n; i++)
        if (!faults->item[i].warning) {
            (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL, "%u:%u: %s", faults->item[i].line,
                          faults->item[i].column, faults->item[i].message);
            break;
        }
    return g;
}

static struct agreement *open_agreement(const struct options *o, struct arena *a, struct why *w)
{
    struct node_config *config = arena_alloc(a, sizeof *config);
    char path[4096];

    if (o->agreement)
        return parse(o->agreement, a, w);
    if (!config || (size_t)snprintf(path, sizeof path, "%s/node.conf", o->node) >= sizeof path ||
        !config_load(path, a, config, w))
        return NULL;
    return parse(config->agreement, a, w);
}

static int run(const struct options *o, const struct need_request *q, struct arena *a)
{
    struct agreement *g;
    struct buffer answer;
    struct why w;
    int rc = CLI_USAGE;

    why_clear(&w);
    g = open_agreement(o, a, &w);
    if (!g) {
        cli_why(command, o->agreement ? o->agreement : o->node, &w);
        return rc;
    }
    buf_init(&answer, 4 << 20);
    if (!need_answer(g, q, a, &answer, &w)) {
        cli_why(command, _("the journey"), &w);
    } else {
        if (o->json)
            printf("%.*s\n", (int)answer.n, (const char *)answer.p);
        rc = need_say(buf_span(&answer), o->json, o->pdf, a, &w);
        if (rc == CLI_USAGE)
            cli_why(command, o->pdf ? o->pdf : _("the answer"), &w);
    }
    buf_free(&answer);
    agreement_free(g);
    return rc;
}

int cmd_need(int argc, char **argv)
{
    enum { LANGUAGE = 267 };
    struct option options[] = {
        { "agreement", required_argument, NULL, 'A' },
        { "node", required_argument, NULL, 'N' },
        { "pdf", required_argument, NULL, 'P' },
        { "json", no_argument, NULL, 'J' },
        { "help", no_argument, NULL, 'h' },
        { "nationality", required_argument, NULL, 256 },
        { "residence", required_argument, NULL, 257 },
        { "from", required_argument, NULL, 258 },
        { "purpose", required_argument, NULL, 259 },
        { "document", required_argument, NULL, 260 },
        { "permission", required_argument, NULL, 261 },
        { "age", required_argument, NULL, 262 },
        { "route", required_argument, NULL, 263 },
        { "stays", required_argument, NULL, 264 },
        { "licence", required_argument, NULL, 265 },
        { "vehicle", required_argument, NULL, 266 },
        { "language", required_argument, NULL, LANGUAGE },
        { 0 },
    };
    struct need_request *q;
    struct options o = { 0 };
    struct why w = { 0 };
    struct arena a;
    bool told = false;
    int c, rc = CLI_USAGE;

    arena_init(&a, 64 << 20);
    q = arena_alloc(&a, sizeof *q);
    if (!q)
        goto out;
    need_request_init(q);
    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c >= 256) {
            told |= c == LANGUAGE;
            if (need_set(q, need_parameters[c - 256], span_str(optarg), &w))
                continue;
            cli_why(command, _("the journey"), &w);
            goto out;
        }
        if (c == 'A')
            o.agreement = optarg;
        else if (c == 'N')
            o.node = optarg;
        else if (c == 'P')
            o.pdf = optarg;
        else if (c == 'J')
            o.json = true;
        else {
            rc = c == 'h' ? cli_help(help) : cli_bad_option(command);
            goto out;
        }
    }
    if (!told)
        q->language = span_str(cli_language(NULL, o.json));
    if (optind != argc || !o.agreement == !o.node)
        rc = cli_usage(command, "say --agreement FILE or --node FOLDER, --nationality and --route");
    else
        rc = run(&o, q, &a);
out:
    arena_free(&a);
    return rc;
}
