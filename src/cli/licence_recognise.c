/* serai licence recognise */
#include <getopt.h>

#include "cli/fact.h"
#include "cli/licence.h"
#include "cli/licence_file.h"
#include "cli/spoken.h"
#include "node/instance.h"
#include "service/licence/answer.h"

struct options {
    const char *agreement, *node, *in, *category, *language, *file;
    bool json;
    unix_time at;
    struct date resident_since;
    struct facts said;
};

/* All that is large; the command runs once. */
struct work {
    struct options o;
    struct licence_data data;
    struct licence_case c;
    struct facts from_file;
    struct licence_decision decision[LICENCE_DECISIONS];
    size_t n;
    struct instance node;
    struct spoken spoken;
};

static int take_option(struct options *o, int c)
{
    switch (c) {
    case 'a':
        o->agreement = optarg;
        return CLI_POSITIVE;
    case 'n':
        o->node = optarg;
        return CLI_POSITIVE;
    case 't':
        return cli_time(optarg, &o->at) ? CLI_POSITIVE
                                        : cli_usage("licence", "--at wants a date as 2027-01-31");
    case 'i':
        o->in = optarg;
        return CLI_POSITIVE;
    case 'r':
        return date_parse(span_str(optarg), &o->resident_since)
                   ? CLI_POSITIVE
                   : cli_usage("licence", "--resident-since wants a date as 2027-01-31");
    case 'c':
        o->category = optarg;
        return CLI_POSITIVE;
    case 'l':
        o->language = optarg;
        return CLI_POSITIVE;
    case 'j':
        o->json = true;
        return CLI_POSITIVE;
    default:
        return cli_bad_option("licence");
    }
}

static int take_arguments(struct options *o, int argc, char **argv)
{
    const char *error;

    for (int i = optind; i < argc; i++) {
        if (strchr(argv[i], '=')) {
            error = cli_take_fact(&o->said, argv[i]);
            if (error)
                return cli_usage("licence", "%s: %s", argv[i], error);
        } else if (o->file) {
            return cli_usage("licence", "one FILE is expected, found another: %s", argv[i]);
        } else {
            o->file = argv[i];
        }
    }
    if (!o->file && !o->said.v[FACT_LICENCE_CATEGORY].present)
        return cli_usage("licence", "name a FILE, or at least the fact licence.category");
    return !o->agreement == !o->node ? cli_usage("licence", "name either --agreement or --node")
                                     : CLI_POSITIVE;
}

/* The agreement, and with --node the member. */
static struct agreement *load(struct work *w, struct arena *a)
{
    struct agreement_faults faults;
    struct agreement *g;
    struct span text;
    struct why y = { 0 };

    if (w->o.node) {
        if (instance_open(w->o.node, 0, &w->node, &y)) {
            w->o.in = w->o.in ? w->o.in : w->node.config.member;
            return w->node.agreement;
        }
        cli_why("licence", w->o.node, &y);
        return NULL;
    }
    if (!cli_read(w->o.agreement, a, &text, &y)) {
        cli_why("licence", w->o.agreement, &y);
        return NULL;
    }
    g = agreement_parse(text, &faults);
    for (size_t i = 0; !g && i < faults.n; i++)
        if (!faults.item[i].warning)
            (void)fprintf(stderr, _("%s:%u:%u: fault: %s\n"), w->o.agreement, faults.item[i].line,
                          faults.item[i].column, faults.item[i].message);
    return g;
}

/* What is said on the command line replaces what the file says. */
static bool read_case(struct work *w, struct arena *a)
{
    struct why y = { 0 };
    struct span text;

    licence_data_begin(&w->data, (struct span){ 0 });
    w->c = (struct licence_case){ .data = &w->data, .said = &w->from_file };
    if (w->o.file && (!cli_read(w->o.file, a, &text, &y) ||
                      !licence_file_read(text, w->o.at, a, &w->data, &w->c, &w->from_file, &y))) {
        cli_why("licence", w->o.file, &y);
        return false;
    }
    for (unsigned i = 0; i < FACTS_N; i++)
        if (w->o.said.v[i].present)
            w->from_file.v[i] = w->o.said.v[i];
    if (w->o.in)
        w->c.in = span_str(w->o.in);
    if (date_is_set(w->o.resident_since)) {
        w->c.resident_since = w->o.resident_since;
        w->c.residence = w->c.in;
    }
    return true;
}

