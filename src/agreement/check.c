/* Static checks of the whole text. */
#include "agreement/fee.h"
#include "agreement/lex.h"
#include "agreement/model.h"
#include "agreement/reach.h"

static bool has_language(const struct wording *w, const char *language)
{
    for (; w; w = w->next)
        if (strcmp(w->language, language) == 0)
            return true;
    return false;
}

/* The languages of an agreement are those of its title; English is that of the header line. */
static void translations(const struct agreement *a, const struct article *x, struct agreement_faults *f)
{
    if (!x->texts) {
        fault_at(f, x->line, x->column, true, "article %s has no wording; expected a line: text en \"…\"",
                 x->number);
        return;
    }
    if (!has_language(x->texts, "en"))
        fault_at(f, x->line, x->column, true, "article %s has no wording in en", x->number);
    for (const struct wording *w = a->titles; w; w = w->next)
        if (strcmp(w->language, "en") != 0 && !has_language(x->texts, w->language))
            fault_at(f, x->line, x->column, true, "article %s has no wording in %s", x->number, w->language);
}

static bool has_rule(const struct article *x)
{
    return x->effect.kind != EFFECT_NONE || x->requirements || x->duties || x->exceptions;
}

static void licence_effect(const struct article *x, const struct effect *e, struct agreement_faults *f)
{
    bool of_licences = x->effect.kind == EFFECT_RECOGNISE;

    if (e->kind != EFFECT_NONE && (e->kind == EFFECT_RECOGNISE) != of_licences)
        fault_at(f, e->line, e->column, false,
                 of_licences ? "article %s recognises licences; expected the same under its exception, or "
                               "another article"
                             : "article %s recognises no licences; expected the same under its exception, or "
                               "another article",
                 x->number);
    else if (e->kind == EFFECT_RECOGNISE && !e->rows)
        fault_at(f, e->line, e->column, false,
                 "no category stands here; expected a row, as: A, B from age 18");
}

/* One article speaks of entry or of licences: its exceptions and examples too. */
static void licences(const struct article *x, struct agreement_faults *f)
{
    bool of_licences = x->effect.kind == EFFECT_RECOGNISE;
    const struct exception *e = x->exceptions;

    licence_effect(x, &x->effect, f);
    while (e) {
        licence_effect(x, &e->effect, f);
        if (e->first) {
            e = e->first;
            continue;
        }
        while (e && !e->next)
            e = e->parent;
        e = e ? e->next : NULL;
    }
    for (const struct example *g = x->examples; g; g = g->next)
        if (g->gives && g->outcome != OUTCOME_REFER && (g->outcome == OUTCOME_ADMIT) == of_licences)
            fault_at(f, g->line, g->column, false,
                     of_licences ? "article %s gives no \"%s\": it recognises licences"
                                 : "article %s gives no \"%s\": it recognises no licences",
                     x->number, outcome_word(g->outcome));
}

static void article(const struct agreement *a, const struct article *x, struct agreement_faults *f)
{
    translations(a, x, f);
    if (has_rule(x) && !x->examples)
        fault_at(f, x->line, x->column, true,
                 "article %s has no example; expected at least one that reaches it", x->number);
    if (x->has_when && !has_rule(x))
        fault_at(f, x->when.line, x->when.column, true,
                 "article %s has a condition and no rule that it could bind", x->number);
    if (x->effect.kind == EFFECT_TABLE && !x->effect.rows)
        fault_at(f, x->effect.line, x->effect.column, false,
                 "the table has no row; expected one, as: work 90 days in any 365 days");
    licences(x, f);
    for (const struct requirement *r = x->requirements; r; r = r->next)
        if (r->cond.n == 0)
            fault_at(f, r->line, r->column, false, "the table has no row; expected one, as: IR: Sarakhs");
    for (const struct example *e = x->examples; e; e = e->next) {
        if (!e->gives && !e->tables)
            fault_at(f, e->line, e->column, false,
                     "the example says no outcome; expected a line: gives admit, or gives refer");
        else if (!date_is_set(e->on))
            fault_at(f, e->line, e->column, false,
                     "the example has no day; expected \"on\" and a date under given");
    }
}

/*
 * The others of a log's owner are its witnesses. Two histories can both be witnessed when two quorums need
 * not meet in a party that does not collude: with q of n, safe while 2 q > n + f for f that collude with the
 * log.
 */
