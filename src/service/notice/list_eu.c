/* The consolidated list of financial sanctions of the European Union, XML, FSF 1.1: export with
 * sanctionEntity. */
#include <stdio.h>

#include "base/text.h"
#include "service/notice/list_reader.h"

static void copy(char *out, size_t room, struct span s)
{
    (void)snprintf(out, room, "%.*s", (int)(s.n < room ? s.n : room - 1), s.n ? (const char *)s.p : "");
}

static void root(struct list_reader *r, const struct list_xml_node *n)
{
    copy(r->stated.published, sizeof r->stated.published, list_xml_attr(n, "generationDate"));
    copy(r->stated.publication, sizeof r->stated.publication, list_xml_attr(n, "globalFileId"));
}

static bool yes(const struct list_xml_node *n, const char *attribute)
{
    return span_eq_str(list_xml_attr(n, attribute), "true");
}

static void put_name(struct list_draft *d, const struct list_xml_node *n, bool *first)
{
    const struct span part[] = { list_xml_attr(n, "firstName"), list_xml_attr(n, "middleName"),
                                 list_xml_attr(n, "lastName") };
    struct span whole = list_xml_attr(n, "wholeName"), sex = list_xml_attr(n, "gender");
    bool weak = span_eq_str(list_xml_attr(n, "strong"), "false");
    struct list_value *v;

    if (!text_trim(whole).n)
        whole = list_draft_join(d, " ", part, 3);
    v = list_draft_put(d, weak ? "weakAlias" : *first ? "name" : "alias", whole);
    v->weak = weak;
    v->kind = weak ? SPAN("weak") : SPAN("strong");
    v->note = list_xml_attr(n, "nameLanguage");
    *first = *first && weak;
    (void)list_draft_put(d, "title", list_xml_attr(n, "title"));
    (void)list_draft_put(d, "position", list_xml_attr(n, "function"));
    if (sex.n && (*sex.p == 'M' || *sex.p == 'F'))
        (void)list_draft_put(d, "gender", *sex.p == 'M' ? SPAN("male") : SPAN("female"));
}

/* A calendar other than the Gregorian one is kept as text: its years are not ours. */
static void put_birth(struct list_draft *d, const struct list_xml_node *n)
{
    struct span date = list_xml_attr(n, "birthdate"), year = list_xml_attr(n, "year");
    const struct span range[] = { list_xml_attr(n, "yearRangeFrom"), list_xml_attr(n, "yearRangeTo") };
    const struct span month[] = { year, list_xml_attr(n, "monthOfYear") };
    const struct span place[] = { list_xml_attr(n, "place"), list_xml_attr(n, "city"),
                                  list_xml_attr(n, "region"), list_xml_attr(n, "countryDescription") };
    struct span calendar = list_xml_attr(n, "calendarType");
    struct list_value *v;

    if (!date.n && year.n && !span_eq_str(year, "0") && month[1].n)
        date = list_draft_join(d, "-", month, 2);
    if (!date.n && !span_eq_str(year, "0"))
        date = year;
    if (!date.n && range[0].n && range[1].n)
        date = list_draft_join(d, " to ", range, 2);
    if (calendar.n && !span_eq_str(calendar, "GREGORIAN")) {
        v = list_draft_put(d, "birthDateText", date);
        v->kind = calendar;
    } else {
        v = list_draft_date(d, "birthDate", date);
        v->about = v->about || yes(n, "circa");
    }
    v = list_draft_put(d, "birthPlace", list_draft_join(d, ", ", place, 4));
    v->country = list_country(d->countries, list_xml_attr(n, "countryIso2Code"));
}

