/* serai agreement bound: who is bound by what on a day, and why. */
#include <getopt.h>

#include "agreement/register_internal.h"
#include "cli/agreement_law.h"

struct options {
    const char *node, *file, *member, *article;
    struct date on;
    bool json;
};

static void put_days(const struct bound_answer *b)
{
    char day[DATE_TEXT];

    if (date_is_set(b->since))
        printf(_(" since %s"), date_format(b->since, day));
    if (date_is_set(b->until))
        printf(_(" until %s"), date_format(b->until, day));
}

static void put_member(const struct agreement_register *r, const struct register_version *v, unsigned m,
                       struct span state, const struct options *o)
{
    struct bound_answer whole, one;

    register_binds(r, v, -1, m, o->on, &whole);
    printf("  %.*s  %s%s%s", (int)state.n, (const char *)state.p,
           cli_style(stdout, whole.binds ? STYLE_GOOD : STYLE_CARE), whole.binds ? _("bound") : whole.why,
           cli_style(stdout, STYLE_PLAIN));
    put_days(&whole);
    (void)putchar('\n');
    for (const struct article *x = v->a->articles; x; x = x->next) {
        if (o->article && strcmp(o->article, x->number) != 0)
            continue;
        register_binds(r, v, (int)x->index, m, o->on, &one);
        if (!o->article && (!whole.binds || one.binds))
            continue; /* only what differs from the whole */
        printf(_("      article %s: %s"), x->number, one.binds ? _("bound") : one.why);
        put_days(&one);
        (void)putchar('\n');
    }
}

static void put_reservation(const struct agreement_register *r, const struct register_version *v,
                            const struct register_line *l, const struct span *state, size_t n,
                            const struct options *o)
{
    const struct instrument *by = r->entry[l->entry].instrument;

    printf(_("  reservation of %.*s to article %.*s: "), (int)by->member.n, (const char *)by->member.p,
           (int)by->article.n, (const char *)by->article.p);
    for (size_t i = 0; i < by->text.n; i++)
        (void)putchar(by->text.p[i]);
    (void)putchar('\n');
    for (unsigned m = 0; m < n; m++) {
        struct reservation_between b;
        char day[DATE_TEXT];

        if (!register_between(r, v, l, m, o->on, &b) || (o->member && !span_eq_str(state[m], o->member)))
            continue;
        printf(_("      towards %.*s: %s"), (int)state[m].n, (const char *)state[m].p, b.standing);
        if (date_is_set(b.objection_until))
            printf(_(", objection until %s"), date_format(b.objection_until, day));
        (void)putchar('\n');
    }
}

static void put_version(const struct agreement_register *r, const struct register_version *v,
                        const struct options *o)
{
    struct span state[BOUND_MEMBERS];
    size_t n = agreement_members(v->a, state, BOUND_MEMBERS);
    const uint8_t *h = agreement_hash(v->a);
    char day[DATE_TEXT];

    printf(_("%s, version %u (%02x%02x%02x%02x…)\n"), agreement_title(v->a), agreement_version(v->a), h[0],
           h[1], h[2], h[3]);
    if (!v->ruled)
        printf(_("  nobody has consented to it: it binds by its text alone\n"));
    else if (v->in_force)
        printf(_("  in force from %s; %u consent\n"), date_format(v->since, day), v->consents);
    else
        printf(_("  not in force: %u of %u have consented\n"), v->consents, v->needed);
    for (unsigned m = 0; m < n; m++)
        if (!o->member || span_eq_str(state[m], o->member))
            put_member(r, v, m, state[m], o);
    for (size_t i = 0; i < v->n_lines; i++)
        if ((v->line[i].kind == LINE_RESERVED || v->line[i].kind == LINE_RESERVED_OUT) &&
            line_on(&v->line[i], date_to_days(o->on)))
            put_reservation(r, v, &v->line[i], state, n, o);
}

static void put_refused(const struct agreement_register *r, const struct options *o)
{
    char at[TIME_TEXT];

    for (size_t i = 0; i < r->n_entries; i++) {
        const struct instrument_entry *e = &r->entry[i];

        if (e->effect == INSTRUMENT_COUNTS || (o->member && !span_eq_str(e->instrument->member, o->member)))
            continue;
        printf(_("no effect: %s of %.*s, %s: %s [%s]\n"), instrument_word(e->instrument->kind),
               (int)e->instrument->member.n, (const char *)e->instrument->member.p,
               time_format(e->instrument->time, at), law_reason(e->reason), e->reason);
    }
}

static int put_json(const struct agreement_register *r, const struct options *o, const uint8_t *sha256)
{
    const struct register_question q = { o->on, span_str(o->member), span_str(o->article), sha256 };
    struct json_writer j;
    struct buffer b;

    buf_init(&b, AGREEMENT_OUTPUT);
    j = json_to(&b);
    register_json(&j, r, &q);
    buf_u8(&b, '\n');
    return agreement_put(&b, CLI_POSITIVE);
}

/* With --member and --article: 0 bound, 1 not. */
static int outcome(const struct agreement_register *r, const struct register_version *v,
                   const struct options *o)
{
    struct bound_answer b;
    int article = -1;

    if (!o->member)
        return CLI_POSITIVE;
    for (const struct article *x = v->a->articles; x && o->article; x = x->next)
        if (strcmp(x->number, o->article) == 0)
            article = (int)x->index;
    register_binds(r, v, article, agreement_member_at(v->a, span_str(o->member)), o->on, &b);
    return b.binds ? CLI_POSITIVE : CLI_NEGATIVE;
}

static int show(struct law_desk *d, const struct options *o)
{
    const struct agreement_register *r = &d->laws->regime->reg;
    size_t only = o->file ? law_version(d, o->file, false) : SIZE_MAX;
    int code = CLI_POSITIVE;

    if (o->file && only == SIZE_MAX)
        return CLI_USAGE;
    if (o->json)
        code = put_json(r, o, o->file ? agreement_hash(r->version[only].a) : NULL);
    for (size_t i = 0; i < r->n_versions && !o->json; i++)
        if (!o->file || i == only)
            put_version(r, &r->version[i], o);
    if (!o->json)
        put_refused(r, o);
    if (code == CLI_POSITIVE && r->n_versions)
        code = outcome(r, &r->version[o->file ? only : r->n_versions - 1], o);
    return code;
}

int agreement_bound_command(int argc, char **argv)
{
    static const struct option longs[] = {
        { "node", required_argument, NULL, 'n' },   { "on", required_argument, NULL, 'o' },
        { "member", required_argument, NULL, 'm' }, { "article", required_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },         { 0 }
    };
    static struct law_desk d;
    struct options o = { .on = date_of_time(cli_now()) };
    int c, code;

    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (c == 'n')
            o.node = optarg;
        else if (c == 'm')
            o.member = optarg;
        else if (c == 'a')
            o.article = optarg;
        else if (c == 'j')
            o.json = true;
        else if (c != 'o')
            return cli_bad_option("agreement");
        else if (!date_parse(span_str(optarg), &o.on))
            return cli_usage("agreement", "--on is a day, as 2027-01-31");
    }
    if (optind + 1 < argc)
        return cli_usage("agreement", "name one FILE, or none for all versions that the node keeps");
    o.file = optind < argc ? argv[optind] : NULL;
    if (!law_begin(o.node, false, &d))
        return CLI_USAGE;
    if (o.member && agreement_member_at(d.b.i.agreement, span_str(o.member)) == BOUND_MEMBERS)
        code = cli_usage("agreement", "%.8s is no State of the agreement", o.member);
    else
        code = show(&d, &o);
    law_end(&d);
    return code;
}