static void witnesses(const struct agreement *a, struct agreement_faults *f)
{
    const struct trust_clause *c = &a->records;
    struct agreement_quorum q;

    if (!agreement_witnesses(a, &q)) {
        if (a->witnessed.n)
            fault_at(
                f, 1, 1, false,
                "records count when witnessed, and it is not said when they are; expected a line: trust: "
                "a record is witnessed when 4 parties have cosigned it");
        return;
    }
    if (q.need > q.witnesses)
        fault_at(f, c->line, c->column, false,
                 "%u parties can never cosign: besides the log's own party there are %u; expected a smaller "
                 "number",
                 q.need, q.witnesses);
    else if (!q.safe)
        fault_at(
            f, c->line, c->column, true,
            "unsafe: %u and another %u of the %u witnesses can cosign two histories of one log; expected "
            "at least %u",
            q.need, q.need, q.witnesses, q.witnesses / 2 + 1);
    else if (q.collude == 0)
        fault_at(f, c->line, c->column, true,
                 "unsafe as soon as 1 of the %u witnesses colludes with a log; expected at least %u",
                 q.witnesses, (q.witnesses + 1) / 2 + 1);
    if (q.need == q.witnesses)
        fault_at(f, c->line, c->column, true,
                 "not live: when 1 of the %u witnesses cannot be reached no record is witnessed; expected a "
                 "smaller number",
                 q.witnesses);
}

/* A minority that can suspend could suspend one member after the other. */
static void decisions(const struct agreement *a, struct agreement_faults *f)
{
    const struct trust_clause *c = &a->members;

    if (c->n == 0)
        return;
    if (c->n >= a->parties.n)
        fault_at(
            f, c->line, c->column, false,
            "%u others can never decide on a member: besides it there are %zu; expected a smaller number",
            c->n, a->parties.n - 1);
    else if (2 * c->n <= a->parties.n)
        fault_at(f, c->line, c->column, true,
                 "%u of %zu parties are no majority: two groups could suspend each other; expected at least "
                 "%zu",
                 c->n, a->parties.n, a->parties.n / 2 + 1);
}

/*
 * What the parties can do together at most: all vouch for a certificate, all others report a party's key. A
 * number that cannot be reached would leave the list empty, or a stolen key in it.
 */
static void trust(const struct agreement *a, struct agreement_faults *f)
{
    const struct trust_clause *c = &a->certificates, *k = &a->keys;

    if (c->n && !k->n)
        fault_at(f, c->line, c->column, false,
                 "it is not said when a key no longer counts; expected a line: trust: a key no longer counts "
                 "when 2 parties report it");
    if (k->n && !c->n)
        fault_at(
            f, k->line, k->column, false,
            "it is not said when a certificate counts; expected a line: trust: a certificate counts when "
            "4 parties vouch for it");
    if (c->n > a->parties.n)
        fault_at(f, c->line, c->column, false,
                 "%u parties can never vouch: there are %zu; expected a smaller number", c->n, a->parties.n);
    if (k->n >= a->parties.n && k->n)
        fault_at(f, k->line, k->column, false,
                 "%u others can never report a key: besides its party there are %zu; expected a smaller "
                 "number",
                 k->n, a->parties.n - 1);
    if (c->n == 1)
        fault_at(f, c->line, c->column, true,
                 "a single party decides what all believe; expected at least 2 parties");
    witnesses(a, f);
    decisions(a, f);
}

static const struct article *labelled(const struct agreement *a, struct span label)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (span_eq_str(label, x->number))
            return x;
    return NULL;
}

/* Numbers of ratifications that can be reached, articles that are there. */
static void force(const struct agreement *a, struct agreement_faults *f)
{
    size_t all = a->parties.n + a->accession.n;

    if (a->ratifications > all)
        fault_at(f, 1, 1, false, "%u ratifications can never be: there are %zu states; expected fewer",
                 a->ratifications, all);
    if (a->amendments > all)
        fault_at(f, 1, 1, false, "%u can never accept an amendment: there are %zu states; expected fewer",
                 a->amendments, all);
    for (const struct article *x = a->articles; x; x = x->next)
        if (x->force.ratifications > (x->parties.n ? x->parties.n : all))
            fault_at(f, x->line, x->column, false,
                     "%u ratifications of article %s can never be; expected fewer", x->force.ratifications,
                     x->number);
    for (size_t i = 0; i < a->fixed.n; i++) {
        const struct article *x = labelled(a, a->fixed.w[i]);

        if (!x)
            fault_at(f, a->fixed_line, 1, false, "there is no article %.*s; expected one of this agreement",
                     (int)a->fixed.w[i].n, (const char *)a->fixed.w[i].p);
        else if (x->reservations)
            fault_at(f, x->reservations->line, x->reservations->column, false,
                     "no reservation to article %s is permitted (line %u)", x->number, a->fixed_line);
    }
}

