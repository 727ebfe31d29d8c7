/* serai agreement: check, show and decide by an agreement. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement/agreement.h"
#include "agreement/stay.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/fact.h"
#include "wire/json_write.h"

enum { WELL = 0, BAD = 1, USAGE = 2, UNDECIDED = 3 };
enum { OUTPUT = 64 * 1024 * 1024, ARTICLES = 1024 };

static const char help[] =
    "usage: serai agreement check FILE [--json]\n"
    "       serai agreement show FILE [--language LANG] [--article N]\n"
    "       serai agreement decide FILE --on DATE [--fact NAME=VALUE]... [--stay FROM..TO]...\n"
    "                              [--no-stays] [--json]\n"
    "\n"
    "check   reads an agreement, names every fault with line and column, runs its worked examples and\n"
    "        says which articles no example reaches.\n"
    "show    prints the wording, article by article.\n"
    "decide  says admit or refer for the facts given, with the articles that say so.\n"
    "\n"
    "  --json            one JSON object instead of text\n"
    "  --language LANG   wording in this language (en, fa, ru, tr, ...), or the nearest one\n"
    "  --article N       this article only\n"
    "  --on DATE         the day of the decision, as 2027-01-31\n"
    "  --fact NAME=VALUE a fact, as travel.purpose=pilgrimage; may be repeated\n"
    "  --facts           lists the facts there are: serai agreement decide --facts\n"
    "  --stay FROM..TO   an earlier stay, both days counted; without TO the traveller is still inside\n"
    "  --no-stays        the traveller was never here (not the same as: nobody knows)\n"
    "\n"
    "Exit 0 all well, or admit; 1 fault, failing example, or refer; 2 usage or input/output;\n"
    "3 refer because facts are missing.\n"
    "\n"
    "Example:\n"
    "  serai agreement decide agreements/eco.agreement --on 2027-03-01 --no-stays \\\n"
    "    --fact traveller.nationality=PK --fact travel.entering=IR --fact travel.purpose=pilgrimage \\\n"
    "    --fact travel.mode=air --fact document.kind=passport --fact document.result=genuine \\\n"
    "    --fact document.expiry=2030-01-01\n";

struct options {
    const char *file, *language, *article;
    bool json, facts_known;
    struct date on;
    struct facts facts;
    struct stay stays[LIMIT_STAYS];
};

static int usage(const char *message, const char *what)
{
    (void)fprintf(stderr, "serai agreement: %s%s%s\nTry: serai agreement --help\n", message, what ? ": " : "",
                  what ? what : "");
    return USAGE;
}

static bool read_file(const char *path, struct buffer *b)
{
    struct why w = { 0 };

    if (cli_read_most(path, LIMIT_AGREEMENT, b, &w))
        return true;
    cli_why("agreement", path, &w);
    return false;
}

static void print_faults(const char *file, const struct agreement_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        (void)fprintf(stderr, "%s:%u:%u: %s: %s\n", file, f->item[i].line, f->item[i].column,
                      f->item[i].warning ? "warning" : "fault", f->item[i].message);
    if (f->lost)
        (void)fprintf(stderr, "%s: and %zu more\n", file, f->lost);
}

static void json_faults(struct json_writer *w, const struct agreement_faults *f)
{
    jw_array(w, "faults");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(w, NULL);
        jw_int(w, "line", f->item[i].line);
        jw_int(w, "column", f->item[i].column);
        jw_str(w, "severity", f->item[i].warning ? "warning" : "fault");
        jw_str(w, "message", f->item[i].message);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_int(w, "faults_lost", (int64_t)f->lost);
}

/* Output is complete or the command fails: a full disk is told. */
static int flush(struct buffer *b, int rc)
{
    bool ok = buf_ok(b) && fwrite(b->p, 1, b->n, stdout) == b->n && fflush(stdout) == 0;

    if (!ok)
        (void)fprintf(stderr, "serai agreement: cannot write the output\n");
    buf_free(b);
    return ok ? rc : USAGE;
}

/* *ret NULL: the agreement has faults, which are printed unless they go into JSON. */
static int load(const struct options *o, struct agreement **ret, struct agreement_faults *faults)
{
    struct buffer b;

    if (!read_file(o->file, &b))
        return USAGE;
    *ret = agreement_parse(buf_span(&b), faults);
    buf_free(&b);
    if (!o->json)
        print_faults(o->file, faults);
    return *ret ? WELL : BAD;
}

struct report {
    struct buffer *b;
    struct json_writer *w; /* NULL: text */
    size_t run;
};

static void one_example(void *ctx, const char *article, const char *example, bool ok, const char *detail)
{
    struct report *r = ctx;

    r->run++;
    if (r->w) {
        jw_object(r->w, NULL);
        jw_str(r->w, "article", article);
        jw_str(r->w, "example", example);
        jw_bool(r->w, "ok", ok);
        if (!ok)
            jw_str(r->w, "detail", detail);
        jw_object_end(r->w);
    } else if (!ok) {
        buf_printf(r->b, "article %s, example \"%s\": %s\n", article, example, detail);
    }
}

