/* serai trust propose, confirm, withdraw, report, pending: what this member says about keys. */
#include <getopt.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/trust_bloc.h"
#include "seal/conformance.h"
#include "trust/list_json.h"
#include "trust/load.h"

enum { PREFIX = 8 };

/* One certificate or key that the act will speak of. */
struct target {
    struct act_statement s;
    struct span der;
};

struct order {
    enum act_verb verb;
    const char *node, *purpose, *of, *reason;
    bool yes;
    struct bloc *b;
    struct target *target;
    size_t n;
};

static bool add_target(struct order *o, const uint8_t sha256[32], struct span der, const char *state,
                       const char *purpose)
{
    struct target *t = &o->target[o->n];

    for (size_t i = 0; i < o->n; i++)
        if (memcmp(o->target[i].s.sha256, sha256, 32) == 0 && span_eq_str(o->target[i].s.purpose, purpose))
            return true;
    if (o->n == LIMIT_ACT_STATEMENTS) {
        (void)cli_usage("trust", "one act speaks of at most %d certificates", LIMIT_ACT_STATEMENTS);
        return false;
    }
    *t = (struct target){ .der = der };
    t->s.verb = o->verb;
    memcpy(t->s.sha256, sha256, 32);
    t->s.state = arena_copy(&o->b->a, span_str(state));
    t->s.purpose = arena_copy(&o->b->a, span_str(purpose));
    t->s.reason = span_str(o->verb == ACT_WITHDRAW ? o->reason : NULL);
    o->n++;
    return true;
}

/* Whether this member's last word on the entry is already the one that is to be said. */
static bool said_already(const struct order *o, const struct trust_entry *e)
{
    for (size_t i = 0; i < e->n_vouchers; i++)
        if (strcmp(e->voucher[i].by->state, o->b->i.config.member) == 0)
            return o->verb == ACT_WITHDRAW ? e->voucher[i].withdrawn : e->voucher[i].counts;
    return false;
}

static bool add_entry(struct order *o, const struct trust_entry *e)
{
    if (said_already(o, e)) {
        printf(_("%s %02x%02x%02x%02x for %s: said already\n"), e->state, e->sha256[0], e->sha256[1],
               e->sha256[2], e->sha256[3], e->purpose);
        return true;
    }
    if (o->verb != ACT_WITHDRAW && (e->der.n == 0 || !e->fits)) {
        (void)cli_usage(
            "trust",
            "the certificate %02x%02x%02x%02x of %s has not come, or is not of that State: nobody "
            "can vouch for it unseen",
            e->sha256[0], e->sha256[1], e->sha256[2], e->sha256[3], e->state);
        return false;
    }
    return add_target(o, e->sha256, e->der, e->state, e->purpose);
}

/* Entries by the beginning of their SHA-256, by their State, or all of a certificate. */
static bool add_entries(struct order *o, struct span prefix, const char *state, size_t *found)
{
    const struct trust_list *l = &o->b->list;
    const uint8_t *first = NULL;

    *found = 0;
    for (size_t i = 0; i < l->n_entries; i++) {
        const struct trust_entry *e = &l->entry[i];

        if (!span_starts(span_of(e->sha256, 32), prefix) || (state && strcmp(state, e->state) != 0) ||
            (o->purpose && strcmp(o->purpose, e->purpose) != 0) ||
            (state && (e->standing != ENTRY_PROPOSED || said_already(o, e))))
            continue;
        if (!state && first && memcmp(first, e->sha256, 32) != 0) {
            (void)cli_usage("trust", "two certificates begin with these digits: give more of them");
            return false;
        }
        first = e->sha256;
        ++*found;
        if (!add_entry(o, e))
            return false;
    }
    return true;
}