static void put_document(struct list_draft *d, const struct list_xml_node *n)
{
    struct span code = list_xml_attr(n, "identificationTypeCode"), number = list_xml_attr(n, "number");
    static const struct {
        const char *code, *property;
    } known[] = {
        { "passport", "passportNumber" },
        { "id", "idNumber" },
        { "regnumber", "registrationNumber" },
        { "fiscalcode", "taxNumber" },
        { "ssn", "socialSecurityNumber" },
        { "bic", "swiftBic" },
        { "swiftbic", "swiftBic" },
        { "imo", "imoNumber" },
        { "lei", "leiCode" },
    };
    const char *property = "idNumber";
    struct list_value *v;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_eq_str(code, known[i].code))
            property = known[i].property;
    v = list_draft_put(d, property, text_trim(number).n ? number : list_xml_attr(n, "latinNumber"));
    v->kind = list_xml_attr(n, "identificationTypeDescription");
    v->kind = v->kind.n ? v->kind : code;
    v->country = list_country(d->countries, list_xml_attr(n, "countryIso2Code"));
    v->note = yes(n, "knownFalse")        ? SPAN("known to be false")
              : yes(n, "knownExpired")    ? SPAN("expired")
              : yes(n, "reportedLost")    ? SPAN("reported lost")
              : yes(n, "revokedByIssuer") ? SPAN("revoked by its issuer")
                                          : list_xml_text(n, "remark");
}

static void put_address(struct list_draft *d, const struct list_xml_node *n)
{
    const struct span part[] = { list_xml_attr(n, "street"),
                                 list_xml_attr(n, "poBox"),
                                 list_xml_attr(n, "zipCode"),
                                 list_xml_attr(n, "city"),
                                 list_xml_attr(n, "place"),
                                 list_xml_attr(n, "region"),
                                 list_xml_attr(n, "countryDescription") };
    struct span country = list_xml_attr(n, "countryIso2Code");
    struct list_value *v = list_draft_put(d, "address", list_draft_join(d, ", ", part, 7));

    v->note = list_xml_text(n, "remark");
    if (!span_eq_str(country, "00"))
        v->country = list_draft_country(d, "country", country)->text;
}

static void put_regulation(struct list_draft *d, const struct list_xml_node *n)
{
    struct list_value *v = list_draft_put(d, "program", list_xml_attr(n, "programme"));

    v->note = list_xml_attr(n, "numberTitle");
    v = list_draft_put(d, "legalBasis", list_xml_attr(n, "numberTitle"));
    v->kind = list_xml_attr(n, "regulationType");
    v->note = list_xml_attr(n, "publicationDate");
    (void)list_draft_put(d, "sourceUrl", list_xml_text(n, "publicationUrl"));
    (void)list_draft_put(d, "listingDate", list_xml_attr(n, "publicationDate"));
}

static void put_child(struct list_draft *d, const struct list_xml_node *c, bool *first)
{
    struct span country = list_xml_attr(c, "countryIso2Code");

    if (span_eq_str(c->name, "nameAlias"))
        put_name(d, c, first);
    else if (span_eq_str(c->name, "birthdate"))
        put_birth(d, c);
    else if (span_eq_str(c->name, "identification"))
        put_document(d, c);
    else if (span_eq_str(c->name, "address"))
        put_address(d, c);
    else if (span_eq_str(c->name, "regulation"))
        put_regulation(d, c);
    else if (span_eq_str(c->name, "citizenship"))
        (void)list_draft_country(
            d, "nationality", span_eq_str(country, "00") ? list_xml_attr(c, "countryDescription") : country);
    else if (span_eq_str(c->name, "remark"))
        (void)list_draft_put(d, "notes", c->text);
}

static bool record(struct list_reader *r, const struct list_xml_node *n, struct arena *a, struct why *w)
{
    const struct list_xml_node *type = list_xml_child(n, "subjectType");
    struct list_draft *d = r->draft;
    bool first = true;

    list_draft_begin(d, a);
    d->e.id = list_xml_attr(n, "euReferenceNumber");
    if (!text_trim(d->e.id).n)
        d->e.id = list_xml_attr(n, "logicalId");
    d->e.schema = span_eq_str(list_xml_attr(type, "code"), "person") ||
                          span_eq_str(list_xml_attr(type, "classificationCode"), "P")
                      ? SPAN("Person")
                      : SPAN("Organization");
    for (const struct list_xml_node *c = n->child; c; c = c->next)
        put_child(d, c, &first);
    (void)list_draft_put(d, "notes", list_xml_attr(n, "designationDetails"));
    (void)list_draft_put(d, "unscId", list_xml_attr(n, "unitedNationId"));
    (void)list_draft_put(d, "logicalId", list_xml_attr(n, "logicalId"));
    return list_reader_emit(r, n->line, w);
}

static const char *const roots[] = { "export", NULL };
static const char *const records[] = { "sanctionEntity", NULL };

const struct list_xml_format list_eu_xml = { roots, records, root, record };
