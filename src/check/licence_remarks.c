/* What is said to the officer besides the decision: findings with their clause and what to do. */
#include <stdarg.h>

#include "check/licence_parts.h"

static struct licence_remark *next(struct licence_inquiry *k, enum severity severity, int item)
{
    struct licence_remark *m = &k->remark[k->n_remarks];

    if (k->n_remarks == LICENCE_REMARKS) {
        k->remarks_lost++;
        return NULL;
    }
    k->n_remarks++;
    m->severity = severity;
    m->item = item;
    return m;
}

void licence_remark(struct licence_inquiry *k, enum severity severity, int item, const char *reason,
                    const char *clause, const char *fmt, ...)
{
    struct licence_remark *m = next(k, severity, item);
    va_list ap;

    if (!m)
        return;
    va_start(ap, fmt);
    (void)why_vset(&m->why, reason, WHY_NO_OFFSET, clause, fmt, ap);
    va_end(ap);
}

void licence_remark_why(struct licence_inquiry *k, enum severity severity, int item, const struct why *w)
{
    struct licence_remark *m = next(k, severity, item);

    if (m)
        m->why = *w;
}

/* Under the word of the result: what is to be done depends on that, and the reason stands with the evidence.
 */
static void remark_items(struct licence_inquiry *k)
{
    for (size_t i = 0; i < k->n_items; i++) {
        const struct licence_item *it = &k->item[i];
        struct why w = it->why;

        if (it->result == RESULT_GENUINE || it->result == RESULT_WELL_FORMED)
            continue;
        if (!w.reason || strcmp(w.reason, "engagement") != 0)
            w.reason = result_word(it->result);
        licence_remark_why(k, FINDING_WARNING, (int)i, &w);
    }
}

static void remark_strength(struct licence_inquiry *k)
{
    enum severity unsaid = k->r->examined == SAID_YES ? FINDING_NOTE : FINDING_WARNING;

    if (k->strength == LICENCE_SIGNED)
        licence_remark(k, FINDING_WARNING, -1, "device", "ISO/IEC 18013-5 12.8.2",
                       "nothing proves that the device is the one the licence was issued to");
    if (k->strength >= LICENCE_SIGNED && k->facts.portrait.n == 0)
        licence_remark(k, FINDING_WARNING, -1, "no-portrait", "ISO/IEC 18013-5 13.2",
                       "no portrait was released");
    if (k->strength == LICENCE_CARD)
        licence_remark(k, unsaid, -1, "card", "doc/licences.md",
                       "a card is unsigned: only examining it counts");
    if (k->strength == LICENCE_TYPED)
        licence_remark(k, unsaid, -1, "typed", "doc/licences.md",
                       "typed facts are unsigned: only examining the card counts");
    if (k->r->examined == SAID_NO)
        licence_remark(k, FINDING_WARNING, -1, "examined-no", "doc/licences.md",
                       "the officer has found something against the licence");
    if (k->strength != LICENCE_NOTHING && k->facts.n_privileges == 0)
        licence_remark(k, FINDING_WARNING, -1, "no-categories", "ISO/IEC 18013-5 13.4.5",
                       "no categories were shown or typed");
    if (k->r->typed.present && k->r->typed.n_categories && k->r->typed.n_codes == 0)
        licence_remark(k, FINDING_NOTE, -1, "typed-codes", "Convention on Road Traffic 1968, Annex 6",
                       "no codes of restriction were typed");
}

/* A category of the issuer's own that the tables map is known, whatever ISO/IEC 18013-1 lists. */
static bool is_mapped(const struct licence_data *d, int privilege)
{
    const struct licence_privilege *p = privilege >= 0 ? &d->privilege[privilege] : NULL;
    size_t at = 0;

    return p &&
           licence_map(licence_mapped_scheme(p, d->issuing_country), d->issuing_country, p->category, &at);
}

static void remark_data(struct licence_inquiry *k, const struct licence_piece *p)
{
    const struct licence_data *d = p->data;

    for (size_t i = 0; i < d->n_notes; i++) {
        const struct licence_note *n = &d->note[i];

        if (n->what == LICENCE_CATEGORY_UNKNOWN && is_mapped(d, n->privilege))
            continue;
        if (n->privilege >= 0)
            licence_remark(k, FINDING_WARNING, p->item, licence_finding_word(n->what),
                           "ISO/IEC 18013-5 13.4.5", "category %d of the licence", n->privilege + 1);
        else
            licence_remark(k, FINDING_WARNING, p->item, licence_finding_word(n->what),
                           "ISO/IEC 18013-5 13.4.2", "%.*s", (int)n->element.n, (const char *)n->element.p);
    }
}

static void remark_needs(struct licence_inquiry *k)
{
    const uint64_t asked = UINT64_C(1) << FACT_LICENCE_TRANSLATION | UINT64_C(1) << FACT_LICENCE_PERMIT |
                           UINT64_C(1) << FACT_LICENCE_STATEMENT;

    for (size_t i = 0; i < k->n; i++) {
        const struct licence_decision *d = &k->decision[i];

        if (!d->mapping || strcmp(d->mapping->needs, "nothing") == 0 || licence_is_good(d->verdict.outcome))
            continue;
        for (size_t m = 0; m < d->verdict.n_missing; m++) {
            if (!(asked >> d->verdict.missing[m] & 1))
                continue;
            licence_remark(k, FINDING_WARNING, -1, "needs", "Convention on Road Traffic 1968, Article 41",
                           "a category needs besides: %s", d->mapping->needs);
            return;
        }
    }
}

void licence_remark_facts(struct licence_inquiry *k)
{
    remark_items(k);
    remark_strength(k);
    for (size_t i = 0; i < k->n_pieces; i++)
        remark_data(k, &k->piece[i]);
    remark_needs(k);
    if (k->token.present && k->token.said.answer == STATUS_REVOKED)
        licence_remark(k, FINDING_WARNING, -1, "revoked", "ISO/IEC 18013-5 12.3.6",
                       "the status list names this copy of the licence");
    else if (k->token.present && k->token.said.answer == STATUS_UNDETERMINED)
        licence_remark(k, FINDING_WARNING, -1, "token", "ISO/IEC 18013-5 12.3.6", "%s",
                       k->token.said.why.reason ? k->token.said.why.detail : "no status list was had");
}

void licence_remark_home(struct licence_inquiry *k)
{
    static const struct {
        const char *reason, *text;
    } of[] = {
        [LICENCE_NOT_ASKED] = { "home-not-asked", "the issuing member was not asked" },
        [LICENCE_LATE] = { "home-late", "the issuing member did not answer in time" },
        [LICENCE_UNREACHABLE] = { "home-unreachable", "the issuing member could not be reached" },
        [LICENCE_REFUSED] = { "home-refused", "the question was refused" },
        [LICENCE_UNKNOWN] = { "home-unknown", "the issuing member knows no such licence" },
    };
    const struct licence_home *h = &k->home;

    if (k->strength == LICENCE_NOTHING)
        return;
    if (h->state != LICENCE_ANSWERED)
        licence_remark(k, FINDING_WARNING, -1, of[h->state].reason, "doc/licences.md", "%s",
                       of[h->state].text);
    else if (!span_eq(h->word, SPAN("valid")))
        licence_remark(k, FINDING_WARNING, -1, "home-status", "doc/licences.md",
                       "the issuing member does not answer that it is valid");
}