static bool add_prefix(struct order *o, const char *text)
{
    struct span prefix;
    size_t found = 0;

    if (strlen(text) < PREFIX || strlen(text) > 64 || !hex_decode(span_str(text), &o->b->a, &prefix)) {
        (void)cli_usage("trust",
                        "\"%s\" is neither a file nor the first %d or more digits of a SHA-256 (an even "
                        "number of them)",
                        text, PREFIX);
        return false;
    }
    if (!add_entries(o, prefix, NULL, &found))
        return false;
    if (found == 0)
        (void)cli_usage("trust", "no entry of the list begins with %s", text);
    return found > 0;
}

/* A certificate of a file: an entry that is there, or, to propose, a new one. */
static bool add_certificate(struct order *o, const struct anchor *x)
{
    char state[STATE_TEXT];
    struct span der;
    size_t found = 0;

    if (o->verb != ACT_PROPOSE) {
        if (!add_entries(o, span_of(x->sha256, 32), NULL, &found))
            return false;
        if (found == 0)
            (void)cli_usage("trust", "nobody has proposed the certificate %02x%02x%02x%02x…: propose it",
                            x->sha256[0], x->sha256[1], x->sha256[2], x->sha256[3]);
        return found > 0;
    }
    trust_state_of(&x->cert, state);
    for (size_t i = 0; i < o->b->list.n_entries; i++) {
        const struct trust_entry *e = &o->b->list.entry[i];

        if (memcmp(e->sha256, x->sha256, 32) == 0 && said_already(o, e) &&
            strcmp(e->purpose, o->purpose ? o->purpose : bloc_purpose(x)) == 0)
            return add_entry(o, e);
    }
    der = arena_copy(&o->b->a, x->cert.der);
    if (der.n == 0) {
        (void)cli_usage("trust", "too many certificates");
        return false;
    }
    return add_target(o, x->sha256, der, state, o->purpose ? o->purpose : bloc_purpose(x));
}

static bool add_file(struct order *o, const char *path)
{
    struct anchor_set *set = anchor_set_new();
    struct why w = { 0 };
    const struct anchor *x;
    bool ok = trust_load(set, path, NULL, NULL, &o->b->f, &w);

    if (!ok)
        cli_why("trust", path, &w);
    for (size_t k = 0; ok && (x = anchor_at(set, k)) != NULL; k++)
        if (x->use != ANCHOR_CANDIDATE)
            ok = add_certificate(o, x);
    anchor_set_free(set);
    return ok;
}

/* STATE [FINGERPRINT]: a member's key by the beginning of its fingerprint; without, its only key. */
static bool add_key(struct order *o, const char *state, const char *fingerprint)
{
    const struct trust_member *m = NULL;
    struct span prefix = { 0 };

    if (fingerprint && !hex_decode(span_str(fingerprint), &o->b->a, &prefix)) {
        (void)cli_usage("trust", "a fingerprint is hexadecimal");
        return false;
    }
    for (size_t i = 0; i < o->b->list.n_members; i++) {
        const struct trust_member *x = &o->b->list.member[i];

        if (strcmp(x->state, state) != 0 || x->standing == MEMBER_KEY_NONE ||
            !span_starts(span_of(x->fingerprint, 32), prefix))
            continue;
        if (m) {
            (void)cli_usage(
                "trust", "%s has several keys: name one by its fingerprint (serai trust member list)", state);
            return false;
        }
        m = x;
    }
    if (!m) {
        (void)cli_usage("trust", "no such key of %.8s is known here (serai trust member list)", state);
        return false;
    }
    o->target[0] = (struct target){
        .s = { .verb = ACT_REPORT, .state = span_str(m->state), .reason = span_str(o->reason) }
    };
    memcpy(o->target[0].s.sha256, m->fingerprint, 32);
    o->n = 1;
    return true;
}

