/* The consolidated list of the United Nations Security Council, XML: CONSOLIDATED_LIST with INDIVIDUAL and
 * ENTITY. */
#include <stdio.h>

#include "base/text.h"
#include "service/notice/list_reader.h"

static void root(struct list_reader *r, const struct list_xml_node *n)
{
    struct span at = list_xml_attr(n, "dateGenerated");

    (void)snprintf(r->stated.published, sizeof r->stated.published, "%.*s", (int)(at.n < 31 ? at.n : 31),
                   at.n ? (const char *)at.p : "");
}

static void put_name(struct list_draft *d, const struct list_xml_node *n)
{
    const struct span part[] = { list_xml_text(n, "FIRST_NAME"), list_xml_text(n, "SECOND_NAME"),
                                 list_xml_text(n, "THIRD_NAME"), list_xml_text(n, "FOURTH_NAME") };

    (void)list_draft_put(d, "name", list_draft_join(d, " ", part, 4));
    list_draft_put(d, "alias", list_xml_text(n, "NAME_ORIGINAL_SCRIPT"))->kind = SPAN("original script");
}

static bool is_placeholder(struct span s)
{
    return !s.n || span_eq_str(s, "na") || span_eq_str(s, "NA") || span_eq_str(s, "N/A") ||
           span_eq_str(s, "-");
}

/* Several names in one element stand between ";" in places. */
static void put_alias(struct list_draft *d, const struct list_xml_node *n)
{
    struct span quality = list_xml_text(n, "QUALITY"), rest = list_xml_text(n, "ALIAS_NAME"), one;
    bool low = span_eq_str(quality, "Low"), former = span_eq_str(quality, "f.k.a.");
    const char *property = low ? "weakAlias" : former ? "previousName" : "alias";

    while (text_split(&rest, ';', &one)) {
        struct list_value *v;

        if (is_placeholder(text_trim(one)))
            continue;
        v = list_draft_put(d, property, one);
        v->kind = quality;
        v->weak = low;
        v->note = list_xml_text(n, "NOTE");
    }
}

static void put_birth(struct list_draft *d, const struct list_xml_node *n)
{
    static const char *const one[] = { "DATE", "YEAR" };
    struct span type = list_xml_text(n, "TYPE_OF_DATE");
    const struct span range[] = { list_xml_text(n, "FROM_YEAR"), list_xml_text(n, "TO_YEAR") };
    for (size_t i = 0; i < 2; i++) {
        struct span s = list_xml_text(n, one[i]);

        /* Some dates carry a time zone behind them: "1970-01-01Z". */
        if (s.n > 10 && s.p[4] == '-' && s.p[7] == '-')
            s.n = 10;
        if (s.n) {
            struct list_value *v = list_draft_date(d, "birthDate", s);

            v->kind = type;
            v->about = v->about || span_eq_str(type, "APPROXIMATELY");
            v->note = list_xml_text(n, "NOTE");
        }
    }
    if (range[0].n && range[1].n)
        list_draft_date(d, "birthDate", list_draft_join(d, " to ", range, 2))->kind = type;
}

static void put_place(struct list_draft *d, const struct list_xml_node *n, const char *property,
                      const char *country)
{
    const struct span part[] = { list_xml_text(n, "STREET"), list_xml_text(n, "CITY"),
                                 list_xml_text(n, "STATE_PROVINCE"), list_xml_text(n, "ZIP_CODE"),
                                 list_xml_text(n, "COUNTRY") };
    struct list_value *v = list_draft_put(d, property, list_draft_join(d, ", ", part, 5));

    v->country = list_country(d->countries, part[4]);
    v->note = list_xml_text(n, "NOTE");
    if (country)
        (void)list_draft_country(d, country, part[4]);
}

