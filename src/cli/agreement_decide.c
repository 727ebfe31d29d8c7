/* serai agreement decide: admit or refer for the facts given. */
#include <getopt.h>
#include <stdio.h>

#include "cli/agreement_file.h"
#include "cli/agreement_given.h"

static void json_reason(struct json_writer *w, const struct verdict_reason *r)
{
    jw_object(w, NULL);
    jw_str(w, "code", r->code);
    jw_str(w, "article", r->article);
    jw_str(w, "clause", r->clause);
    jw_int(w, "line", r->line);
    jw_bool(w, "for_admission", r->for_admission);
    jw_array(w, "facts");
    for (unsigned i = 0; i < FACTS_N; i++)
        if (r->facts >> i & 1)
            jw_str(w, NULL, fact_name((enum fact)i));
    jw_array_end(w);
    if (r->days) {
        jw_int(w, "days", r->days);
        jw_int(w, "window", r->window);
    }
    jw_str(w, "text", r->text);
    jw_object_end(w);
}

static void json_verdict(struct buffer *b, const struct agreement *a, const struct verdict *v)
{
    struct json_writer w = json_to(b);
    char day[DATE_TEXT];

    jw_object(&w, NULL);
    jw_str(&w, "verdict", v->outcome == OUTCOME_ADMIT ? "admit" : "refer");
    jw_str(&w, "article", v->article);
    if (v->stay_limited) {
        jw_int(&w, "days_used", v->days_used);
        jw_int(&w, "days_left", v->days_left);
        jw_str(&w, "last_day", date_format(v->last_day, day));
    }
    jw_array(&w, "reasons");
    for (size_t i = 0; i < v->n_reasons; i++)
        json_reason(&w, &v->reason[i]);
    jw_array_end(&w);
    jw_array(&w, "missing");
    for (size_t i = 0; i < v->n_missing; i++)
        jw_str(&w, NULL, fact_name(v->missing[i]));
    jw_array_end(&w);
    jw_str(&w, "agreement", agreement_title(a));
    jw_int(&w, "version", agreement_version(a));
    jw_hex(&w, "sha256", span_of(agreement_hash(a), 32));
    jw_object_end(&w);
    buf_u8(b, '\n');
}

static void text_verdict(struct buffer *b, const struct verdict *v)
{
    char day[DATE_TEXT];

    buf_str(b, v->outcome == OUTCOME_ADMIT ? _("ADMIT") : _("REFER to an officer"));
    if (v->article)
        buf_printf(b, _(" by article %s"), v->article);
    if (v->stay_limited)
        buf_printf(
            b, ngettext(", %d day left, until %s", ", %d days left, until %s", (unsigned long)v->days_left),
            v->days_left, date_format(v->last_day, day));
    buf_u8(b, '\n');
    for (size_t i = 0; i < v->n_reasons; i++)
        buf_printf(b, "  %s %s [%s]\n", v->reason[i].for_admission ? "+" : "-", v->reason[i].text,
                   v->reason[i].code);
}

static int decide(const char *file, const struct given *g, bool json)
{
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct verdict v;
    struct buffer b;
    int rc = agreement_file_load(file, false, &a, &faults);

    if (rc != CLI_POSITIVE)
        return rc;
    agreement_decide(a, &g->facts, g->on, &v);
    buf_init(&b, AGREEMENT_OUTPUT);
    if (json)
        json_verdict(&b, a, &v);
    else
        text_verdict(&b, &v);
    agreement_free(a);
    return agreement_put(&b, v.outcome == OUTCOME_ADMIT ? CLI_POSITIVE
                             : v.n_missing              ? CLI_UNDETERMINED
                                                        : CLI_NEGATIVE);
}

static int list_facts(void)
{
    static const char *const types[] = { N_("state (KZ)"), N_("word"),      N_("date (2027-01-31)"),
                                         N_("number"),     N_("yes or no"), N_("given with --stay") };

    for (unsigned i = 0; i < FACTS_N; i++)
        printf("%-28s %s\n", fact_name((enum fact)i), gettext(types[fact_type((enum fact)i)]));
    return fflush(stdout) == 0 ? CLI_POSITIVE : CLI_USAGE;
}

int agreement_decide_command(int argc, char **argv)
{
    static const struct option options[] = {
        GIVEN_OPTIONS, { "json", no_argument, NULL, 'j' }, { "facts", no_argument, NULL, 'F' }, { 0 }
    };
    static struct given g;
    const char *file, *error = NULL;
    bool json = false;
    int c;

    given_init(&g);
    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        if (c == 'F')
            return list_facts();
        if (c == 'j')
            json = true;
        else if (given_is(c))
            error = given_take(&g, c, optarg);
        else
            return cli_bad_option("agreement");
        if (error)
            return cli_usage("agreement", "%s: %s", error, optarg);
    }
    file = agreement_one_file(argc, argv);
    if (!file)
        return CLI_USAGE;
    if (!date_is_set(g.on))
        return cli_usage("agreement", "--on DATE is expected");
    return decide(file, &g, json);
}