static void show_certificate(const struct target *t)
{
    static struct findings findings;
    struct findings *f = &findings;
    struct certificate c;
    char from[DATE_TEXT], to[DATE_TEXT], name[140];
    struct why w = { 0 };

    findings_init(f);
    if (!certificate_parse(t->der, &c, f, &w)) {
        printf(_("    cannot be read: %s\n"), w.detail);
        return;
    }
    certificate_conformance(&c, c.is_ca ? CONFORMS_COUNTRY_SIGNER : CONFORMS_DOCUMENT_SIGNER, PROFILE_STRICT,
                            WHY_NO_OFFSET, f);
    (void)snprintf(name, sizeof name, "C=%.*s CN=%.*s", (int)(c.country.n < 8 ? c.country.n : 8),
                   (const char *)c.country.p, (int)(c.common_name.n < 100 ? c.common_name.n : 100),
                   (const char *)c.common_name.p);
    printf(_("    subject "));
    cli_put(stdout, name);
    printf(_(", valid %s to %s\n"), date_format(date_of_time(c.not_before), from),
           date_format(date_of_time(c.not_after), to));
    for (size_t i = 0; i < f->n; i++)
        printf(_("    note: %s%s%s%s\n"), f->item[i].why.detail, f->item[i].why.clause ? " (" : "",
               f->item[i].why.clause ? f->item[i].why.clause : "", f->item[i].why.clause ? ")" : "");
}

/* What is about to be signed. */
static void show(const struct order *o)
{
    char text[FINGERPRINT_TEXT];

    for (size_t i = 0; i < o->n; i++) {
        const struct target *t = &o->target[i];

        if (o->verb == ACT_REPORT)
            printf(_("report the node key of %.*s as compromised: %s\n"), (int)t->s.state.n,
                   (const char *)t->s.state.p, o->reason);
        else
            printf(_("%s for %.*s, of %.*s\n"), act_verb_word(o->verb), (int)t->s.purpose.n,
                   (const char *)t->s.purpose.p, (int)t->s.state.n, (const char *)t->s.state.p);
        if (t->der.n)
            show_certificate(t);
        printf("    %s\n", fingerprint_format(t->s.sha256, text));
    }
}

/* CLI_POSITIVE: a person says yes, or said so on the command line. */
static int agreed(const struct order *o)
{
    char answer[8] = "";

    if (o->yes)
        return CLI_POSITIVE;
    if (!isatty(STDIN_FILENO))
        return cli_usage("trust",
                         "nobody is here to ask: say --yes when what is shown above is to be signed");
    printf(_("Sign this as %s? [y/N] "), o->b->i.config.member);
    (void)fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return CLI_POSITIVE;
    return CLI_NEGATIVE;
}

/* Certificates first: an act is never out without what it speaks of. */
static int sign(struct order *o)
{
    struct act_statement *s = arena_array(&o->b->a, o->n, sizeof *s);
    size_t key = bloc_own_key(o->b);
    struct why w = { 0 };
    bool ok = s != NULL;

    if (key == SIZE_MAX)
        return CLI_USAGE;
    for (size_t i = 0; ok && i < o->n; i++) {
        s[i] = o->target[i].s;
        if (o->target[i].der.n && o->verb == ACT_PROPOSE)
            ok = acts_folder_certificate(&o->b->acts, o->target[i].der, &w);
    }
    if (!ok || !bloc_may_sign(o->b, &w) ||
        !acts_folder_act(&o->b->acts, key, o->b->i.signer, s, o->n, cli_now(), &w)) {
        cli_why("trust", NULL, &w);
        return w.reason && (strcmp(w.reason, "restored") == 0 || strcmp(w.reason, "rollback") == 0 ||
                            strcmp(w.reason, "two-histories") == 0)
                   ? CLI_NEGATIVE
                   : CLI_USAGE;
    }
    printf(ngettext("signed: %zu statement\n", "signed: %zu statements\n", o->n), o->n);
    return CLI_POSITIVE;
}

static bool collect(struct order *o, int n, char **args)
{
    size_t found;

    if (o->verb == ACT_REPORT)
        return add_key(o, args[0], n > 1 ? args[1] : NULL);
    if (o->of && !add_entries(o, (struct span){ 0 }, o->of, &found))
        return false;
    for (int k = 0; k < n; k++)
        if (!(access(args[k], F_OK) == 0 ? add_file(o, args[k]) : add_prefix(o, args[k])))
            return false;
    return true;
}

