#include "service/travel/intake.h"
#include "wire/mrz_codes.h"

/* The word of the agreement language for a document by its code (Doc 9303 parts 4 to 7). */
static const char *document_kind(const struct mrz *m)
{
    switch (m->format) {
    case MRZ_MRVA:
    case MRZ_MRVB:
        return "visa";
    case MRZ_TD3:
        return "passport";
    case MRZ_TD1:
    case MRZ_TD2:
        break;
    }
    if (m->code[0] == 'P')
        return "passport";
    return m->code[0] == 'I' || m->code[0] == 'C' || m->code[0] == 'A' ? "identity card" : "other";
}

static void set_state(struct facts *f, enum fact id, const char *alpha3)
{
    const char *alpha2 = state_from_alpha3(span_str(alpha3));

    /* Codes that are no state's (UTO, XXA, UNO) stay as they are: no rule about states fits them. */
    if (alpha2)
        fact_set_word(f, id, span_str(alpha2));
    else if (mrz_code_known(span_str(alpha3)))
        fact_set_word(f, id, span_str(alpha3));
}

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

static enum result document_result(const struct travel_document *d)
{
    if (d->has_chip)
        return d->chip;
    return d->readable ? RESULT_WELL_FORMED : RESULT_MALFORMED;
}

/* Lines that do not read well say nothing about their holder: a wrong digit may stand for any letter. */
static void document_facts(const struct travel_document *d, struct date on, struct facts *f)
{
    struct date birth, expiry;

    if (d->has_chip)
        fact_set_word(f, FACT_CHIP_RESULT, span_str(result_word(d->chip)));
    if (d->present || d->has_chip)
        fact_set_word(f, FACT_DOCUMENT_RESULT, span_str(result_word(document_result(d))));
    if (!d->present)
        return;
    fact_set_word(f, FACT_DOCUMENT_KIND, span_str(document_kind(&d->mrz)));
    if (!d->readable)
        return;
    set_state(f, FACT_DOCUMENT_ISSUER, d->mrz.issuer);
    set_state(f, FACT_TRAVELLER_NATIONALITY, d->mrz.nationality);
    birth = mrz_date_whole(d->mrz.birth);
    expiry = mrz_date_whole(d->mrz.expiry);
    set_day(f, FACT_DOCUMENT_EXPIRY, expiry);
    set_day(f, FACT_TRAVELLER_BIRTH, birth);
    if (date_is_set(birth))
        fact_set_number(f, FACT_TRAVELLER_AGE, date_age(birth, on));
}

static void permission_facts(const struct travel_document *d, const struct travel_permission *p,
                             const struct travel_circumstances *c, struct date on, struct facts *f)
{
    enum match m;

    if (!p->present) {
        fact_set_word(f, FACT_PERMISSION_KIND, SPAN("none"));
        return;
    }
    fact_set_word(f, FACT_PERMISSION_RESULT, span_str(result_word(p->result)));
    fact_set_word(f, FACT_PERMISSION_KIND, span_str(p->kind));
    if (p->result != RESULT_GENUINE && p->result != RESULT_EXPIRED)
        return;
    if (p->issuer)
        fact_set_word(f, FACT_PERMISSION_ISSUER, span_str(p->issuer));
    set_words(f, FACT_PERMISSION_PURPOSE, p->purpose);
    set_day(f, FACT_PERMISSION_FROM, p->from);
    set_day(f, FACT_PERMISSION_EXPIRY, p->until);
    if (p->entries >= 0)
        fact_set_number(f, FACT_PERMISSION_ENTRIES, p->entries);
    if (c->uses_known)
        fact_set_number(f, FACT_PERMISSION_ENTRIES_USED, c->uses);
    if (p->has_stay)
        fact_set_number(f, FACT_PERMISSION_STAY, travel_permission_days(p, on));
    m = travel_match(d, p);
    if (m != MATCH_UNKNOWN)
        fact_set_number(f, FACT_PERMISSION_MATCHES, m == MATCH_YES);
}

static void set_said(struct facts *f, enum fact id, enum travel_said s)
{
    if (s != TRAVEL_NOT_SAID)
        fact_set_number(f, id, s == TRAVEL_YES);
}

/* An amount without its currency says nothing. */
static void insurance_facts(const struct travel_insurance *i, struct facts *f)
{
    set_said(f, FACT_INSURANCE_TRAVEL, i->held);
    set_day(f, FACT_INSURANCE_UNTIL, i->until);
    if (i->cover_said && i->currency.n) {
        fact_set_number(f, FACT_INSURANCE_COVER, i->cover);
        fact_set_word(f, FACT_INSURANCE_CURRENCY, i->currency);
    }
    set_said(f, FACT_VEHICLE_BROUGHT, i->vehicle);
    set_said(f, FACT_VEHICLE_INSURED, i->vehicle_card);
}

void travel_facts(const struct travel_document *d, const struct travel_permission *p,
                  const struct travel_circumstances *c, struct date on, struct facts *out)
{
    *out = (struct facts){ 0 };
    document_facts(d, on, out);
    permission_facts(d, p, c, on, out);
    /* "none" is only said when everything was looked at. */
    if (c->contradictions || !c->listing_unknown)
        fact_set_word(out, FACT_EVIDENCE_CONTRADICTION, span_str(contradiction_word(c->contradictions)));
    set_words(out, FACT_DOCUMENT_LISTED, c->listing);
    set_words(out, FACT_TRAVEL_PURPOSE, c->purpose);
    set_words(out, FACT_TRAVEL_MODE, c->mode);
    set_words(out, FACT_TRAVEL_POST, c->post);
    set_words(out, FACT_TRAVEL_FROM, c->from);
    if (c->entering)
        fact_set_word(out, FACT_TRAVEL_ENTERING, span_str(c->entering));
    if (c->stay_days > 0)
        fact_set_number(out, FACT_TRAVEL_STAY, c->stay_days);
    if (c->examined_said)
        fact_set_number(out, FACT_DOCUMENT_EXAMINED, c->examined);
    insurance_facts(&c->insurance, out);
    if (c->quota_known)
        fact_set_number(out, FACT_QUOTA_USED, c->quota_used);
    out->stays_known = c->stays_known;
    out->stays = c->stays;
    out->n_stays = c->n_stays;
}
