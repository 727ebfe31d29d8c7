#include "wire/licence_card.h"

#include "base/text.h"
#include "wire/licence_internal.h"
#include "wire/mrz_codes.h"

static void set_expiry(struct licence_data *l, struct date d)
{
    l->expiry_date = d;
    if (date_is_set(d))
        l->expiry_time = time_of_date(d) + 86399;
}

/* --- AAMVA DL/ID Card Design Standard, Annex D --- */

static struct span text_of(const struct aamva *a, const char *id)
{
    struct span s;

    return aamva_get(a, id, &s) ? text_trim(s) : (struct span){ NULL, 0 };
}

static struct date date_of(struct licence_data *l, const struct aamva *a, const char *id, struct span element)
{
    struct span value = { NULL, 0 };
    struct date d = { 0 };

    (void)aamva_get(a, id, &value);
    switch (aamva_date(a, id, &d)) {
    case AAMVA_DATE_ILLEGAL:
        licence_note(l, LICENCE_DATA_DATE, element, value.p, -1);
        break;
    case AAMVA_DATE_OTHER:
        licence_note(l, LICENCE_DATA_VALUE, element, value.p, -1);
        break;
    case AAMVA_DATE_ABSENT:
    case AAMVA_DATE_LEGAL:
        break;
    }
    return d;
}

/* "NONE" is how jurisdictions say that there is nothing. */
static bool says_something(struct span s)
{
    return s.n && !span_eq(s, SPAN("NONE")) && !span_eq(s, SPAN("None")) && !span_eq(s, SPAN("none"));
}

/* As one code: the letters run together, and only the issuer knows where one ends. */
static void add_codes(struct licence_data *l, struct licence_privilege *p, struct span s)
{
    if (!says_something(s))
        return;
    l->code[l->n_codes++] = (struct licence_code){ .code = s };
    p->n_codes++;
}

static void classes(struct licence_data *l, const struct aamva *a)
{
    bool first_version = a->version == 1;
    struct span class = text_of(a, first_version ? "DAR" : "DCA");
    struct licence_privilege *p = &l->privilege[0];

    if (!says_something(class))
        return;
    l->has_privileges = true;
    l->n_privileges = 1;
    *p = (struct licence_privilege){ .category = class, .offset = (size_t)(class.p - l->file.p) };
    add_codes(l, p, text_of(a, first_version ? "DAS" : "DCB"));
    add_codes(l, p, text_of(a, first_version ? "DAT" : "DCD"));
}

/* Codes of the jurisdiction look like those of ISO/IEC 18013-2 and are not: none is known. */
static void forget_codes(struct licence_data *l)
{
    for (size_t i = 0; i < l->n_codes; i++)
        l->code[i].known = false;
    if (l->n_codes && !(l->privilege[0].findings & 1u << LICENCE_CODE_UNKNOWN)) {
        l->privilege[0].findings |= 1u << LICENCE_CODE_UNKNOWN;
        licence_note(l, LICENCE_CODE_UNKNOWN, SPAN("driving_privileges"), l->code[0].code.p, 0);
    }
}

/* Letters of classes have a meaning of the jurisdiction's own, whatever scheme its State follows. */
static void own_scheme(struct licence_data *l)
{
    for (size_t i = 0; i < l->n_privileges; i++)
        l->privilege[i].scheme = LICENCE_SCHEME_DOMESTIC;
}

void licence_data_of_aamva(const struct aamva *a, struct span payload, unix_time now,
                           struct licence_data *out)
{
    const struct licence_context c = { .now = now };

    licence_data_begin(out, payload);
    aamva_names(a, &out->family_name, &out->given_name);
    out->document_number = text_of(a, "DAQ");
    out->issuing_country = span_str(state_from_alpha3(text_of(a, "DCG")));
    out->birth_date = date_of(out, a, "DBB", SPAN("birth_date"));
    out->issue_date = date_of(out, a, "DBD", SPAN("issue_date"));
    set_expiry(out, date_of(out, a, "DBA", SPAN("expiry_date")));
    if (out->document_number.n == 0)
        licence_note(out, LICENCE_DATA_MISSING, SPAN("document_number"), NULL, -1);
    if (out->issuing_country.n == 0)
        licence_note(out, LICENCE_DATA_MISSING, SPAN("issuing_country"), NULL, -1);
    classes(out, a);
    licence_data_end(out, &c);
    own_scheme(out);
    forget_codes(out);
}

/* --- lines --- */

void licence_data_of_mrz(const struct licence_mrz *m, unix_time now, struct licence_data *out)
{
    const struct licence_context c = { .now = now };

    licence_data_begin(out, (struct span){ NULL, 0 });
    out->family_name = span_str(m->primary);
    out->given_name = span_str(m->secondary);
    out->document_number = span_str(m->number);
    out->issuing_country = span_str(state_from_alpha3(span_str(m->state)));
    out->birth_date = mrz_date_whole(m->birth);
    set_expiry(out, mrz_date_whole(m->expiry));
    if (out->document_number.n == 0)
        licence_note(out, LICENCE_DATA_MISSING, SPAN("document_number"), NULL, -1);
    licence_data_end(out, &c);
}
