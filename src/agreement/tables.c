/* What the tables beside the text say of one case. */
#include "agreement/tables.h"

#include "agreement/eval.h"

/* ISO 4217, list one as of 2024: by digits behind the point. X codes that are no money are left out. */
static const char two[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER "
    "ZAR ZMW ZWG ";
static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
static const char three[] = "BHD IQD JOD KWD LYD OMR TND ";

static bool listed(const char *list, struct span code)
{
    for (; *list; list += 4)
        if (memcmp(list, code.p, 3) == 0)
            return true;
    return false;
}

int currency_decimals(struct span code)
{
    if (code.n != 3)
        return -1;
    return listed(two, code) ? 2 : listed(none, code) ? 0 : listed(three, code) ? 3 : -1;
}

static const struct figures *find(const struct agreement *a, enum table_kind kind, struct span name)
{
    size_t i = 0;

    for (const struct table *t = a->tables; t; t = t->next, i++)
        if ((unsigned)t->kind == (unsigned)kind && span_eq(t->name, name))
            return &a->program->figures[i];
    return NULL;
}

bool agreement_has_table(const struct agreement *a, enum table_kind kind, struct span name)
{
    return find(a, kind, name) != NULL;
}

static struct truth holds(struct eval *e, const struct figures *t, const struct figure *r)
{
    struct truth key = truth(true, 0);

    if (r->n_keys)
        key = eval_in_list(e, t->table->key, r->first_key, r->n_keys);
    return key.v == NO ? key : both(key, eval_steps(e, r->steps));
}

enum table_answer agreement_table(const struct agreement *a, enum table_kind kind, struct span name,
                                  const struct facts *f, struct date on, struct table_value *out)
{
    struct eval e UNINITIALIZED;
    const struct figures *t = find(a, kind, name);
    uint64_t facts = 0;

    if (!t)
        return TABLE_NONE;
    eval_prepare(&e, a, a->bound, f, on);
    for (uint32_t i = 0; i < t->n; i++) {
        const struct figure *r = &a->program->figure[t->first + i];
        struct truth is = holds(&e, t, r);
        int places;

        if (is.v == NO) {
            facts |= is.facts;
            continue;
        }
        places = kind == TABLE_FEE && *r->row->unit ? currency_decimals(span_str(r->row->unit)) : 0;
        *out = (struct table_value){ .amount = r->row->amount,
                                     .decimals = (unsigned)places,
                                     .unit = r->row->unit,
                                     .line = r->row->line,
                                     .facts = is.v == YES ? facts | is.facts : is.facts };
        return is.v == YES ? TABLE_FOUND : TABLE_UNKNOWN;
    }
    return TABLE_NONE;
}

size_t agreement_tables(const struct agreement *a, enum table_kind kind, struct span *out, size_t max)
{
    size_t n = 0;

    for (const struct table *t = a->tables; t; t = t->next) {
        if ((unsigned)t->kind != (unsigned)kind)
            continue;
        if (n < max)
            out[n] = t->name;
        n++;
    }
    return n;
}

/* The calendar day, month or year around a day. */
static void period_of(enum quota_unit per, struct date on, struct quota *q)
{
    static const enum quota_period period[] = { QUOTA_DAY, QUOTA_MONTH, QUOTA_YEAR };

    q->period = period[per];
    q->from = q->to = on;
    if (per == QUOTA_PER_DAY)
        return;
    q->from.day = 1;
    if (per == QUOTA_PER_YEAR)
        q->from.month = 1;
    q->to = date_add_days(date_add_months(q->from, per == QUOTA_PER_YEAR ? 12 : 1), -1);
}

/* The demands of quotas stand behind the general rule, in the order of clauses and rows. */
static size_t first_demand(const struct agreement *a)
{
    size_t rows = 0;

    for (const struct quota_clause *q = a->quotas; q; q = q->next)
        for (const struct quota_row *r = q->rows; r; r = r->next)
            rows++;
    return a->program->n_demands - rows;
}

enum table_answer agreement_quota(const struct agreement *a, const struct facts *f, struct date on,
                                  struct quota *out)
{
    struct eval e UNINITIALIZED;
    size_t at = first_demand(a);
    enum table_answer found = TABLE_NONE;

    if (!a->quotas || !readable_date(on))
        return TABLE_NONE;
    eval_prepare(&e, a, a->bound, f, on);
    for (const struct quota_clause *q = a->quotas; q; q = q->next) {
        for (const struct quota_row *r = q->rows; r; r = r->next, at++) {
            const struct demand *d = &a->program->demands[at];
            const struct clause *failed;
            struct truth is = eval_clauses(&e, d->first_clause, d->n_clauses, &failed);

            if (is.v == NO || (is.v == UNKNOWN && found != TABLE_NONE))
                continue;
            *out = (struct quota){ .name = q->name, .most = r->most, .line = r->line, .facts = is.facts };
            period_of(r->per, on, out);
            out->member = f->v[FACT_TRAVEL_ENTERING].word;
            found = is.v == YES ? TABLE_FOUND : TABLE_UNKNOWN;
            if (is.v == YES)
                return found;
        }
    }
    return found;
}
