/* What the agreement says that an application costs. */
#include "service/travel/application_internal.h"
#include "wire/mrz_codes.h"

static void state_fact(struct facts *f, enum fact id, const char *alpha3)
{
    const char *alpha2 = state_from_alpha3(span_str(alpha3));

    if (alpha2)
        fact_set_word(f, id, span_str(alpha2));
}

static void day_fact(struct facts *f, enum fact id, struct date d)
{
    if (date_is_set(d))
        fact_set_date(f, id, d);
}

/* Of lines that read well; of a zone that gives no whole date of birth the age is not known. */
static void passport_facts(const struct mrz *m, struct date on, struct facts *f)
{
    struct date birth = mrz_date_whole(m->birth);

    fact_set_word(f, FACT_DOCUMENT_KIND, SPAN("passport"));
    state_fact(f, FACT_DOCUMENT_ISSUER, m->issuer);
    state_fact(f, FACT_TRAVELLER_NATIONALITY, m->nationality);
    day_fact(f, FACT_DOCUMENT_EXPIRY, mrz_date_whole(m->expiry));
    day_fact(f, FACT_TRAVELLER_BIRTH, birth);
    if (date_is_set(birth))
        fact_set_number(f, FACT_TRAVELLER_AGE, date_age(birth, on));
}

/* permission_application_facts names these. */
void application_facts(struct span member, const struct application *x, struct date on, struct facts *out)
{
    *out = (struct facts){ 0 };
    if (x->passport_read && (x->mrz.format == MRZ_TD3 || x->mrz.code[0] == 'P'))
        passport_facts(&x->mrz, on, out);
    if (x->kind.n)
        fact_set_word(out, FACT_PERMISSION_KIND, x->kind);
    fact_set_word(out, FACT_PERMISSION_ISSUER, member);
    fact_set_word(out, FACT_TRAVEL_ENTERING, member);
    if (x->purpose.n) {
        fact_set_word(out, FACT_PERMISSION_PURPOSE, x->purpose);
        fact_set_word(out, FACT_TRAVEL_PURPOSE, x->purpose);
    }
    day_fact(out, FACT_PERMISSION_FROM, x->from);
    day_fact(out, FACT_PERMISSION_EXPIRY, x->until);
    if (x->entries >= 0)
        fact_set_number(out, FACT_PERMISSION_ENTRIES, x->entries);
    if (x->stay > 0) {
        fact_set_number(out, FACT_PERMISSION_STAY, x->stay);
        fact_set_number(out, FACT_TRAVEL_STAY, x->stay);
    }
}

enum table_answer application_fee_of(const struct agreement *g, const struct permission_kind *k,
                                     struct span member, const struct application *x, struct date on,
                                     struct table_value *out)
{
    struct application named = *x;
    struct facts f;

    named.kind = span_str(k->name);
    application_facts(member, &named, on, &f);
    return agreement_permission_fee(g, named.kind, k, &f, on, out);
}

enum table_answer application_fee(const struct agreement *g, struct span member, const struct application *x,
                                  struct date begun, struct table_value *out)
{
    const struct permission_kind *k = agreement_permission(g, x->kind, x->purpose);

    return k ? application_fee_of(g, k, member, x, begun, out) : TABLE_NONE;
}
