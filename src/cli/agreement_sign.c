/* serai agreement sign, ratify, accede, reserve, object, oppose, lift, suspend, resume, withdraw, amend,
 * keep: what this member declares about the agreement. */
#include <getopt.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/agreement_law.h"
#include "seal/receipt.h"

enum { RESERVATIONS = 32 };

struct order {
    enum instrument_kind kind;
    const char *node, *file, *article, *of, *from, *text;
    const char *reserve[RESERVATIONS]; /* with the consent: "5: condition" */
    size_t n_reserve;
    bool yes;
};

static bool fill(const struct order *o, const uint8_t sha256[32], struct act_statement *s)
{
    const struct instrument_form *f = instrument_form(o->kind);

    *s = (struct act_statement){ .verb = ACT_INSTRUMENT,
                                 .instrument = o->kind,
                                 .article = span_str(o->article),
                                 .state = span_str(o->of),
                                 .reason = span_str(o->text) };
    memcpy(s->sha256, sha256, 32);
    if (o->from && !date_parse(span_str(o->from), &s->from)) {
        (void)cli_usage("agreement", "--from is a day, as 2027-01-31");
        return false;
    }
    if ((f->article == PART_MUST && !o->article) || (f->of == PART_MUST && !o->of)) {
        (void)cli_usage("agreement", f->of == PART_MUST ? _("--article N and --of XX say whose reservation")
                                                        : _("--article N says which article"));
        return false;
    }
    if ((f->article == PART_NONE && o->article) || (f->of == PART_NONE && o->of) ||
        (f->from == PART_NONE && o->from) || (f->text == PART_NONE && o->text)) {
        (void)cli_usage("agreement", "this kind of instrument has no such part");
        return false;
    }
    if (f->text == PART_MUST && (!o->text || !act_reason_valid(span_str(o->text)))) {
        (void)cli_usage("agreement",
                        o->kind == INSTRUMENT_RESERVE
                            ? _("--condition gives the reservation in the language of the agreement")
                            : _("--reason gives one line for all members to read"));
        return false;
    }
    return true;
}

/* "5: document.kind is passport" */
static bool fill_reservation(const char *text, const uint8_t sha256[32], struct act_statement *s)
{
    struct span rest = span_str(text), label = { 0 };

    *s = (struct act_statement){ .verb = ACT_INSTRUMENT, .instrument = INSTRUMENT_RESERVE };
    memcpy(s->sha256, sha256, 32);
    if (text_split(&rest, ':', &label)) {
        s->article = text_trim(label);
        s->reason = text_trim(rest);
    }
    if (s->article.n && act_reason_valid(s->reason))
        return true;
    (void)cli_usage("agreement", "--reserve is N: CONDITION, as '5: document.kind is passport'");
    return false;
}

/* The register as it would be with these statements signed now. */
static bool foresee(struct law_desk *d, const struct act_statement *s, size_t n, unix_time now,
                    struct agreement_register *out)
{
    struct register_input in = d->laws->in;
    struct instrument *all = arena_array(&d->b.a, in.n + n, sizeof *all);
    struct why w = { 0 };

    if (!all)
        return false;
    if (in.n)
        memcpy(all, in.instrument, in.n * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        struct instrument *x = &all[in.n + i];

        *x = (struct instrument){ .kind = s[i].instrument,
                                  .member = span_str(d->b.i.config.member),
                                  .article = s[i].article,
                                  .of = s[i].state,
                                  .text = s[i].reason,
                                  .from = s[i].from,
                                  .time = now,
                                  .number = UINT64_MAX,
                                  .place = i };
        memcpy(x->agreement, s[i].sha256, 32);
    }
    in.instrument = all;
    in.n += n;
    if (register_make(&in, &d->b.a, out, &w))
        return true;
    cli_why("agreement", NULL, &w);
    return false;
}

/* From which day on the member is bound, as things stand. */
static void say_bound(const struct agreement_register *r, const struct register_version *v, unsigned member)
{
    char day[DATE_TEXT];

    (void)r;
    for (size_t i = 0; i < v->table.n_periods; i++)
        if (v->table.period[i].bound[BOUND_AGREEMENT] >> member & 1) {
            printf(_("    bound from %s\n"), date_format(date_from_days(v->table.period[i].from), day));
            return;
        }
    printf(_("    not in force yet: %u of %u have consented\n"), v->consents, v->needed);
}

/* What is about to be signed, and what comes of it. CLI_NEGATIVE: nothing would. */
static int show(struct law_desk *d, const struct agreement_register *r, size_t version)
{
    const struct register_version *v = &r->version[version];
    char day[DATE_TEXT], print[FINGERPRINT_TEXT];
    int code = CLI_POSITIVE;

    printf(_("%s, version %u\n    %s\n"), agreement_title(v->a), agreement_version(v->a),
           fingerprint_format(agreement_hash(v->a), print));
    for (size_t i = 0; i < r->n_entries; i++) {
        const struct instrument *x = r->entry[i].instrument;

        if (x->number != UINT64_MAX || !span_eq_str(x->member, d->b.i.config.member))
            continue;
        printf("%s", instrument_word(x->kind));
        if (x->article.n)
            printf(_(" article %.*s"), (int)x->article.n, (const char *)x->article.p);
        if (x->of.n)
            printf(_(" of %.*s"), (int)x->of.n, (const char *)x->of.p);
        if (x->text.n) {
            printf(": ");
            cli_put(stdout, arena_str(&d->b.a, x->text));
        }
        if (r->entry[i].effect == INSTRUMENT_REFUSED) {
            printf(_("\n    would change nothing: %s [%s]\n"), law_reason(r->entry[i].reason),
                   r->entry[i].reason);
            code = CLI_NEGATIVE;
        } else {
            printf(_("\n    with effect from %s\n"), date_format(r->entry[i].from, day));
            if ((x->kind == INSTRUMENT_RATIFY || x->kind == INSTRUMENT_ACCEDE) && !x->article.n)
                say_bound(r, v, agreement_member_at(v->a, x->member));
        }
    }
    return code;
}