static void beside(const struct agreement *a, struct agreement_faults *f)
{
    for (const struct table *t = a->tables; t; t = t->next)
        if (!t->rows)
            fault_at(f, t->line, t->column, false,
                     "the table has no row; expected one, as: tourism, pilgrimage: 40 USD");
    for (const struct quota_clause *q = a->quotas; q; q = q->next)
        if (!q->rows)
            fault_at(f, q->line, q->column, false,
                     "the quota has no row; expected one, as: IR: 50000 per year");
}

static const struct table *fees_of(const struct agreement *a, const char *kind)
{
    for (const struct table *t = a->tables; t; t = t->next)
        if (t->kind == TABLE_OF_FEES && span_eq_str(t->name, kind))
            return t;
    return NULL;
}

static bool has_row(const struct table *t, struct span purpose)
{
    for (const struct table_row *r = t->rows; r; r = r->next) {
        if (!r->keys.n)
            return true;
        for (size_t i = 0; i < r->keys.n; i++)
            if (span_eq(r->keys.w[i], purpose))
                return true;
    }
    return false;
}

/* A fee that turns on what no applicant says would never be known at the desk. */
static void fee_facts(const struct table *t, const struct table_row *r, struct agreement_faults *f)
{
    uint64_t said = permission_application_facts();

    for (size_t i = 0; i < r->cond.n; i++) {
        const struct cond *c = &r->cond.op[i];
        bool asks = c->kind != COND_AND && c->kind != COND_OR && c->kind != COND_NOT && c->fact < FACTS_N;

        if (asks && !(said >> c->fact & 1))
            fault_at(f, c->line, c->column, true,
                     "the fee for \"%.*s\" turns on %s, which no application says", (int)t->name.n,
                     (const char *)t->name.p, fact_name((enum fact)c->fact));
    }
}

/* One place says what a permission costs. */
static void fees(const struct agreement *a, struct agreement_faults *f)
{
    for (const struct permission_block *b = a->permissions; b; b = b->next) {
        const struct permission_kind *k = &b->kind;
        const struct table *t = fees_of(a, k->name);

        if (t && k->currency)
            fault_at(f, k->fee_line, k->fee_column, false,
                     "what \"%s\" costs stands in the table in line %u; expected it once: without this line",
                     k->name, t->line);
        for (size_t i = 0; t && i < k->n_purposes; i++)
            if ((t->key == FACT_TRAVEL_PURPOSE || t->key == FACT_PERMISSION_PURPOSE) &&
                !has_row(t, k->purposes[i]))
                fault_at(f, t->line, t->column, true,
                         "no row says what \"%s\" for %.*s costs (line %u): nothing will be asked for it",
                         k->name, (int)k->purposes[i].n, (const char *)k->purposes[i].p, k->line);
    }
    for (const struct table *t = a->tables; t; t = t->next) {
        bool applied_for = false;

        for (const struct permission_block *b = a->permissions; b; b = b->next)
            applied_for |= t->kind == TABLE_OF_FEES && span_eq_str(t->name, b->kind.name);
        for (const struct table_row *r = t->rows; applied_for && r; r = r->next)
            fee_facts(t, r, f);
    }
}

void agreement_check(const struct agreement *a, struct agreement_faults *faults)
{
    for (const struct article *x = a->articles; x; x = x->next)
        article(a, x, faults);
    trust(a, faults);
    force(a, faults);
    beside(a, faults);
    fees(a, faults);
    agreement_reach(a, faults);
    for (const struct definition *d = a->definitions; d; d = d->next)
        if (!d->used)
            fault_at(faults, d->line, d->column, true, "these words are defined and never used");
}
