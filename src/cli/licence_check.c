/* serai licence check */
#include <getopt.h>

#include "base/text.h"
#include "check/licence_case.h"
#include "cli/ask.h"
#include "cli/licence.h"
#include "cli/licence_send.h"
#include "cli/licence_show.h"
#include "cli/spoken.h"
#include "node/instance.h"
#include "wire/json.h"

struct options {
    const char *node, *url, *session, *status, *typed;
    unix_time at;
    bool json, then; /* then: --at was said */
    struct licence_request r;
};

static int wrong_date(const char *option)
{
    return cli_usage("licence", "%s wants a date as 2027-01-31", option);
}

static int take_day(const char *option, struct date *out)
{
    return date_parse(span_str(optarg), out) ? CLI_POSITIVE : wrong_date(option);
}

static int take_said(const char *option, enum said *out)
{
    if (strcmp(optarg, "yes") != 0 && strcmp(optarg, "no") != 0)
        return cli_usage("licence", "%s is yes or no", option);
    *out = strcmp(optarg, "yes") == 0 ? SAID_YES : SAID_NO;
    return CLI_POSITIVE;
}

static int take_option(struct options *o, int c)
{
    switch (c) {
    case 'n':
        o->node = optarg;
        return CLI_POSITIVE;
    case 'u':
        o->url = optarg;
        return CLI_POSITIVE;
    case 's':
        o->session = optarg;
        return CLI_POSITIVE;
    case 'k':
        o->status = optarg;
        return CLI_POSITIVE;
    case 'y':
        o->typed = optarg;
        return CLI_POSITIVE;
    case 't':
        o->then = true;
        return cli_time(optarg, &o->at) ? CLI_POSITIVE
                                        : cli_usage("licence", "--at wants a date or a time such as "
                                                               "2026-01-31T12:00:00Z");
    case 'i':
        o->r.id = span_str(optarg);
        return *optarg ? CLI_POSITIVE : cli_usage("licence", "--id wants 1 to 64 of A-Z a-z 0-9 . _ -");
    case 'p':
        o->r.purpose = span_str(optarg);
        return CLI_POSITIVE;
    case 'P':
        o->r.place = span_str(optarg);
        return CLI_POSITIVE;
    case 'l':
        o->r.language = span_str(optarg);
        return CLI_POSITIVE;
    case 'h':
        o->r.residence = span_str(optarg);
        return CLI_POSITIVE;
    case 'r':
        return take_day("--resident-since", &o->r.resident_since);
    case 'e':
        return take_day("--entered", &o->r.entered);
    case 'x':
        return take_said("--examined", &o->r.examined);
    case 'T':
        return take_said("--translation", &o->r.translation);
    case 'I':
        return take_said("--permit", &o->r.permit);
    case 'S':
        return take_said("--statement", &o->r.statement);
    case 'a':
        o->r.do_not_ask = true;
        return CLI_POSITIVE;
    case 'j':
        o->json = true;
        return CLI_POSITIVE;
    default:
        return cli_bad_option("licence");
    }
}

/* --- what is typed: issuer=PK,number=X,categories=LTV+PSV:S02(9),… --- */

static bool take_category(struct licence_typed *t, struct span text)
{
    struct licence_privilege *p = &t->category[t->n_categories];
    struct span code;

    if (t->n_categories == LIMIT_LICENCE_PRIVILEGES || !text_split(&text, ':', &p->category) ||
        p->category.n == 0)
        return false;
    t->n_categories++;
    p->first_code = t->n_codes;
    while (text.n && text_split(&text, ':', &code)) {
        if (t->n_codes == LIMIT_LICENCE_CODES || code.n == 0)
            return false;
        t->code[t->n_codes++].code = code;
        p->n_codes++;
    }
    return true;
}

static bool take_categories(struct licence_typed *t, struct span text)
{
    struct span one;

    t->has_categories = true;
    while (text.n && text_split(&text, '+', &one))
        if (!take_category(t, one))
            return false;
    return t->n_categories > 0;
}

static bool take_pair(struct licence_typed *t, struct span name, struct span value)
{
    if (value.n == 0)
        return false;
    if (span_eq_str(name, "issuer")) {
        t->issuer = value;
        return value.n == 2 && ascii_upper(value.p[0]) && ascii_upper(value.p[1]);
    }
    if (span_eq_str(name, "number")) {
        t->number = value;
        return true;
    }
    if (span_eq_str(name, "categories"))
        return take_categories(t, value);
    if (span_eq_str(name, "issued"))
        return date_parse(value, &t->issued);
    if (span_eq_str(name, "expiry"))
        return date_parse(value, &t->expiry);
    return span_eq_str(name, "birth") && date_parse(value, &t->birth);
}

static int take_typed(struct options *o)
{
    struct licence_typed *t = &o->r.typed;
    struct span rest = span_str(o->typed), pair, name;

    if (!o->typed)
        return CLI_POSITIVE;
    while (rest.n && text_split(&rest, ',', &pair)) {
        if (!text_split(&pair, '=', &name) || !take_pair(t, name, pair))
            return cli_usage("licence",
                             "--typed is issuer=PK,number=X with categories=LTV+PSV, issued=, expiry= and "
                             "birth=DATE; what stands at \"%.*s\" is not",
                             (int)name.n, (const char *)name.p);
    }
    if (t->issuer.n == 0 || t->number.n == 0)
        return cli_usage("licence", "--typed has at least issuer=XX,number=N");
    t->present = true;
    return CLI_POSITIVE;
}