static int agreed(const struct law_desk *d, bool yes)
{
    char answer[8] = "";

    if (yes)
        return CLI_POSITIVE;
    if (!isatty(STDIN_FILENO))
        return cli_usage("agreement",
                         "nobody is here to ask: say --yes when what is shown above is to be signed");
    printf(_("Sign this as %s? [y/N] "), d->b.i.config.member);
    (void)fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return CLI_POSITIVE;
    return CLI_NEGATIVE;
}

static int sign(const struct order *o, struct law_desk *d, size_t version)
{
    struct act_statement s[RESERVATIONS + 1];
    const uint8_t *sha256 = agreement_hash(d->laws->regime->reg.version[version].a);
    unix_time now = cli_now();
    struct agreement_register r;
    struct why w = { 0 };
    size_t n = 0, key;
    int code;

    for (size_t i = 0; i < o->n_reserve; i++)
        if (!fill_reservation(o->reserve[i], sha256, &s[n++]))
            return CLI_USAGE;
    if (!fill(o, sha256, &s[n++]) || !foresee(d, s, n, now, &r))
        return CLI_USAGE;
    code = show(d, &r, version);
    if (code == CLI_POSITIVE)
        code = agreed(d, o->yes);
    if (code != CLI_POSITIVE)
        return code;
    key = bloc_own_key(&d->b);
    if (key == SIZE_MAX)
        return CLI_USAGE;
    if (!bloc_may_sign(&d->b, &w) || !acts_folder_act(&d->b.acts, key, d->b.i.signer, s, n, now, &w)) {
        cli_why("agreement", NULL, &w);
        return CLI_USAGE;
    }
    printf(_("signed; it goes to the others with the acts of this member\n"));
    return CLI_POSITIVE;
}

static int command(enum instrument_kind kind, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "article", required_argument, NULL, 'a' },
        { "of", required_argument, NULL, 'o' },
        { "from", required_argument, NULL, 'f' },
        { "reason", required_argument, NULL, 'r' },
        { "condition", required_argument, NULL, 'r' },
        { "reserve", required_argument, NULL, 'R' },
        { "yes", no_argument, NULL, 'y' },
        { 0 },
    };
    static struct law_desk d;
    struct order o = { .kind = kind };
    size_t version;
    int c, code = CLI_USAGE;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            o.node = optarg;
        else if (c == 'a')
            o.article = optarg;
        else if (c == 'o')
            o.of = optarg;
        else if (c == 'f')
            o.from = optarg;
        else if (c == 'r')
            o.text = optarg;
        else if (c == 'R' && (kind == INSTRUMENT_RATIFY || kind == INSTRUMENT_ACCEDE) &&
                 o.n_reserve < RESERVATIONS)
            o.reserve[o.n_reserve++] = optarg;
        else if (c == 'y')
            o.yes = true;
        else
            return cli_bad_option("agreement");
    }
    if (optind + 1 < argc)
        return cli_usage("agreement", "name one FILE, or none for the text of the node");
    o.file = optind < argc ? argv[optind] : NULL;
    if (kind == INSTRUMENT_AMEND && !o.file)
        return cli_usage("agreement", "name the FILE of the new version");
    if (!law_begin(o.node, true, &d))
        return CLI_USAGE;
    version = law_version(&d, o.file, true);
    if (version != SIZE_MAX)
        code = sign(&o, &d, version);
    law_end(&d);
    return code;
}

#define COMMAND(name, KIND)                                                                                  \
    int agreement_##name##_command(int argc, char **argv)                                                    \
    {                                                                                                        \
        return command(INSTRUMENT_##KIND, argc, argv);                                                       \
    }

COMMAND(sign, SIGN)
COMMAND(ratify, RATIFY)
COMMAND(accede, ACCEDE)
COMMAND(reserve, RESERVE)
COMMAND(object, OBJECT)
COMMAND(oppose, OPPOSE)
COMMAND(lift, LIFT)
COMMAND(suspend, SUSPEND)
COMMAND(resume, RESUME)
COMMAND(withdraw, WITHDRAW)
COMMAND(amend, AMEND)

/* serai agreement keep FILE --node DIR: the exact text, so that instruments about it can be understood here.
 */
int agreement_keep_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' }, { 0 } };
    static struct law_desk d;
    const char *node = NULL;
    char print[FINGERPRINT_TEXT];
    size_t version;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c != 'n')
            return cli_bad_option("agreement");
        node = optarg;
    }
    if (optind + 1 != argc)
        return cli_usage("agreement", "name one FILE");
    if (!law_begin(node, true, &d))
        return CLI_USAGE;
    version = law_version(&d, argv[optind], true);
    if (version != SIZE_MAX)
        printf(_("kept: version %u\n    %s\n"), agreement_version(d.laws->regime->reg.version[version].a),
               fingerprint_format(agreement_hash(d.laws->regime->reg.version[version].a), print));
    law_end(&d);
    return version == SIZE_MAX ? CLI_USAGE : CLI_POSITIVE;
}
