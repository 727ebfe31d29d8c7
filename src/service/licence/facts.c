#include "service/licence/recognise.h"

enum { BROKEN = 1 << LICENCE_DATA_TYPE | 1 << LICENCE_DATA_VALUE | 1 << LICENCE_DATA_DATE };

static void set_words(struct facts *f, enum fact id, struct span s)
{
    if (s.n)
        fact_set_word(f, id, s);
}

static void set_day(struct facts *f, enum fact id, struct date d)
{
    if (date_is_set(d))
        fact_set_date(f, id, d);
}

static void set_said(struct facts *f, enum fact id, enum said s)
{
    if (s != NOT_SAID)
        fact_set_number(f, id, s == SAID_YES);
}

void licence_facts(const struct licence_case *c, struct date on, struct facts *f)
{
    const struct licence_data *d = c->data;

    if (c->has_result)
        fact_set_word(f, FACT_LICENCE_RESULT, span_str(result_word(c->result)));
    set_said(f, FACT_LICENCE_EXAMINED, c->examined);
    set_words(f, FACT_LICENCE_ISSUER, d->issuing_country);
    set_words(f, FACT_LICENCE_STATUS, c->status);
    set_said(f, FACT_LICENCE_TRANSLATION, c->translation);
    set_said(f, FACT_LICENCE_PERMIT, c->permit);
    set_said(f, FACT_LICENCE_STATEMENT, c->statement);
    if (date_is_set(d->birth_date))
        fact_set_number(f, FACT_DRIVER_AGE, date_age(d->birth_date, on));
    set_words(f, FACT_DRIVER_RESIDENCE, c->residence);
    set_day(f, FACT_DRIVER_RESIDENT_SINCE, c->resident_since);
    set_day(f, FACT_DRIVER_ENTERED, c->entered);
    set_words(f, FACT_TRAVEL_ENTERING, c->in);
}

static const char *const schemes[] = { [LICENCE_SCHEME_UNKNOWN] = "",
                                       [LICENCE_SCHEME_1949] = "geneva-1949",
                                       [LICENCE_SCHEME_1968] = "vienna-1968",
                                       [LICENCE_SCHEME_EU] = "eu",
                                       [LICENCE_SCHEME_DOMESTIC] = "domestic" };

enum licence_scheme licence_scheme_of_fact(struct span word)
{
    for (int s = LICENCE_SCHEME_1949; s <= LICENCE_SCHEME_DOMESTIC; s++)
        if (span_eq_str(word, schemes[s]))
            return (enum licence_scheme)s;
    return LICENCE_SCHEME_UNKNOWN;
}

void licence_mapping_facts(const struct licence_mapping *m, enum licence_scheme scheme, struct facts *f)
{
    set_words(f, FACT_LICENCE_SCHEME, span_str(schemes[scheme]));
    fact_set_word(f, FACT_LICENCE_CATEGORY, span_str(m->word));
    fact_set_word(f, FACT_LICENCE_NEEDS, span_str(m->needs));
}

static const char *codes_fact(const struct licence_data *d, const struct licence_privilege *p)
{
    if (p->findings & 1u << LICENCE_CODE_UNKNOWN)
        return "unknown";
    for (size_t i = 0; i < p->n_codes; i++)
        if (!d->code[p->first_code + i].known)
            return "unknown";
    return p->n_codes ? "known" : "none";
}

/* The category counts while the licence does and its own days last. The licence's days must be known; where
 * what stands in the category is broken, its days are not. */
static void days(const struct licence_data *d, const struct licence_privilege *p, struct facts *f)
{
    struct date from = date_is_set(p->from) ? p->from : d->issue_date, to = d->expiry_date;

    if (p->findings & BROKEN)
        return;
    if (date_is_set(to) && date_is_set(p->to) && date_cmp(p->to, to) < 0)
        to = p->to;
    set_day(f, FACT_LICENCE_FROM, from);
    set_day(f, FACT_LICENCE_EXPIRY, to);
}

void licence_privilege_facts(const struct licence_case *c, const struct licence_privilege *p,
                             const struct licence_mapping *m, enum licence_scheme scheme, struct facts *f)
{
    licence_mapping_facts(m, scheme, f);
    if (c->status_of) {
        f->v[FACT_LICENCE_STATUS] = (struct fact_value){ 0 };
        set_words(f, FACT_LICENCE_STATUS, c->status_of(c->answer, p->category));
    }
    fact_set_word(f, FACT_LICENCE_CODES, span_str(codes_fact(c->data, p)));
    days(c->data, p, f);
}
