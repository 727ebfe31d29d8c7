/* OFAC's lists, the classic XML: sdnList with sdnEntry. */
#include <stdio.h>

#include "base/text.h"
#include "service/notice/list_reader.h"

static void root(struct list_reader *r, const struct list_xml_node *n)
{
    (void)r, (void)n;
}

/* "05/02/2025": month first. */
static void put_published(struct list_reader *r, const struct list_xml_node *n)
{
    struct span s = list_xml_text(n, "Publish_Date");
    uint64_t count;

    if (s.n == 10 && s.p[2] == '/' && s.p[5] == '/')
        (void)snprintf(r->stated.published, sizeof r->stated.published, "%.4s-%.2s-%.2s",
                       (const char *)s.p + 6, (const char *)s.p, (const char *)s.p + 3);
    if (text_number(list_xml_text(n, "Record_Count"), UINT32_MAX, &count))
        r->stated.stated = count;
}

static void put_name(struct list_draft *d, const struct list_xml_node *n, const char *property, bool weak)
{
    const struct span part[] = { list_xml_text(n, "firstName"), list_xml_text(n, "lastName") };
    struct list_value *v = list_draft_put(d, property, list_draft_join(d, " ", part, 2));

    v->weak = weak;
    v->kind = list_xml_text(n, "type");
}

static void put_aka(struct list_draft *d, const struct list_xml_node *n)
{
    bool weak = span_eq_str(list_xml_text(n, "category"), "weak");
    bool former = span_eq_str(list_xml_text(n, "type"), "f.k.a.");

    put_name(d, n, weak ? "weakAlias" : former ? "previousName" : "alias", weak);
}

static void put_address(struct list_draft *d, const struct list_xml_node *n)
{
    const struct span part[] = { list_xml_text(n, "address1"),        list_xml_text(n, "address2"),
                                 list_xml_text(n, "address3"),        list_xml_text(n, "city"),
                                 list_xml_text(n, "stateOrProvince"), list_xml_text(n, "postalCode"),
                                 list_xml_text(n, "country") };
    struct list_value *v = list_draft_put(d, "address", list_draft_join(d, ", ", part, 7));

    v->country = list_country(d->countries, part[6]);
    (void)list_draft_country(d, "country", part[6]);
}

static void put_id(struct list_draft *d, const struct list_xml_node *n)
{
    list_ofac_document(d, list_xml_text(n, "idType"), list_xml_text(n, "idNumber"),
                       list_xml_text(n, "idCountry"));
}

static void put_birth(struct list_draft *d, const struct list_xml_node *n)
{
    (void)list_draft_date(d, "birthDate", list_xml_text(n, "dateOfBirth"));
}

static void put_birth_place(struct list_draft *d, const struct list_xml_node *n)
{
    (void)list_draft_put(d, "birthPlace", list_xml_text(n, "placeOfBirth"));
}

static void put_nationality(struct list_draft *d, const struct list_xml_node *n)
{
    (void)list_draft_country(d, "nationality", list_xml_text(n, "country"));
}

static void put_program(struct list_draft *d, const struct list_xml_node *n)
{
    (void)list_draft_put(d, "program", n->text);
}

static void put_vessel(struct list_draft *d, const struct list_xml_node *n)
{
    (void)list_draft_put(d, "callSign", list_xml_text(n, "callSign"));
    (void)list_draft_put(d, "type", list_xml_text(n, "vesselType"));
    (void)list_draft_country(d, "flag", list_xml_text(n, "vesselFlag"));
    (void)list_draft_put(d, "vesselOwner", list_xml_text(n, "vesselOwner"));
    (void)list_draft_put(d, "tonnage", list_xml_text(n, "tonnage"));
    (void)list_draft_put(d, "grossRegisteredTonnage", list_xml_text(n, "grossRegisteredTonnage"));
}

static const struct {
    const char *list, *item;
    void (*put)(struct list_draft *d, const struct list_xml_node *n);
} parts[] = {
    { "programList", "program", put_program },
    { "idList", "id", put_id },
    { "akaList", "aka", put_aka },
    { "addressList", "address", put_address },
    { "dateOfBirthList", "dateOfBirthItem", put_birth },
    { "placeOfBirthList", "placeOfBirthItem", put_birth_place },
    { "nationalityList", "nationality", put_nationality },
    { "citizenshipList", "citizenship", put_nationality },
};

static struct span schema_of(struct span type)
{
    return span_eq_str(type, "Individual") ? SPAN("Person")
           : span_eq_str(type, "Vessel")   ? SPAN("Vessel")
           : span_eq_str(type, "Aircraft") ? SPAN("Airplane")
                                           : SPAN("Organization");
}

static bool record(struct list_reader *r, const struct list_xml_node *n, struct arena *a, struct why *w)
{
    struct list_draft *d = r->draft;

    if (span_starts(n->name, SPAN("publ"))) {
        put_published(r, n);
        return true;
    }
    list_draft_begin(d, a);
    d->e.id = list_xml_text(n, "uid");
    d->e.schema = schema_of(list_xml_text(n, "sdnType"));
    put_name(d, n, "name", false);
    (void)list_draft_put(d, "title", list_xml_text(n, "title"));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const struct list_xml_node *l = list_xml_child(n, parts[i].list);

        for (const struct list_xml_node *c = list_xml_child(l, parts[i].item); c;
             c = list_xml_after(c, parts[i].item))
            parts[i].put(d, c);
    }
    if (list_xml_child(n, "vesselInfo"))
        put_vessel(d, list_xml_child(n, "vesselInfo"));
    list_ofac_remarks(d, list_xml_text(n, "remarks"));
    return list_reader_emit(r, n->line, w);
}

static const char *const roots[] = { "sdnList", NULL };
/* The publisher writes it without its "i". */
static const char *const records[] = { "publshInformation", "publishInformation", "sdnEntry", NULL };

const struct list_xml_format list_ofac_xml = { roots, records, root, record };