static bool wanted(const struct work *w, const struct licence_decision *d)
{
    return !w->o.category || !d->privilege || span_eq_str(d->privilege->category, w->o.category);
}

static struct licence_telling telling_of(const struct work *w, const struct agreement *a)
{
    return (struct licence_telling){ .agreement = a,
                                     .data = &w->data,
                                     .stated = w->from_file.v[FACT_LICENCE_CATEGORY].word,
                                     .tongue = &w->spoken.t };
}

static void json_all(const struct work *k, const struct agreement *a, struct buffer *b)
{
    const struct licence_telling t = telling_of(k, a);
    struct json_writer w = json_to(b);
    char day[DATE_TEXT];

    jw_object(&w, NULL);
    jw_str(&w, "at", date_format(date_of_time(k->o.at), day));
    jw_text(&w, "in", k->c.in);
    jw_str(&w, "language", k->o.language);
    jw_array(&w, "categories");
    for (size_t i = 0; i < k->n; i++)
        if (wanted(k, &k->decision[i]))
            licence_put_decision(&w, &t, &k->decision[i]);
    jw_array_end(&w);
    jw_str(&w, "agreement", agreement_title_in(a, NULL, k->o.language, NULL));
    jw_int(&w, "version", agreement_version(a));
    jw_hex(&w, "sha256", span_of(agreement_hash(a), 32));
    jw_object_end(&w);
    buf_u8(b, '\n');
}

/* Reasons in words: each once, those that are only the general word left out. */
static void text_reasons(struct buffer *b, const struct verdict *v, const struct spoken *s)
{
    struct buffer missing;

    for (size_t i = 0; i < v->n_reasons; i++) {
        const char *said = licence_reason_in(v->reason[i].code, &s->t);
        bool before = false;

        for (size_t k = 0; k < i; k++)
            before |= strcmp(v->reason[k].code, v->reason[i].code) == 0;
        if (strcmp(v->reason[i].code, "duty") == 0)
            buf_printf(b, "    %s\n", v->reason[i].text);
        else if (said && !before)
            buf_printf(b, "    %s [%s]\n", said, v->reason[i].code);
    }
    buf_init(&missing, 1 << 16);
    for (size_t i = 0; i < v->n_missing; i++)
        buf_printf(&missing, "%s%s [%s]", i ? ", " : "", licence_fact_in(v->missing[i], &s->t),
                   fact_name(v->missing[i]));
    if (v->n_missing)
        buf_printf(b, "    %s\n",
                   catalogue_fill(&s->texts, "manifest.missing",
                                  (const char *const[]){ "what", buf_cstr(&missing), NULL }));
    buf_free(&missing);
}

static void text_codes(struct buffer *b, const struct licence_data *l, const struct licence_privilege *p,
                       const struct tongue *t)
{
    if (p->n_codes)
        buf_printf(b, "    %s:", licence_fact_in(FACT_LICENCE_CODES, t));
    for (size_t i = 0; i < p->n_codes; i++) {
        const struct licence_code *c = &l->code[p->first_code + i];

        buf_u8(b, ' ');
        buf_put(b, c->code);
        buf_put(b, c->sign);
        buf_put(b, c->value);
        if (!c->known)
            buf_str(b, " (?)");
    }
    if (p->n_codes)
        buf_u8(b, '\n');
}

static void text_decision(const struct work *k, const struct agreement *a, const struct licence_decision *d,
                          struct buffer *b)
{
    const struct licence_telling t = telling_of(k, a);
    const struct spoken *s = &k->spoken;
    const struct verdict *v = &d->verdict;
    char day[DATE_TEXT];