static void coverage(const struct agreement *a, struct report *r)
{
    static struct agreement_article list[ARTICLES];
    static bool reached[ARTICLES];
    size_t n = agreement_articles(a, list, ARTICLES), rules = 0, hit = 0;

    n = n < ARTICLES ? n : ARTICLES;
    agreement_coverage(a, reached, n);
    if (r->w)
        jw_array(r->w, "coverage");
    for (size_t i = 0; i < n; i++) {
        rules += list[i].has_rule;
        hit += list[i].has_rule && reached[i];
        if (r->w) {
            jw_object(r->w, NULL);
            jw_str(r->w, "article", list[i].number);
            jw_bool(r->w, "has_rule", list[i].has_rule);
            jw_bool(r->w, "reached", reached[i]);
            jw_object_end(r->w);
        } else if (list[i].has_rule && !reached[i]) {
            buf_printf(r->b, "article %s (line %u): no example reaches it\n", list[i].number, list[i].line);
        }
    }
    if (r->w)
        jw_array_end(r->w);
    else
        buf_printf(r->b, "%zu of %zu articles with rules reached by examples\n", hit, rules);
}

/* Which misfortunes the agreement's number of witnesses survives. */
static void quorum(const struct agreement *a, struct report *r)
{
    struct agreement_quorum q;

    if (!agreement_witnesses(a, &q))
        return;
    if (!r->w) {
        buf_printf(r->b,
                   "a record is witnessed by %u of %u: survives %u that collude with a log, and %u out of "
                   "reach\n",
                   q.need, q.witnesses, q.collude, q.unreachable);
        return;
    }
    jw_object(r->w, "witnessed");
    jw_int(r->w, "need", q.need);
    jw_int(r->w, "of", q.witnesses);
    jw_int(r->w, "collude", q.collude);
    jw_int(r->w, "unreachable", q.unreachable);
    jw_object_end(r->w);
}

static int check(const struct options *o)
{
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct buffer b;
    struct json_writer w = json_to(&b);
    struct report r = { &b, o->json ? &w : NULL, 0 };
    size_t failed = 0;
    int rc = load(o, &a, &faults);

    if (rc == USAGE)
        return rc;
    buf_init(&b, OUTPUT);
    if (o->json) {
        jw_object(&w, NULL);
        jw_str(&w, "file", o->file);
        json_faults(&w, &faults);
    }
    if (a) {
        if (o->json) {
            jw_str(&w, "title", agreement_title(a));
            jw_int(&w, "version", agreement_version(a));
            jw_hex(&w, "sha256", span_of(agreement_hash(a), 32));
            jw_array(&w, "examples");
        }
        failed = agreement_run_examples(a, one_example, &r);
        if (o->json)
            jw_array_end(&w);
        else
            buf_printf(&b, "%s, version %u: %zu examples, %zu failed\n", agreement_title(a),
                       agreement_version(a), r.run, failed);
        coverage(a, &r);
        quorum(a, &r);
    }
    rc = rc == WELL && failed == 0 ? WELL : BAD;
    if (o->json) {
        jw_bool(&w, "ok", rc == WELL);
        jw_object_end(&w);
        buf_u8(&b, '\n');
    }
    agreement_free(a);
    return flush(&b, rc);
}

static int show(const struct options *o)
{
    struct agreement_article list[ARTICLES];
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct buffer b;
    const char *language, *text;
    size_t n, shown = 0;
    int rc = load(o, &a, &faults);

    if (rc != WELL)
        return rc;
    buf_init(&b, OUTPUT);
    n = agreement_articles(a, list, ARTICLES);
    if (!o->article) {
        buf_printf(&b, "%s\n", agreement_title_in(a, NULL, o->language, &language));
        text = agreement_note(a, o->language, &language);
        if (text)
            buf_printf(&b, "%s\n", text);
    }
    for (size_t i = 0; i < n && i < ARTICLES; i++) {
        if (o->article && strcmp(o->article, list[i].number) != 0)
            continue;
        shown++;
        buf_printf(&b, "\n%s. %s\n", list[i].number,
                   agreement_title_in(a, list[i].number, o->language, &language));
        text = agreement_wording(a, list[i].number, o->language, &language);
        if (text)
            buf_printf(&b, "%s%s%s%s\n", text, strcmp(language, o->language) ? " [" : "",
                       strcmp(language, o->language) ? language : "",
                       strcmp(language, o->language) ? "]" : "");
    }
    agreement_free(a);
    if (!shown && o->article) {
        buf_free(&b);
        return usage("no such article", o->article);
    }
    return flush(&b, WELL);
}

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

    buf_str(b, v->outcome == OUTCOME_ADMIT ? "ADMIT" : "REFER to an officer");
    if (v->article)
        buf_printf(b, " by article %s", v->article);
    if (v->stay_limited)
        buf_printf(b, ", %d %s left, until %s", v->days_left, v->days_left == 1 ? "day" : "days",
                   date_format(v->last_day, day));
    buf_u8(b, '\n');
    for (size_t i = 0; i < v->n_reasons; i++)
        buf_printf(b, "  %s %s [%s]\n", v->reason[i].for_admission ? "+" : "-", v->reason[i].text,
                   v->reason[i].code);
}