static void put_document(struct list_draft *d, const struct list_xml_node *n)
{
    struct span kind = list_xml_text(n, "TYPE_OF_DOCUMENT");
    struct span country = list_xml_text(n, "ISSUING_COUNTRY");
    bool passport = kind.n >= 8 && span_eq_str(span_sub(kind, kind.n - 8, kind.n), "Passport");
    struct list_value *v =
        list_draft_put(d, passport ? "passportNumber" : "idNumber", list_xml_text(n, "NUMBER"));
    struct span on = list_xml_text(n, "DATE_OF_ISSUE");

    v->kind = kind;
    v->country = list_country(d->countries, country.n ? country : list_xml_text(n, "COUNTRY_OF_ISSUE"));
    v->note = list_xml_text(n, "NOTE").n ? list_xml_text(n, "NOTE") : on;
}

/* Elements that hold VALUE elements. */
static void put_values(struct list_draft *d, const struct list_xml_node *n, const char *property)
{
    bool country = strcmp(property, "nationality") == 0;

    for (const struct list_xml_node *v = list_xml_child(n, "VALUE"); v; v = list_xml_after(v, "VALUE"))
        if (country)
            (void)list_draft_country(d, property, v->text);
        else
            (void)list_draft_put(d, property, v->text);
}

static void put_sex(struct list_draft *d, struct span s)
{
    if (span_eq_str(s, "Male") || span_eq_str(s, "M"))
        (void)list_draft_put(d, "gender", SPAN("male"));
    else if (span_eq_str(s, "Female") || span_eq_str(s, "F"))
        (void)list_draft_put(d, "gender", SPAN("female"));
}

static const struct {
    const char *element, *property;
} values[] = {
    { "TITLE", "title" },
    { "DESIGNATION", "position" },
    { "NATIONALITY", "nationality" },
    { "LAST_DAY_UPDATED", "modifiedAt" },
}, texts[] = {
    { "UN_LIST_TYPE", "program" },
    { "REFERENCE_NUMBER", "referenceNumber" },
    { "LISTED_ON", "listingDate" },
    { "COMMENTS1", "notes" },
    { "NATIONALITY2", "nationality" },
    { "SUBMITTED_BY", "submittedBy" },
};

static void put_child(struct list_draft *d, const struct list_xml_node *c)
{
    size_t cut = span_starts(c->name, SPAN("INDIVIDUAL_")) ? 11
                 : span_starts(c->name, SPAN("ENTITY_"))   ? 7
                                                           : 0;
    struct span name = span_sub(c->name, cut, c->name.n);

    if (cut && span_eq_str(name, "ALIAS"))
        put_alias(d, c);
    else if (cut && span_eq_str(name, "DATE_OF_BIRTH"))
        put_birth(d, c);
    else if (cut && span_eq_str(name, "PLACE_OF_BIRTH"))
        put_place(d, c, "birthPlace", NULL);
    else if (cut && span_eq_str(name, "ADDRESS"))
        put_place(d, c, "address", "country");
    else if (cut && span_eq_str(name, "DOCUMENT"))
        put_document(d, c);
    else if (span_eq_str(name, "GENDER"))
        put_sex(d, c->text);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (span_eq_str(c->name, values[i].element))
            put_values(d, c, values[i].property);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (span_eq_str(c->name, texts[i].element))
            (void)list_draft_put(d, texts[i].property, c->text);
}

/* The reference number is the entry's name among people; the data id where there is none. */
static bool record(struct list_reader *r, const struct list_xml_node *n, struct arena *a, struct why *w)
{
    bool person = span_eq_str(n->name, "INDIVIDUAL");
    struct list_draft *d = r->draft;

    list_draft_begin(d, a);
    d->e.id = list_xml_text(n, "REFERENCE_NUMBER");
    if (!d->e.id.n)
        d->e.id = list_xml_text(n, "DATAID");
    d->e.schema = person ? SPAN("Person") : SPAN("Organization");
    put_name(d, n);
    for (const struct list_xml_node *c = n->child; c; c = c->next)
        put_child(d, c);
    /* A number is not always alone with its person: both names of one entry are told apart by this one. */
    (void)list_draft_put(d, "dataId", list_xml_text(n, "DATAID"));
    return list_reader_emit(r, n->line, w);
}

static const char *const roots[] = { "CONSOLIDATED_LIST", NULL };
static const char *const records[] = { "INDIVIDUAL", "ENTITY", NULL };

const struct list_xml_format list_un_xml = { roots, records, root, record };