static int act(struct order *o, int n, char **args)
{
    static struct bloc b;
    int code = CLI_USAGE;

    if (!bloc_begin(o->node, true, &b))
        return CLI_USAGE;
    o->b = &b;
    o->target = arena_array(&b.a, LIMIT_ACT_STATEMENTS, sizeof *o->target);
    findings_init(&b.f);
    if (o->target && collect(o, n, args)) {
        show(o);
        if (o->n == 0)
            printf(_("nothing to sign\n"));
        code = o->n == 0 ? CLI_POSITIVE : agreed(o);
        if (o->n && code == CLI_POSITIVE)
            code = sign(o);
    }
    bloc_say_findings(&b.f);
    bloc_end(&b);
    return code;
}

static int act_command(enum act_verb verb, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' }, { "for", required_argument, NULL, 'f' },
        { "of", required_argument, NULL, 'o' },   { "reason", required_argument, NULL, 'r' },
        { "yes", no_argument, NULL, 'y' },        { 0 },
    };
    struct order o = { .verb = verb };
    int c, left;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            o.node = optarg;
        else if (c == 'f')
            o.purpose = optarg;
        else if (c == 'o' && verb == ACT_CONFIRM)
            o.of = optarg;
        else if (c == 'r')
            o.reason = optarg;
        else if (c == 'y')
            o.yes = true;
        else
            return cli_bad_option("trust");
    }
    left = argc - optind;
    if (o.purpose && !act_purpose_known(span_str(o.purpose)))
        return cli_usage("trust", "%s", gettext(trust_purpose_help));
    if ((verb == ACT_WITHDRAW || verb == ACT_REPORT) && (!o.reason || !act_reason_valid(span_str(o.reason))))
        return cli_usage("trust", "--reason says why, in one line");
    if (verb == ACT_REPORT ? left < 1 || left > 2 : left < 1 && !o.of)
        return cli_usage("trust", verb == ACT_REPORT
                                      ? _("name the member, and its key by the fingerprint if it has several")
                                      : _("name files or the SHA-256 of certificates"));
    return act(&o, left, argv + optind);
}

int trust_propose_command(int argc, char **argv)
{
    return act_command(ACT_PROPOSE, argc, argv);
}

int trust_confirm_command(int argc, char **argv)
{
    return act_command(ACT_CONFIRM, argc, argv);
}

int trust_withdraw_command(int argc, char **argv)
{
    return act_command(ACT_WITHDRAW, argc, argv);
}

int trust_report_command(int argc, char **argv)
{
    return act_command(ACT_REPORT, argc, argv);
}

static void put_pending_json(const struct trust_entry *e)
{
    struct json_writer j;
    struct buffer out;

    buf_init(&out, 1 << 20);
    j = json_to(&out);
    trust_entry_json(&j, e);
    puts(buf_cstr(&out));
    buf_free(&out);
}

/* Proposed, and this member has neither vouched nor objected. */
int trust_pending_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    static struct bloc b;
    const char *node = NULL;
    bool json = false;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'j')
            json = true;
        else
            return cli_bad_option("trust");
    }
    if (!bloc_begin(node, false, &b))
        return CLI_USAGE;
    for (size_t i = 0; i < b.list.n_entries; i++) {
        const struct trust_entry *e = &b.list.entry[i];
        bool spoken = e->standing != ENTRY_PROPOSED;

        for (size_t k = 0; k < e->n_vouchers; k++)
            spoken |= strcmp(e->voucher[k].by->state, b.i.config.member) == 0 &&
                      (e->voucher[k].counts || e->voucher[k].withdrawn);
        if (spoken)
            continue;
        if (json)
            put_pending_json(e);
        else
            bloc_put_entry(e);
    }
    bloc_end(&b);
    return CLI_POSITIVE;
}