static int decide(const struct options *o)
{
    struct agreement_faults faults;
    struct agreement *a = NULL;
    struct verdict v;
    struct buffer b;
    int rc = load(o, &a, &faults);

    if (rc != WELL) {
        if (o->json && rc == BAD)
            print_faults(o->file, &faults);
        return rc;
    }
    agreement_decide(a, &o->facts, o->on, &v);
    buf_init(&b, OUTPUT);
    if (o->json)
        json_verdict(&b, a, &v);
    else
        text_verdict(&b, &v);
    agreement_free(a);
    return flush(&b, v.outcome == OUTCOME_ADMIT ? WELL : v.n_missing ? UNDECIDED : BAD);
}

/* FROM..TO, or FROM.. */
static const char *take_stay(struct options *o, const char *arg)
{
    const char *dots = strstr(arg, "..");
    struct stay s = { 0 };

    if (!dots || !date_parse(span_of(arg, (size_t)(dots - arg)), &s.from) ||
        (dots[2] && (!date_parse(span_str(dots + 2), &s.to) || date_cmp(s.to, s.from) < 0)))
        return "a stay is FROM..TO, as 2027-01-01..2027-01-29";
    if (o->facts.n_stays == LIMIT_STAYS)
        return "too many stays";
    o->stays[o->facts.n_stays++] = s;
    o->facts.stays_known = true;
    return NULL;
}

static int list_facts(void)
{
    static const char *const types[] = { "state (KZ)", "word",      "date (2027-01-31)",
                                         "number",     "yes or no", "given with --stay" };

    for (unsigned i = 0; i < FACTS_N; i++)
        printf("%-28s %s\n", fact_name((enum fact)i), types[fact_type((enum fact)i)]);
    return fflush(stdout) == 0 ? WELL : USAGE;
}

static int take_options(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        { "json", no_argument, NULL, 'j' },          { "language", required_argument, NULL, 'l' },
        { "article", required_argument, NULL, 'a' }, { "fact", required_argument, NULL, 'f' },
        { "on", required_argument, NULL, 'o' },      { "stay", required_argument, NULL, 's' },
        { "no-stays", no_argument, NULL, 'n' },      { "facts", no_argument, NULL, 'F' },
        { "help", no_argument, NULL, 'h' },          { 0 },
    };
    const char *error = NULL;
    int c;

    optind = 1;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "hj", longs, NULL)) != -1 && !error) {
        if (c == 'j')
            o->json = true;
        else if (c == 'l')
            o->language = optarg;
        else if (c == 'a')
            o->article = optarg;
        else if (c == 'f')
            error = cli_take_fact(&o->facts, optarg);
        else if (c == 's')
            error = take_stay(o, optarg);
        else if (c == 'n')
            o->facts.stays_known = true;
        else if (c == 'F')
            o->facts_known = true;
        else if (c == 'o' && !date_parse(span_str(optarg), &o->on))
            error = "a day is written as 2027-01-31";
        else if (c == 'h')
            return fputs(help, stdout) < 0 || fflush(stdout) ? USAGE : -2;
        else if (c == '?')
            return usage("unknown option, or one without its value", argv[optind - 1]);
        if (error)
            return usage(error, optarg);
    }
    if (o->facts_known)
        return -1;
    if (optind + 1 != argc)
        return usage("one FILE is expected", optind + 1 < argc ? argv[optind + 1] : NULL);
    o->file = argv[optind];
    return -1;
}

int cmd_agreement(int argc, char **argv)
{
    static struct options o; /* too large for a frame; the command runs once */
    const char *what = argc > 1 ? argv[1] : NULL;
    int rc;

    o = (struct options){ .language = "en" };
    o.facts.stays = o.stays;
    fact_set_word(&o.facts, FACT_EVIDENCE_CONTRADICTION, SPAN("none")); /* there is no evidence here */
    if (!what)
        return usage("check, show or decide is expected", NULL);
    if (strcmp(what, "--help") == 0 || strcmp(what, "-h") == 0 || strcmp(what, "help") == 0)
        return fputs(help, stdout) < 0 || fflush(stdout) ? USAGE : WELL;
    rc = take_options(&o, argc - 1, argv + 1);
    if (rc != -1)
        return rc == -2 ? WELL : rc;
    if (strcmp(what, "decide") == 0 && o.facts_known)
        return list_facts();
    if (!o.file)
        return usage("one FILE is expected", NULL);
    if (strcmp(what, "check") == 0)
        return check(&o);
    if (strcmp(what, "show") == 0)
        return show(&o);
    if (strcmp(what, "decide") != 0)
        return usage("check, show or decide is expected", what);
    if (!date_is_set(o.on))
        return usage("--on DATE is expected", NULL);
    return decide(&o);
}