    buf_put(b, licence_decision_category(&t, d));
    if (d->privilege || d->mapping)
        buf_printf(b, " [%s%s%s]", licence_scheme_word(d->scheme), d->mapping ? ", 1968 " : "",
                   d->mapping ? d->mapping->vienna : "");
    buf_printf(b, ": %s", licence_outcome_in(v->outcome, &s->t));
    if (licence_is_good(v->outcome)) {
        buf_printf(b, ", %s, ",
                   catalogue_fill(&s->texts, "category.until",
                                  (const char *const[]){ "at", date_format(v->last_day, day), NULL }));
        tongue_put(&s->t, PHRASE_ARTICLE, v->article, NULL, b);
    }
    buf_u8(b, '\n');
    if (d->privilege)
        text_codes(b, &k->data, d->privilege, &s->t);
    text_reasons(b, v, s);
}

/* The wording of the articles that were named, each once. */
static void text_articles(const struct work *k, const struct agreement *a, struct buffer *b)
{
    const char *told = NULL;

    for (size_t i = 0; i < k->n; i++) {
        const struct verdict *v = &k->decision[i].verdict;

        for (size_t r = 0; r < v->n_reasons; r++) {
            const char *x = v->reason[r].article;

            if (!x || (told && strcmp(x, told) == 0) || !wanted(k, &k->decision[i]))
                continue;
            told = x;
            buf_u8(b, '\n');
            tongue_put(&k->spoken.t, PHRASE_ARTICLE, x, NULL, b);
            buf_printf(b, ". %s\n%s\n", agreement_title_in(a, x, k->o.language, NULL),
                       agreement_wording(a, x, k->o.language, NULL));
        }
    }
}

static int code_of(const struct work *k)
{
    int worst = CLI_NEGATIVE;

    for (size_t i = 0; i < k->n; i++) {
        if (!wanted(k, &k->decision[i]))
            continue;
        if (licence_is_good(k->decision[i].verdict.outcome))
            return CLI_POSITIVE;
        if (k->decision[i].verdict.outcome == OUTCOME_REFER)
            worst = CLI_UNDETERMINED;
    }
    return worst;
}

static int put(const struct work *k, const struct agreement *a)
{
    struct buffer b;
    bool ok;

    buf_init(&b, 64 << 20);
    if (k->o.json) {
        json_all(k, a, &b);
    } else {
        for (size_t i = 0; i < k->n; i++)
            if (wanted(k, &k->decision[i]))
                text_decision(k, a, &k->decision[i], &b);
        text_articles(k, a, &b);
    }
    ok = buf_ok(&b) && fwrite(b.p, 1, b.n, stdout) == b.n && fflush(stdout) == 0;
    buf_free(&b);
    return ok ? code_of(k) : CLI_USAGE;
}

static int recognise(struct work *w)
{
    struct agreement *g;
    struct arena a;
    int rc = CLI_USAGE;

    arena_init(&a, 64 << 20);
    spoken_init(&w->spoken, w->o.language);
    g = load(w, &a);
    if (g && read_case(w, &a)) {
        w->n = licence_recognise(g, &w->c, date_of_time(w->o.at), w->decision, LICENCE_DECISIONS);
        rc = put(w, g);
    }
    spoken_free(&w->spoken);
    if (w->node.agreement)
        instance_close(&w->node);
    else
        agreement_free(g);
    arena_free(&a);
    return rc;
}

int licence_recognise_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "agreement", required_argument, NULL, 'a' },
        { "node", required_argument, NULL, 'n' },
        { "at", required_argument, NULL, 't' },
        { "in", required_argument, NULL, 'i' },
        { "resident-since", required_argument, NULL, 'r' },
        { "category", required_argument, NULL, 'c' },
        { "language", required_argument, NULL, 'l' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct work w;
    int c, rc = CLI_POSITIVE;

    w.o = (struct options){ .at = cli_now() };
    while (rc == CLI_POSITIVE && (c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        rc = take_option(&w.o, c);
    }
    if (rc != CLI_POSITIVE)
        return rc;
    w.o.language = cli_language(w.o.language, w.o.json);
    rc = take_arguments(&w.o, argc, argv);
    return rc == CLI_POSITIVE ? recognise(&w) : rc;
}