/* --- running --- */

static bool read_files(struct options *o, int n, char **file, struct arena *a, const char **path,
                       struct why *w)
{
    for (int i = 0; i < n; i++) {
        struct licence_evidence *e = &o->r.evidence[o->r.n_evidence++];

        *path = file[i];
        if (!cli_read(file[i], a, &e->bytes, w))
            return false;
        if (e->bytes.n == 0)
            return why_set(w, "empty", WHY_NO_OFFSET, NULL, "the file is empty");
    }
    *path = o->session;
    if (o->session && !cli_read(o->session, a, &o->r.session, w))
        return false;
    *path = o->status;
    return !o->status || cli_read(o->status, a, &o->r.status_token, w);
}

static int exit_of(const struct json *j)
{
    json_ref outcome = json_member(j, JSON_ROOT, "outcome");

    if (json_text_is(j, outcome, outcome_word(OUTCOME_RECOGNISED)) ||
        json_text_is(j, outcome, outcome_word(OUTCOME_RESTRICTED)))
        return CLI_POSITIVE;
    return json_text_is(j, outcome, outcome_word(OUTCOME_NOT_RECOGNISED)) ? CLI_NEGATIVE : CLI_UNDETERMINED;
}

static bool by_url(const struct options *o, struct arena *a, struct span *answer, struct why *w)
{
    struct buffer body;
    bool ok;

    buf_init(&body, LIMIT_EVIDENCE * 2);
    licence_request_put(&o->r, &body);
    ok = buf_ok(&body) ? ask_post(o->url, "/v1/licence", buf_span(&body), a, answer, w)
                       : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the evidence is too large to be sent");
    buf_free(&body);
    return ok;
}

static bool by_folder(const struct options *o, struct arena *a, struct span *answer, struct why *w)
{
    static struct instance node;
    const struct tongues tongues = spoken_tongues();
    struct licence_answer out;
    bool ok;

    if (!instance_open(o->node, INSTANCE_STORE, &node, w))
        return false;
    if (o->then)
        node.office.now = NULL; /* answers come at the time of asking */
    ok = licence_case_run(&node.check, &tongues, &o->r, o->at, a, &out, w);
    if (ok)
        *answer = out.json;
    instance_close(&node);
    return ok;
}

static int say(const struct options *o, struct span answer, struct arena *a)
{
    struct json j;

    if (!json_parse(answer, a, &j, NULL))
        return CLI_USAGE;
    if (o->json)
        printf("%.*s\n", (int)answer.n, (const char *)answer.p);
    else
        show_licence(answer, a);
    return fflush(stdout) == 0 ? exit_of(&j) : CLI_USAGE;
}

static int check(struct options *o, int n, char **file)
{
    struct span answer = { NULL, 0 };
    const char *path = NULL;
    struct why w = { 0 };
    int code = CLI_USAGE;
    struct arena a;

    arena_init(&a, (size_t)1 << 30);
    if (read_files(o, n, file, &a, &path, &w)) {
        path = o->url ? o->url : o->node;
        if (o->url ? by_url(o, &a, &answer, &w) : by_folder(o, &a, &answer, &w))
            code = say(o, answer, &a);
    }
    if (w.reason)
        ask_why("licence", path, &w);
    arena_free(&a);
    return code;
}

int licence_check_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "url", required_argument, NULL, 'u' },
        { "session", required_argument, NULL, 's' },
        { "status", required_argument, NULL, 'k' },
        { "typed", required_argument, NULL, 'y' },
        { "at", required_argument, NULL, 't' },
        { "id", required_argument, NULL, 'i' },
        { "purpose", required_argument, NULL, 'p' },
        { "place", required_argument, NULL, 'P' },
        { "language", required_argument, NULL, 'l' },
        { "residence", required_argument, NULL, 'h' },
        { "resident-since", required_argument, NULL, 'r' },
        { "entered", required_argument, NULL, 'e' },
        { "examined", required_argument, NULL, 'x' },
        { "translation", required_argument, NULL, 'T' },
        { "permit", required_argument, NULL, 'I' },
        { "statement", required_argument, NULL, 'S' },
        { "no-ask", no_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct options o;
    int c, rc = CLI_POSITIVE;

    o.at = cli_now();
    while (rc == CLI_POSITIVE && (c = getopt_long(argc, argv, "j", options, NULL)) != -1)
        rc = take_option(&o, c);
    if (rc == CLI_POSITIVE)
        rc = take_typed(&o);
    if (rc != CLI_POSITIVE)
        return rc;
    if (!o.r.language.n && !o.json)
        o.r.language = span_str(cli_language(NULL, false));
    if (!o.node == !o.url)
        return cli_usage("licence", "say whose check it is: either --url or --node");
    if (o.url && o.then)
        return cli_usage("licence", "a running node uses its own clock: --at goes with --node only");
    if (optind == argc && !o.typed)
        return cli_usage("licence", "nothing to check: name a FILE, or say what was typed with --typed");
    if (argc - optind > LIMIT_EVIDENCE_ITEMS)
        return cli_usage("licence", "at most %d pieces of evidence", LIMIT_EVIDENCE_ITEMS);
    return check(&o, argc - optind, argv + optind);
}
