/* serai licence offence: fines of drivers from elsewhere, notified and answered. */
#include <getopt.h>

#include "base/text.h"
#include "cli/licence.h"
#include "cli/licence_row.h"
#include "node/instance.h"
#include "service/licence/offence.h"
#include "wire/json_write.h"

static const char command[] = "licence offence";

struct options {
    const char *node, *side, *member, *state, *subject, *plate;
    const char *reason, *before, *amount, *currency, *day, *payment;
    bool json;
    const char *what, *name, *step; /* "answer" REFERENCE STEP */
};

static bool fail(struct why *w, const char *reason, const char *what)
{
    return why_set(w, reason, WHY_NO_OFFSET, NULL, "%s", what);
}

static enum case_side side_of(const struct options *o)
{
    return !o->side ? CASE_ANY_SIDE : strcmp(o->side, "ours") == 0 ? CASE_OURS : CASE_THEIRS;
}

/* ---- saying ---- */

static void put_plain(const char *label, struct span s)
{
    struct buffer b;

    if (!s.n)
        return;
    buf_init(&b, 1 << 20);
    buf_str(&b, label);
    text_put_plain(&b, s);
    (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
}

static void put_outcome(const struct options *o, struct span reference, const struct offence_outcome *r)
{
    struct json_writer j;
    struct buffer b;

    if (!o->json) {
        (void)printf("%.*s  %.*s%s%s\n", (int)reference.n, (const char *)reference.p, (int)r->transport.n,
                     (const char *)r->transport.p,
                     r->refused     ? _(", refused: ")
                     : r->delivered ? _(", delivered")
                                    : _(", not delivered yet: serai licence offence send tries again"),
                     r->refused ? r->refused : "");
        return;
    }
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "reference", reference);
    jw_text(&j, "notice", r->transport);
    jw_bool(&j, "delivered", r->delivered);
    jw_bool(&j, "repeated", r->what == STORE_REPEATED);
    if (r->refused)
        jw_str(&j, "refused", r->refused);
    jw_object_end(&j);
    (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
}

static int code_of(const struct offence_outcome *r)
{
    if (r->refused)
        return CLI_NEGATIVE;
    return r->delivered ? CLI_POSITIVE : CLI_UNDETERMINED;
}

static int notify(const struct options *o, struct instance *node, struct arena *a, struct why *w)
{
    const struct node_config *c = &node->config;
    const struct offence_defaults d = { node->office.member, span_str(c->offence_authority),
                                        span_str(c->offence_redress), (int)c->offence_days };
    struct offence *before = arena_alloc(a, sizeof *before);
    struct offence_outcome r = { 0 };
    struct offence_request q;
    struct case_name name = { CASE_OURS, { NULL, 0 }, { NULL, 0 } };
    struct span text;
    bool found = false;

    if (!cli_read(o->name, a, &text, w) || !offence_request_read(text, &d, a, &q, w))
        return CLI_USAGE;
    name.other = q.to;
    name.reference = q.id;
    if (!offence_look(node->store, node->agreement, &name, a, &found, before, w))
        return CLI_USAGE;
    if (found)
        offence_request_again(&q, &before->notice);
    if (!offence_notify(&node->office, q.to, q.id, &q.notice, cli_now(), a, &r, w))
        return CLI_USAGE;
    if (r.what == STORE_CONFLICT) {
        (void)fail(w, "request-conflict", _("this id stands for another notice"));
        return CLI_USAGE;
    }
    put_outcome(o, q.id, &r);
    return code_of(&r);
}

static bool read_step(const struct options *o, enum offence_word word, struct offence_step *x, struct why *w)
{
    *x = (struct offence_step){ .word = word,
                                .reason = span_str(o->reason),
                                .before = span_str(o->before),
                                .amount = span_str(o->amount),
                                .currency = span_str(o->currency),
                                .payment = span_str(o->payment) };
    if (word <= OFFENCE_ACKNOWLEDGED)
        return fail(w, "request",
                    _("the step is unknown, paid, contested, transferred, withdrawn or closed"));
    return !o->day || date_parse(span_str(o->day), &x->day) ||
           fail(w, "request", _("--day wants a day such as 2026-12-31"));
}

static bool look(const struct options *o, struct store *s, const struct agreement *g, struct arena *a,
                 struct offence *of, struct why *w)
{
    const struct case_name name = { side_of(o), span_str(o->member), span_str(o->name) };
    bool found = false;

    return offence_look(s, g, &name, a, &found, of, w) &&
           (found || fail(w, "no-notice", _("no notice has this reference here")));
}

static int answer(const struct options *o, enum offence_word word, struct instance *node, struct arena *a,
                  struct why *w)
{
    struct offence *of = arena_alloc(a, sizeof *of);
    struct offence_outcome r = { 0 };
    struct offence_step x;

    if (!read_step(o, word, &x, w) || !look(o, node->store, node->agreement, a, of, w) ||
        !offence_say(&node->office, of, &x, cli_now(), a, &r, w))
        return CLI_USAGE;
    put_outcome(o, of->name.reference, &r);
    return code_of(&r);
}

/* ---- pages ---- */

/* Called for each notice of the filter, newest first; false ends with its reason. */
struct walk {
    bool (*one)(struct walk *k, struct offence *of, struct arena *a, struct why *w);
    const struct options *o;
    struct store *s;
    struct instance *node; /* of send */
    struct json_writer *j;
    size_t n, waiting;
};

static bool walk(struct walk *k, struct case_filter *f, struct why *w)
{
    const struct case_view *page;
    struct offence *of;
    struct why unreadable;
    struct arena a;
    bool ok = true;
    size_t n;

    arena_init(&a, 256 << 20);
    do {
        arena_reset(&a);
        n = 0;
        of = arena_alloc(&a, sizeof *of);
        ok = store_list_cases(k->s, f, &a, &page, &n, &f->before, w);
        for (size_t i = 0; ok && i < n; i++) {
            why_clear(&unreadable);
            if (offence_of_case(&page[i], &a, of, &unreadable))
                ok = k->one(k, of, &a, w);
        }
    } while (ok && f->before);
    arena_free(&a);
    return ok;
}

static bool put_one(struct walk *k, struct offence *of, struct arena *a, struct why *w)
{
    char time[TIME_TEXT];
    bool waits = false;

    if (!offence_waits(k->s, of, a, &waits, w))
        return false;
    if (k->o->json) {
        offence_json(k->j, NULL, of, waits, NULL);
        return true;
    }
    (void)printf("%s  %s %.*s  %.*s  %.*s%s  %.*s %.*s  %.*s\n", time_format(of->at, time),
                 of->name.side == CASE_OURS ? _("to") : _("from"), (int)of->name.other.n,
                 (const char *)of->name.other.p, (int)of->notice.act.n, (const char *)of->notice.act.p,
                 (int)of->transport.n, (const char *)of->transport.p, waits ? _(" (waits)") : "",
                 (int)of->notice.amount.n, (const char *)of->notice.amount.p, (int)of->notice.currency.n,
                 (const char *)of->notice.currency.p, (int)of->name.reference.n,
                 (const char *)of->name.reference.p);
    return true;
}

/* "KZ:rest"; the rest "-" is read from standard input. */
static bool split_subject(const char *text, struct arena *a, struct span *member, struct span *rest,
                          struct why *w)
{
    struct span line;

    *rest = span_str(text);
    if (!text_split(rest, ':', member) || member->n != 2 || !rest->n)
        return fail(w, "request", _("a member and a number such as KZ:123456 expected, or KZ:-"));
    if (!span_eq_str(*rest, "-"))
        return true;
    if (!cli_read("-", a, &line, w))
        return false;
    *rest = text_trim(line);
    return true;
}

static bool subject(const struct options *o, const struct store *s, struct arena *a,
                    struct traveller_key *out, struct why *w)
{
    struct span member = { NULL, 0 }, rest = { NULL, 0 };
    uint8_t digest[LICENCE_DIGEST];

    if (!split_subject(o->subject ? o->subject : o->plate, a, &member, &rest, w))
        return false;
    if (o->plate) {
        offence_plate_subject(s, member, rest, out);
        return true;
    }
    if (!licence_digest(member, rest, digest))
        return fail(w, "request", _("the number has no letter or digit, or is too long"));
    licence_subject(s, member, digest, out);
    return true;
}

static bool list(const struct options *o, struct store *s, struct arena *a, struct why *w)
{
    struct traveller_key key;
    struct case_filter f = { .kind = span_str(offence_topic.name),
                             .state = span_str(o->state),
                             .other = span_str(o->member),
                             .side = side_of(o),
                             .bodies = true };
    struct json_writer j;
    struct walk k = { .one = put_one, .o = o, .s = s, .j = &j };
    struct buffer b;
    bool ok;

    if ((o->subject || o->plate) && !subject(o, s, a, &key, w))
        return false;
    f.subject = o->subject || o->plate ? &key : NULL;
    buf_init(&b, 512 << 20);
    j = json_to(&b);
    if (o->json) {
        jw_object(&j, NULL);
        jw_array(&j, "offences");
    }
    ok = walk(&k, &f, w);
    if (ok && o->json) {
        jw_array_end(&j);
        jw_object_end(&j);
        (void)printf("%s\n", buf_cstr(&b));
    }
    buf_free(&b);
    return ok;
}

static void show_step(const struct offence_step *x)
{
    char time[TIME_TEXT];

    (void)printf("  %s  %.*s: %s", time_format(x->at, time), (int)x->from.n, (const char *)x->from.p,
                 offence_word(x->word));
    if (x->amount.n)
        (void)printf(" %.*s %.*s", (int)x->amount.n, (const char *)x->amount.p, (int)x->currency.n,
                     (const char *)x->currency.p);
    (void)printf("\n");
    put_plain(_("      payment "), x->payment);
    put_plain(_("      reason "), x->reason);
    put_plain(_("      before "), x->before);
}

static void show_text(const struct offence *of, bool waits)
{
    const struct offence_notice *x = &of->notice;
    char time[TIME_TEXT], day[DATE_TEXT];

    (void)printf("%.*s%s\n", (int)of->transport.n, (const char *)of->transport.p,
                 waits ? _(", something has not arrived yet") : "");
    put_plain(_("refused     "), of->refused);
    put_plain(of->name.side == CASE_OURS ? _("notified    ") : _("notified by "), of->name.other);
    put_plain(_("authority   "), x->authority);
    put_plain(_("act         "), x->words);
    put_plain(_("class       "), x->act);
    put_plain(_("code        "), x->code);
    put_plain(_("place       "), x->place);
    (void)printf(_("at          %s\n"), time_format(x->at, time));
    if (x->amount.n)
        (void)printf(_("amount      %.*s %.*s\n"), (int)x->amount.n, (const char *)x->amount.p,
                     (int)x->currency.n, (const char *)x->currency.p);
    (void)printf(_("deadline    %s\n"), date_format(x->pay_until, day));
    put_plain(_("redress     "), x->redress);
    put_plain(_("issuer      "), x->issuer);
    put_plain(_("number      "), x->number);
    put_plain(_("driver      "), x->driver);
    put_plain(_("plate       "), x->plate);
    put_plain(_("note        "), x->note);
    put_plain(_("check       "), x->check);
    for (size_t i = 0; i < of->n; i++)
        show_step(&of->step[i]);
}

static bool show(const struct options *o, struct store *s, const struct agreement *g, struct arena *a,
                 struct why *w)
{
    struct offence *of = arena_alloc(a, sizeof *of);
    struct json_writer j;
    struct buffer b;
    bool waits = false;

    if (!look(o, s, g, a, of, w) || !offence_waits(s, of, a, &waits, w))
        return false;
    if (!o->json) {
        show_text(of, waits);
        return true;
    }
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    offence_json(&j, NULL, of, waits, NULL);
    (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
    return true;
}

/* ---- sending ---- */

static bool send_one(struct walk *k, struct offence *of, struct arena *a, struct why *w)
{
    bool waits = false;

    if (!offence_resend(&k->node->office, of, cli_now(), a, &waits, w))
        return false;
    k->n++;
    k->waiting += waits;
    return true;
}

static int send_all(struct instance *node, const struct options *o, struct why *w)
{
    struct case_filter f = { .kind = span_str(offence_topic.name), .bodies = true };
    struct walk k = { .one = send_one, .o = o, .s = node->store, .node = node };

    if (!walk(&k, &f, w))
        return CLI_USAGE;
    (void)printf(_("%zu notices, of %zu something has not arrived yet\n"), k.n, k.waiting);
    return k.waiting ? CLI_UNDETERMINED : CLI_POSITIVE;
}

/* ---- the command ---- */

static int act(const struct options *o, struct why *w)
{
    static struct instance node;
    struct arena a;
    int rc;

    if (!instance_open(o->node, INSTANCE_STORE, &node, w))
        return CLI_USAGE;
    arena_init(&a, 64 << 20);
    if (strcmp(o->what, "notify") == 0)
        rc = notify(o, &node, &a, w);
    else if (strcmp(o->what, "send") == 0)
        rc = send_all(&node, o, w);
    else
        rc = answer(
            o, strcmp(o->what, "withdraw") == 0 ? OFFENCE_WITHDRAWN : offence_word_from(span_str(o->step)),
            &node, &a, w);
    arena_free(&a);
    instance_close(&node);
    return rc;
}

/* Also while the node runs: nothing is written. */
static int report(const struct options *o, struct why *w)
{
    static struct instance node; /* for the parties */
    struct node_config config;
    struct store *s = NULL;
    struct arena a;
    bool ok;

    arena_init(&a, 64 << 20);
    ok = instance_open(o->node, 0, &node, w) && cli_open_store(o->node, true, &a, &config, &s, w);
    if (ok)
        ok = strcmp(o->what, "list") == 0 ? list(o, s, &a, w) : show(o, s, node.agreement, &a, w);
    store_close(s);
    instance_close(&node);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

static int run(struct options *o, int n, char **rest)
{
    static const struct {
        const char *word;
        int arguments;
    } known[] = { { "notify", 1 }, { "list", 0 },     { "show", 1 },
                  { "answer", 2 }, { "withdraw", 1 }, { "send", 0 } };
    struct why w = { 0 };
    size_t i = 0;
    int rc;

    while (n && i < sizeof known / sizeof *known && strcmp(rest[0], known[i].word) != 0)
        i++;
    if (!n || i == sizeof known / sizeof *known || n != known[i].arguments + 1 || !o->node)
        return cli_usage(command, "say --node FOLDER, and one of notify FILE, list, show REFERENCE, answer "
                                  "REFERENCE STEP, withdraw REFERENCE, send");
    if (o->side && strcmp(o->side, "ours") != 0 && strcmp(o->side, "theirs") != 0)
        return cli_usage(command, "--side is ours or theirs");
    if (o->subject && o->plate)
        return cli_usage(command, "one of --subject and --plate");
    o->what = rest[0];
    o->name = n > 1 ? rest[1] : NULL;
    o->step = n > 2 ? rest[2] : NULL;
    rc = strcmp(o->what, "list") == 0 || strcmp(o->what, "show") == 0 ? report(o, &w) : act(o, &w);
    if (w.reason)
        cli_why(command, strcmp(o->what, "notify") == 0 ? o->name : o->node, &w);
    return rc;
}

int licence_offence_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },    { "side", required_argument, NULL, 's' },
        { "member", required_argument, NULL, 'm' },  { "state", required_argument, NULL, 't' },
        { "subject", required_argument, NULL, 'u' }, { "plate", required_argument, NULL, 'l' },
        { "reason", required_argument, NULL, 'r' },  { "before", required_argument, NULL, 'b' },
        { "amount", required_argument, NULL, 'a' },  { "currency", required_argument, NULL, 'c' },
        { "day", required_argument, NULL, 'd' },     { "payment", required_argument, NULL, 'p' },
        { "json", no_argument, NULL, 'j' },          { 0 },
    };
    struct options o = { 0 };
    const struct {
        int c;
        const char **at;
    } texts[] = { { 'n', &o.node },    { 's', &o.side },     { 'm', &o.member }, { 't', &o.state },
                  { 'u', &o.subject }, { 'l', &o.plate },    { 'r', &o.reason }, { 'b', &o.before },
                  { 'a', &o.amount },  { 'c', &o.currency }, { 'd', &o.day },    { 'p', &o.payment } };
    int c;

    while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
        size_t i = 0;

        while (i < sizeof texts / sizeof *texts && texts[i].c != c)
            i++;
        if (i < sizeof texts / sizeof *texts)
            *texts[i].at = optarg;
        else if (c == 'j')
            o.json = true;
        else
            return cli_bad_option(command);
    }
    return run(&o, argc - optind, argv + optind);
}
